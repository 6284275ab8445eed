"""Saying yes or no to an order whose goods a page offered for less than the catalogue does."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.lock import lock_order, refuse_if_stopped
from tradepost.orders.actions.mails import mail_approved
from tradepost.orders.actions.pay import request_payment, set_time_to_pay
from tradepost.orders.actions.remember import remember
from tradepost.orders.models import Order, OrderEvent
from tradepost.orders.types import OrderStateError

# The buyer has left the shop's pages and has to read the mail first.
TIME_TO_COME_BACK = timedelta(days=7)


def approve(*, order: Order, by: Actor) -> Order:
    """Take the order at the price it says: from now it can be paid, and the customer is told how.

    Twice is once.

    Raises:
        OrderStateError: it is cancelled, needs no approval, or the customer stopped all use of their data.
        GatewayNotReady: the way of paying that was chosen is not offered any more.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.approved_at:
            return locked
        _check(locked)
        refuse_if_stopped(locked)
        locked.approved_at = clock.now()
        locked.approved_by_id = by.account_id
        locked.save(update_fields=["approved_at", "approved_by"])
        set_time_to_pay(order=locked, at_least=TIME_TO_COME_BACK)
        request_payment(order=locked)
        remember(order=locked, what=OrderEvent.What.APPROVED, by=by)
        record(actor=by, action="orders.approve", target=locked, merchant_id=locked.merchant_id)
        mail_approved(order=locked)
    return locked


def decline(*, order: Order, by: Actor) -> Order:
    """Say no: the order is cancelled, its goods go back to the shelf, the customer is told why.

    Raises:
        OrderStateError: it needs no approval, or was approved.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.approved_at:
            raise OrderStateError(_("The price of this order has been accepted."))
        if locked.cancelled_at is None:
            _check(locked)
        return cancel(order=locked, by=by)


def _check(order: Order) -> None:
    if order.cancelled_at:
        raise OrderStateError(_("The order is cancelled."))
    if not order.waits_for_approval:
        raise OrderStateError(_("The price of this order needs no yes."))
