"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

import secrets
from typing import Any

from tradepost.audit.types import SYSTEM
from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.orders.actions.export import export_file
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.refund import refund
from tradepost.orders.models import RemoteCall
from tradepost.orders.tests.drafts import place
from tradepost.orders.types import RefundParts
from tradepost.payments.models import GatewayAccount


def _order(merchant: Any) -> dict[str, Any]:
    return {"order_id": place(merchant, secrets.token_hex(8)).public_id}


def _refund(merchant: Any) -> dict[str, Any]:
    """Paid back by hand and not sent yet."""
    row = place(merchant, secrets.token_hex(8), payment_method="on_delivery")
    account, _made = GatewayAccount.objects.get_or_create(merchant=merchant, gateway="on_delivery")
    GatewayAccount.objects.filter(pk=account.pk).update(enabled=True)
    mark_paid(order=row, by=SYSTEM)
    back, _outcome = refund(order=row, parts=RefundParts(everything=True), by=SYSTEM)
    return {"order_id": row.public_id, "refund_id": back.public_id}


def _invoice(merchant: Any) -> dict[str, Any]:
    order = place(merchant, secrets.token_hex(8))
    return {"invoice_id": write_invoice(order=order).public_id}


def _order_export(merchant: Any) -> dict[str, Any]:
    row = Job.objects.create(
        merchant=merchant,
        kind="orders.export",
        title="Export",
        state=Job.State.DONE,
        details={"format": "csv", "chosen": {}},
    )
    storage.files().write(export_file(row), b"number\n")
    return {"job_id": row.public_id}


def _order_call(merchant: Any) -> dict[str, Any]:
    order = place(merchant, secrets.token_hex(8))
    RemoteCall.objects.create(merchant=merchant, order=order, state=RemoteCall.State.GIVEN_UP)
    return {"order_id": order.public_id}


_ABOUT_AN_ORDER = ("order", "act", "dispatch", "refund", "cancel", "delete", "hold", "packing_slip")
SAMPLES = {f"orders_office:{name}": _order for name in _ABOUT_AN_ORDER}
SAMPLES |= {
    "api:order_id": _order,
    "api:refund_id": _refund,
    "orders_office:by_hand": _refund,
    "orders_office:call_again": _order_call,
    "orders_office:export_file": _order_export,
    "orders_office:invoice": _invoice,
    "orders_office:invoice_file": _invoice,
}
