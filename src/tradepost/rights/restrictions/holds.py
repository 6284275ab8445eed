"""What keeps rows from erasure for a while: an order on its way, a dispute with an end date.

A room declares, for one of its models, the rows that must not go yet, and says why to the person.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise as LazyText

from tradepost.datamap.extensions import ExtensionPoint


@dataclass(frozen=True, kw_only=True)
class Hold:
    """``held`` narrows a query to the rows that stay for now."""

    model: type[Model]
    held: Callable[[QuerySet[Any]], QuerySet[Any]]
    because: str | LazyText


holds: ExtensionPoint[Hold] = ExtensionPoint("holds on rows")
# For any model; these have an end date of their own and are never set aside.
general_holds: ExtensionPoint[Callable[[type[Model]], Hold | None]] = ExtensionPoint(
    "holds on any row"
)
_aside: ContextVar[bool] = ContextVar("aside", default=False)


@contextmanager
def holds_set_aside() -> Iterator[None]:
    """For an erasure that was carried out before, and is carried out again on a restored copy.

    What held the person when the copy was made has ended since.
    """
    before = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(before)


def holds_on(model: type[Model]) -> list[Hold]:
    general = [hold for make in general_holds if (hold := make(model))]
    return general if _aside.get() else [hold for hold in holds if hold.model is model] + general
