"""Asking to be paid for an order, and noting that the money came."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import PERSON, Actor
from tradepost.lib import clock
from tradepost.orders.actions.announce import BY_MAIL, Announcer
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.notices import notify_merchant
from tradepost.orders.actions.remember import remember
from tradepost.orders.actions.settle import take_payment_change
from tradepost.orders.models import Order, OrderEvent
from tradepost.orders.queries import order_label, waits_for_merchant, ways_to_pay
from tradepost.orders.types import OrderStateError
from tradepost.payments.actions.manual import confirm_received
from tradepost.payments.actions.record import publish_line
from tradepost.payments.actions.start import close_payment_page, start_payment
from tradepost.payments.models import PaymentEvent, PaymentIntent
from tradepost.payments.queries import days_to_pay, intents_of
from tradepost.payments.types import GatewayNotReady, PaymentState


def request_payment(*, order: Order, method: str = "") -> PaymentIntent:
    """The attempt to pay that is open, or a new one; calls nobody, so it may stand in a transaction.

    ``method`` changes the way of paying of an order that is not paid yet. Send the customer to
    :func:`~tradepost.payments.actions.start.pay_path` afterwards.

    Raises:
        OrderStateError: the order is paid or cancelled, or a payment is under way that may still come.
        GatewayNotReady: the shop does not offer this way of paying.
    """
    with transaction.atomic():
        locked = lock_order(order)
        attempts = list(intents_of(locked.merchant, locked.reference))
        if locked.cancelled_at:
            raise OrderStateError(_("This order is cancelled."))
        if locked.waits_for_approval:
            raise OrderStateError(
                _("The shop has to accept the price of this order before it is paid.")
            )
        if locked.payment_state == PaymentState.PENDING:
            raise OrderStateError(_("Your payment is under way. Please do not pay a second time."))
        chosen = method or locked.payment_method
        if chosen != locked.payment_method and not locked.is_paid:
            _change_method(locked, chosen)
        for attempt in attempts:
            if attempt.gateway == chosen and attempt.over_at is None and not attempt.has_run_out:
                return attempt
        if attempts and locked.is_paid and method in {"", attempts[0].gateway}:
            return attempts[0]
        if attempts and locked.is_paid:
            raise OrderStateError(_("This order is paid."))
        return _attempt(locked, chosen, len(attempts) + 1)


def change_method(*, order: Order, method: str) -> PaymentIntent:
    """The customer pays another way than chosen before; the page of the old way is closed, so that nobody
    pays twice. Call it outside a transaction.

    Raises: as :func:`request_payment`, and GatewayNotReady for a way that this order is not offered.
    """
    if method not in dict(ways_to_pay(order)):
        raise GatewayNotReady(_("This shop does not offer that way of paying."))
    attempt = request_payment(order=order, method=method)
    for other in intents_of(order.merchant, order.reference):
        if other.pk != attempt.pk and other.over_at is None and other.session_id:
            close_payment_page(intent=other)
    return attempt


def _change_method(order: Order, method: str) -> None:
    """What the shop waits for by hand it is told of now; a page that was left is no failure any more."""
    order.payment_method = method
    if order.payment_state == PaymentState.FAILED:
        order.payment_state = PaymentState.OPEN
    order.save(update_fields=["payment_method", "payment_state"])
    remember(order=order, what=OrderEvent.What.METHOD_CHANGED, by=PERSON, method=method)
    if waits_for_merchant(order):
        notify_merchant(order=order)


def _attempt(order: Order, method: str, count: int) -> PaymentIntent:
    return start_payment(
        merchant=order.merchant,
        amount=order.due,
        reference=order.reference,
        method=method,
        key=f"order-{order.pk}-{count}",
        label=order_label(order),
        return_path=reverse("orders:follow", args=[order.token]),
        payer_email=order.email,
        language=order.language,
    )


def set_time_to_pay(*, order: Order, at_least: timedelta = timedelta(0)) -> None:
    """Note until when the goods wait for the money, where they wait at all.

    ``at_least``: also for ways of paying that have no such time, whose buyer has to be called back.
    """
    days = days_to_pay(order.merchant, order.payment_method)
    if until := time_to_pay(order, days, at_least=at_least):
        order.pay_until = until
        order.save(update_fields=["pay_until"])


def time_to_pay(
    order: Order, days: int | None, *, at_least: timedelta = timedelta(0)
) -> datetime | None:
    """Until when the goods wait, where their way of paying gives them so many days from now."""
    if not order.total_minor or (days is None and not at_least):
        return None
    day = order.merchant.day_of(clock.now() + max(timedelta(days=days or 0), at_least))
    zone = ZoneInfo(order.merchant.time_zone)
    return datetime.combine(day, time.max, zone)  # the day that was told counts whole


def mark_paid(*, order: Order, by: Actor, announce: Announcer = BY_MAIL) -> Order:
    """The merchant has seen the money on the bank account or in hand. A second time changes nothing.

    Writes to the payment ledger, which in turn tells the order (invoice, timeline). Call it outside a
    transaction: the payment's row is locked before the order's, as every change of a payment does it.

    Raises:
        OrderStateError: cancelled, or a provider reports its payments itself.
        PaymentRefused
    """

    def only_here(_intent: PaymentIntent, event: PaymentEvent) -> None:
        take_payment_change(order=order, event=event, announce=announce)

    attempt = request_payment(order=order)
    tell = publish_line if announce is BY_MAIL else only_here
    with transaction.atomic():
        if confirm_received(intent=attempt, amount=attempt.amount, by=by, tell=tell):
            record(actor=by, action="orders.mark_paid", target=order, merchant_id=order.merchant_id)
    order.refresh_from_db()
    return order
