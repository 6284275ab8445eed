"""What orders hears from the rooms below."""

from tradepost.lib.opaque import UnknownId
from tradepost.orders.actions.settle import take_payment_change
from tradepost.orders.models import Order
from tradepost.payments.models import PaymentEvent, PaymentIntent
from tradepost.payments.registry import on_payment_change

KIND = "orders.order"


def payment_changed(intent: PaymentIntent, event: PaymentEvent) -> None:
    """Raises: UnknownId, for a reference that no order made."""
    number = intent.reference.partition(":")[2]
    if not number.isdigit():
        raise UnknownId(intent.reference)
    order = Order.objects.filter(pk=int(number)).first()
    if order:
        take_payment_change(order=order, event=event)


def plug_in() -> None:
    on_payment_change(KIND)(payment_changed)
