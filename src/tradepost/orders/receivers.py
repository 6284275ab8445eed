"""What orders hears from the rooms below."""

from tradepost.datamap.events import Occurred
from tradepost.lib.opaque import UnknownId
from tradepost.orders.actions.settle import take_payment_change
from tradepost.orders.models import Order
from tradepost.payments.events import LedgerLineWritten
from tradepost.payments.models import PaymentEvent

KIND = "orders.order"


def ledger_line_written(occurred: Occurred[LedgerLineWritten]) -> None:
    """Inside the transaction that writes the line: either both happen or neither.

    Raises: UnknownId, for a reference that no order made.
    """
    kind, _, number = occurred.payload.reference.partition(":")
    if kind != KIND:
        return
    if not number.isdigit():
        raise UnknownId(occurred.payload.reference)
    order = Order.objects.filter(pk=int(number)).first()
    if order:
        lines = PaymentEvent.objects.select_related("intent", "refund")
        take_payment_change(order=order, event=lines.get(pk=occurred.payload.line_id))
