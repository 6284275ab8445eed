"""Carts and the log of problems go when nobody needs them any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from tradepost.checkout.models import Cart, LinkProblem

CARTS_STAY = timedelta(days=30)
PROBLEMS_STAY = timedelta(days=30)
_SLICE = 1000


def due_carts(now: datetime) -> int:
    with scopes_disabled():
        return _old_carts(now).count()


def purge_carts(now: datetime) -> int:
    """Delete carts that nobody has touched for 30 days, their lines with them."""
    return _purge(lambda: _old_carts(now))


def due_problems(now: datetime) -> int:
    with scopes_disabled():
        return _old_problems(now).count()


def purge_problems(now: datetime) -> int:
    return _purge(lambda: _old_problems(now))


def _old_carts(now: datetime) -> QuerySet[Cart]:
    return Cart.objects.filter(touched_at__lt=now - CARTS_STAY)


def _old_problems(now: datetime) -> QuerySet[LinkProblem]:
    return LinkProblem.objects.filter(last_at__lt=now - PROBLEMS_STAY)


def _purge(old: Callable[[], QuerySet[Any]]) -> int:
    gone = 0
    with scopes_disabled():
        while numbers := list(old().values_list("pk", flat=True)[:_SLICE]):
            gone += len(numbers)
            old().filter(pk__in=numbers).delete()
    return gone
