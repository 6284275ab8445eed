"""Money that comes after its order was given up."""

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.types import OutOfStock
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.mails import mail_taken_up_again
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.remember import remember
from tradepost.orders.actions.restock import take_back_from_shelf
from tradepost.orders.models import Order, OrderEvent
from tradepost.orders.types import OrderStateError
from tradepost.payments.actions.manual import confirm_received
from tradepost.payments.queries import intents_of


def take_late_payment(*, order: Order, by: Actor) -> Order:
    """The money for a cancelled order has come after all: take it up again, its goods from the shelf.

    Where they have been sold meanwhile the order stays cancelled, with the money noted as to be given
    back. ``cancelled_at`` of the answer tells. A second time changes nothing.

    Raises:
        OrderStateError: it was never cancelled, or was paid before.
        PaymentRefused: a provider reports this kind of payment itself.
    """
    _check(order)
    revived = _take_up_again(order, by)
    if revived is not None:
        return mark_paid(order=revived, by=by)
    attempt = intents_of(order.merchant, order.reference).first()
    if attempt is None:
        raise OrderStateError(_("Nothing was asked to be paid for this order."))
    with transaction.atomic():
        if confirm_received(intent=attempt, amount=attempt.amount, by=by):
            record(actor=by, action="orders.note_late", target=order, merchant_id=order.merchant_id)
    order.refresh_from_db()
    return order


def _check(order: Order) -> None:
    order.refresh_from_db()
    if not order.cancelled_at:
        raise OrderStateError(_("The order is not cancelled; mark it as paid."))
    if order.paid_minor:
        raise OrderStateError(_("This order is paid."))


def _take_up_again(order: Order, by: Actor) -> Order | None:
    """None where the goods are gone."""
    try:
        with transaction.atomic():
            locked = lock_order(order)
            take_back_from_shelf(order=locked)
            locked.cancelled_at = locked.cancelled_by = locked.pay_until = None
            locked.save(update_fields=["cancelled_at", "cancelled_by", "pay_until"])
            remember(order=locked, what=OrderEvent.What.TAKEN_UP_AGAIN, by=by)
            record(actor=by, action="orders.take_up", target=locked, merchant_id=locked.merchant_id)
            mail_taken_up_again(order=locked)
    except OutOfStock:
        return None
    return locked
