"""What a new line in the payment ledger means for its order."""

from datetime import timedelta

from django.utils import timezone

from tradepost.catalog.actions.stock import return_stock
from tradepost.orders.actions.hold import hold_order
from tradepost.orders.actions.invoice import invoice_if_due, write_credit_note
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.mails import mail_refund
from tradepost.orders.actions.remember import remember
from tradepost.orders.models import Order, OrderEvent, OrderRefund
from tradepost.orders.queries import stock_lines
from tradepost.orders.signals import order_paid, order_refunded
from tradepost.payments.models import PaymentEvent
from tradepost.payments.queries import amounts_of, ledger
from tradepost.payments.types import EventKind

# Card networks give 120 days to dispute and about as long to decide.
DISPUTE_TIME = timedelta(days=120)


def take_payment_change(*, order: Order, event: PaymentEvent) -> None:
    """Bring the order's sums in line with the ledger and do once what this line asks for.

    Runs inside the transaction that writes the line: paid → invoice if it is due; refunded → credit
    note, stock, mail; disputed → held from purging.
    """
    locked = lock_order(order)
    was_paid = locked.is_paid and locked.paid_at is not None
    sums = amounts_of(ledger(locked.merchant, locked.reference), locked.currency)
    locked.paid_minor = sums.captured_minor
    locked.refunded_minor = sums.refunded_minor
    locked.payment_state = sums.state
    if locked.is_paid and locked.paid_at is None:
        locked.paid_at = event.at
    locked.save(update_fields=["paid_minor", "refunded_minor", "payment_state", "paid_at"])
    if locked.is_paid and not was_paid and event.kind == EventKind.CAPTURED:
        _paid(locked, event)
    elif event.kind == EventKind.REFUNDED:
        _refunded(locked, event)
    elif event.kind in {EventKind.FAILED, EventKind.REFUND_FAILED, EventKind.DISPUTED}:
        _went_wrong(locked, event)


def _paid(order: Order, event: PaymentEvent) -> None:
    remember(order=order, what=OrderEvent.What.PAID, amount_minor=event.amount_minor)
    invoice_if_due(order=order)
    order_paid.send(Order, order=order)


def _refunded(order: Order, event: PaymentEvent) -> None:
    now = timezone.now()
    asked = OrderRefund.objects.filter(refund=event.refund).first() if event.refund else None
    if asked and asked.restock and asked.done_at is None and order.restocked_at is None:
        return_stock(merchant=order.merchant, lines=stock_lines(order))
        order.restocked_at = now
        order.save(update_fields=["restocked_at"])
    if asked:
        asked.done_at = now
        asked.save(update_fields=["done_at"])
    by = event.refund.asked_by if event.refund else None
    remember(order=order, what=OrderEvent.What.REFUNDED, by=by, amount_minor=event.amount_minor)
    write_credit_note(order=order, amount=event.amount, cause=f"payment:{event.pk}")
    mail_refund(order=order, amount=event.amount)
    order_refunded.send(Order, order=order, amount=event.amount)


def _went_wrong(order: Order, event: PaymentEvent) -> None:
    what = {
        EventKind.FAILED: OrderEvent.What.PAYMENT_FAILED,
        EventKind.REFUND_FAILED: OrderEvent.What.REFUND_FAILED,
        EventKind.DISPUTED: OrderEvent.What.DISPUTED,
    }[EventKind(event.kind)]
    remember(order=order, what=what, **event.detail)
    if event.kind == EventKind.DISPUTED:
        until = timezone.now() + DISPUTE_TIME
        hold_order(order=order, reason="disputed by the card holder", until=until)
