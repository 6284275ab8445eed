"""Publishing what has happened (``datamap.events`` says what an event is).

publish(OrderPaid(order_id=order.pk), merchant_id=order.merchant_id)
"""

from django.db import connection

from tradepost.datamap.events import Occurred
from tradepost.lib import clock
from tradepost.modules.outbox import put_into_outbox
from tradepost.modules.subscriptions import event_of, listeners_of


class NotInTransaction(RuntimeError):
    """An event leaves with what it tells of or not at all: publish inside the transaction."""


def publish(payload: object, *, merchant_id: int | None) -> None:
    """Tell everybody who listens: at once, or from the outbox once this transaction is committed.

    ``merchant_id``: whose event it is; None where it is the installation's. Where nobody is told
    later, the outbox stays as it is.

    Raises: UndeclaredEvent, NotInTransaction, and whatever a listener at once raises.
    """
    event = event_of(type(payload))
    if not connection.in_atomic_block:
        raise NotInTransaction(event.name)
    packed, at, number = event.packed(payload), clock.now(), None
    listeners = listeners_of(event)
    if later := [one.name for one in listeners if not one.in_transaction]:
        number = put_into_outbox(
            event=event.name, payload=packed, merchant_id=merchant_id, at=at, listeners=later
        )
    occurred = Occurred(event.name, payload, merchant_id, at, number)
    for listener in listeners:
        if listener.in_transaction:
            listener.call(occurred)
