"""The order's own story: one line for each thing that happens to it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from tradepost.orders.models import Order, OrderEvent


def remember(
    *, order: Order, what: str, by: models.Model | str | None = None, **detail: Any
) -> OrderEvent:
    """Add a line to the timeline and the event feed. ``detail``: sums, numbers and codes only."""
    return OrderEvent.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        what=what,
        by_id=person_number(by),
        detail=detail,
    )


def person_number(by: models.Model | str | None) -> int | None:
    """Row number of the person who did it; None for a program, which has no account."""
    return by.pk if isinstance(by, get_user_model()) else None
