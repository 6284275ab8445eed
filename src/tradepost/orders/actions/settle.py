"""What a new line in the payment ledger means for its order."""

from datetime import timedelta

from tradepost.audit.types import SYSTEM, Actor
from tradepost.lib import clock
from tradepost.modules.events import publish
from tradepost.orders.actions.announce import BY_MAIL, Announcer
from tradepost.orders.actions.credit_note import invoice_if_due, write_credit_note
from tradepost.orders.actions.hold import hold_order
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.mails import mail_refund, mail_refund_failed
from tradepost.orders.actions.notices import notify_merchant, notify_refund_failed
from tradepost.orders.actions.remember import remember
from tradepost.orders.actions.restock import restock
from tradepost.orders.events import OrderPaid, OrderRefunded
from tradepost.orders.models import Order, OrderEvent, OrderRefund
from tradepost.payments.models import PaymentEvent
from tradepost.payments.queries import amounts_of, intents_of, ledger, manual_names
from tradepost.payments.types import Amounts, EventKind, PaymentState

# Card networks give 120 days to dispute and about as long to decide.
DISPUTE_TIME = timedelta(days=120)


def take_payment_change(
    *, order: Order, event: PaymentEvent, announce: Announcer = BY_MAIL
) -> None:
    """Bring the order's sums in line with the ledger and do once what this line asks for.

    Runs inside the transaction that writes the line: paid → invoice if it is due, mails; refunded →
    credit note, stock, mail; disputed → held from purging.
    """
    locked = lock_order(order)
    was_paid = locked.is_paid and locked.paid_at is not None
    sums = amounts_of(ledger(locked.merchant, locked.reference), locked.currency)
    locked.paid_minor = sums.captured_minor
    locked.refunded_minor = sums.refunded_minor
    locked.payment_state = _state(locked, sums)
    if locked.is_paid and locked.paid_at is None:
        locked.paid_at = event.at
    locked.save(update_fields=["paid_minor", "refunded_minor", "payment_state", "paid_at"])
    if locked.is_paid and not was_paid and event.kind == EventKind.CAPTURED:
        _paid(locked, event, announce)
    elif event.kind == EventKind.REFUNDED:
        _refunded(locked, event)
    elif event.kind in {EventKind.FAILED, EventKind.REFUND_FAILED, EventKind.DISPUTED}:
        _went_wrong(locked, event)
    if locked.payment_state == PaymentState.PENDING:
        notify_merchant(order=locked)


def _state(order: Order, sums: Amounts) -> PaymentState:
    """An attempt that came to nothing does not count any more once another is open."""
    if sums.state != PaymentState.FAILED:
        return sums.state
    latest = intents_of(order.merchant, order.reference).first()
    came_to_nothing = (EventKind.FAILED, EventKind.EXPIRED, EventKind.CANCELLED)
    if latest and not latest.events.filter(kind__in=came_to_nothing).exists():
        return PaymentState.OPEN
    return PaymentState.FAILED


def _paid(order: Order, event: PaymentEvent, announce: Announcer) -> None:
    remember(order=order, what=OrderEvent.What.PAID, by=SYSTEM, amount_minor=event.amount_minor)
    announce.paid(order, invoice_if_due(order=order))
    publish(OrderPaid(order_id=order.pk), merchant_id=order.merchant_id)


def _refunded(order: Order, event: PaymentEvent) -> None:
    asked = OrderRefund.objects.filter(refund=event.refund).first() if event.refund else None
    if asked and asked.done_at is None:
        _put_back(order, asked)
        asked.done_at = clock.now()
        asked.save(update_fields=["done_at"])
    who = event.refund.asked_by if event.refund else None
    by = Actor.user(who) if who else SYSTEM
    remember(order=order, what=OrderEvent.What.REFUNDED, by=by, amount_minor=event.amount_minor)
    note = write_credit_note(order=order, event=event)
    mail_refund(order=order, event=event, note=note)
    refunded = OrderRefunded(order_id=order.pk, amount_minor=event.amount_minor)
    publish(refunded, merchant_id=order.merchant_id)


def _put_back(order: Order, asked: OrderRefund) -> None:
    lines = {part.line_id: part.restock for part in asked.lines.all() if part.restock}
    if asked.restock:
        restock(order=order)
    elif lines:
        restock(order=order, quantities=lines)


def _went_wrong(order: Order, event: PaymentEvent) -> None:
    what = {
        EventKind.FAILED: OrderEvent.What.PAYMENT_FAILED,
        EventKind.REFUND_FAILED: OrderEvent.What.REFUND_FAILED,
        EventKind.DISPUTED: OrderEvent.What.DISPUTED,
    }[EventKind(event.kind)]
    remember(order=order, what=what, by=SYSTEM, **event.detail)
    if event.kind == EventKind.REFUND_FAILED:
        _refund_failed(order, event)
    if event.kind == EventKind.DISPUTED:
        until = clock.now() + DISPUTE_TIME
        hold_order(order=order, reason="disputed by the card holder", until=until, by=SYSTEM)


def _refund_failed(order: Order, event: PaymentEvent) -> None:
    """Whoever was told that money comes is told that it does not. The merchant knows what they called off
    and what was refused at once; what a bank sends back days later, they do not."""
    told = event.refund is not None and _was_told_of(event)
    by_hand = event.gateway in manual_names()
    if told:
        mail_refund_failed(order=order, event=event)
    if told and not by_hand:
        notify_refund_failed(order=order, event=event)


def _was_told_of(event: PaymentEvent) -> bool:
    """A mail said that the money is sent, or will be."""
    if event.gateway in manual_names():
        return True
    return PaymentEvent.objects.filter(refund=event.refund, kind=EventKind.REFUNDED).exists()
