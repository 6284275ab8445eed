"""Recording that somebody of the staff looked at customers' data (promise access.recorded)."""

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order


def note_look(
    *,
    merchant: Merchant,
    by: Actor,
    what: str,
    order: Order | None = None,
    count: int = 1,
) -> None:
    """``what``: order, list, export, invoice, packing slip. A look that shows nobody is none."""
    if count:
        record(
            actor=by,
            action="orders.look",
            target=order,
            merchant_id=merchant.pk,
            detail={"what": what, "orders": count},
        )
