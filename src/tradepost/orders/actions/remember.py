"""The order's own story: one line for each thing that happens to it."""

from typing import Any

from django.db import models

from tradepost.orders.models import Order, OrderEvent


def remember(
    *, order: Order, what: str, by: models.Model | str | None = None, **detail: Any
) -> OrderEvent:
    """Add a line to the timeline and the event feed. ``detail``: sums, numbers and codes only."""
    person = by if isinstance(by, models.Model) and by._meta.label == "identity.User" else None
    return OrderEvent.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        what=what,
        by_id=person.pk if person else None,
        detail=detail,
    )
