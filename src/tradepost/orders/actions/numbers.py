"""Gapless numbers: the next one is taken under a lock, in the transaction that uses it."""

from django.db import transaction

from tradepost.merchants.models import Merchant
from tradepost.orders.models import Counter

FIRST = 1001


def next_number(*, merchant: Merchant, name: str) -> int:
    """The number after the last one of ``name``; the first is 1001."""
    return next_numbers(merchant=merchant, name=name, count=1)[0]


def next_numbers(*, merchant: Merchant, name: str, count: int) -> range:
    """The next so many.

    The counter's row stays locked until the caller's transaction ends, and a rollback gives the number
    back: whoever waits for the lock gets it then. So there is never a gap and never a double.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("take numbers inside the transaction that uses them")
    counter, _made = Counter.objects.select_for_update().get_or_create(
        merchant=merchant, name=name, defaults={"value": FIRST - 1}
    )
    first = counter.value + 1
    counter.value += count
    counter.save(update_fields=["value"])
    return range(first, counter.value + 1)
