"""Cancelling and deleting."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.held import HeldRecord, refuse_held
from tradepost.lib import clock
from tradepost.orders.actions.announce import BY_MAIL, Announcer
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.remember import remember
from tradepost.orders.actions.restock import restock as put_back
from tradepost.orders.models import Order, OrderEvent
from tradepost.orders.queries import active_hold
from tradepost.orders.types import Held, OrderStateError
from tradepost.payments.actions.forget import forget_payments
from tradepost.rights.actions.letters import tell_of_change


def cancel(
    *, order: Order, by: Actor, restock: bool = True, announce: Announcer = BY_MAIL
) -> Order:
    """Stop an order that has not been dispatched; its goods go back to the shelf and the customer is
    told by mail. Twice is once.

    Money that was paid is not given back by this: refund it apart.

    Raises:
        OrderStateError: it is dispatched or archived.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.cancelled_at:
            return locked
        if locked.dispatched_at or locked.archived_at:
            raise OrderStateError(
                _("A dispatched or archived order cannot be cancelled; refund it.")
            )
        locked.cancelled_at = clock.now()
        locked.cancelled_by_id = by.account_id
        locked.save(update_fields=["cancelled_at", "cancelled_by"])
        if restock:
            put_back(order=locked)
        remember(order=locked, what=OrderEvent.What.CANCELLED, by=by)
        record(actor=by, action="orders.cancel", target=locked, merchant_id=locked.merchant_id)
        declined = bool(locked.approval_asked_at and not locked.approved_at)
        announce.cancelled(locked, given_up=by.is_program, declined=declined)
    return locked


def delete_order(*, order: Order, by: Actor) -> None:
    """Take an order and its payments out of the system for good; invoices stay for their term.

    Raises:
        Held: a dispute holds it.
    """
    hold = active_hold(order)
    if hold:
        day = date_format(timezone.localtime(hold.until))
        raise Held(
            _("A dispute holds this order until %(day)s; it cannot be deleted before.")
            % {"day": day}
        )
    try:
        refuse_held(order)
    except HeldRecord as held:
        raise Held(str(held)) from None
    with transaction.atomic():
        forget_payments(merchant=order.merchant, references=[order.reference])
        locked = lock_order(order)
        record(actor=by, action="orders.delete", target=locked, merchant_id=locked.merchant_id)
        if locked.email:
            tell_of_change(
                merchant=locked.merchant,
                emails=[locked.email],
                what="deleted",
                by=by,
                language=locked.language,
            )
        locked.delete()
