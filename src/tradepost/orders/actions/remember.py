"""The order's own story: one line for each thing that happens to it."""

from tradepost.audit.types import Actor
from tradepost.orders.models import Order, OrderEvent


def remember(*, order: Order, what: str, by: Actor, **detail: object) -> OrderEvent:
    """Add a line to the timeline and the event feed. ``detail``: sums, numbers and codes only."""
    return OrderEvent.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        what=what,
        by_id=by.account_id,
        detail=detail,
    )
