"""What orders tells the rooms above."""

from dataclasses import dataclass

from tradepost.datamap.events import EventType


@dataclass(frozen=True)
class OrderPlaced:
    order_id: int


@dataclass(frozen=True)
class OrderPaid:
    order_id: int


@dataclass(frozen=True)
class OrderDispatched:
    order_id: int


@dataclass(frozen=True)
class OrderRefunded:
    order_id: int
    amount_minor: int


EVENTS = (
    EventType(name="orders.placed", schema=OrderPlaced, meaning="an order has come in"),
    EventType(
        name="orders.paid", schema=OrderPaid, meaning="the whole sum of an order has arrived"
    ),
    EventType(
        name="orders.dispatched", schema=OrderDispatched, meaning="the goods are on their way"
    ),
    EventType(name="orders.refunded", schema=OrderRefunded, meaning="money of an order went back"),
)
