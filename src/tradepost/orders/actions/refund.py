"""Giving a customer money back."""

import secrets

from django.db import models, transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.lib.money import Money
from tradepost.orders.models import Order, OrderRefund
from tradepost.orders.queries import refundable_attempts
from tradepost.payments.actions.refund import request_refund, settle_refund
from tradepost.payments.models import Refund
from tradepost.payments.types import GatewayUnreachable, MoreThanPaid


def refund(
    *,
    order: Order,
    amount: Money,
    by: models.Model | str,
    restock: bool = False,
    reason: str = "",
    key: str = "",
) -> tuple[Refund, bool]:
    """Give back part or all of what was paid; never more. A repeat of ``key`` is the first refund.

    The sum is reserved in one transaction; then the provider is asked outside any transaction. Returns
    the refund and whether it is settled; if the provider does not answer it will be asked again.
    Credit note, stock and mail follow when the money is on its way. Call it outside a transaction.

    Raises:
        MoreThanPaid
        PaymentRefused: the provider will not; nothing stays reserved.
    """
    with transaction.atomic():
        # The payment's row is locked inside request_refund, before any lock on the order.
        attempt = next(iter(refundable_attempts(order, amount)), None)
        if attempt is None:
            raise MoreThanPaid(_("That is more than was paid and not given back yet."))
        asked = request_refund(
            intent=attempt,
            amount=amount,
            key=key or f"order-{order.pk}-{secrets.token_hex(8)}",
            by=by,
            reason=reason,
        )
        OrderRefund.objects.get_or_create(
            refund=asked,
            defaults={
                "merchant_id": order.merchant_id,
                "order": order,
                "restock": restock,
            },
        )
        record(
            actor=by,
            action="orders.refund",
            target=order,
            merchant_id=order.merchant_id,
            detail={"amount_minor": amount.minor, "currency": amount.currency},
        )
    try:
        return asked, settle_refund(refund=asked, by=by)
    except GatewayUnreachable:
        return asked, False
