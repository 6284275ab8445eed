"""What keeps rows from erasure for a while: an order on its way, a dispute with an end date.

A room declares, for one of its models, the rows that must not go yet, and says why to the person.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise as LazyText

from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.extensions import ExtensionPoint
from tradepost.rights.graph import FoundRows

RowNumbers = Mapping[str, set[object]]  # by the model's label


@dataclass(frozen=True, kw_only=True)
class Hold:
    """``held`` narrows a query to the rows that stay for now, and with them what hangs on them."""

    model: type[Model]
    held: Callable[[QuerySet[Any]], QuerySet[Any]]
    because: str | LazyText


@dataclass(frozen=True, kw_only=True)
class GeneralHold:
    """On rows of any model: ``held`` is asked once for all of them, by the models' labels."""

    held: Callable[[RowNumbers], RowNumbers]
    because: str | LazyText


holds: ExtensionPoint[Hold] = ExtensionPoint("holds on rows")
# These have an end date of their own and are never set aside.
general_holds: ExtensionPoint[GeneralHold] = ExtensionPoint("holds on any row")
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


def holding(found: Sequence[FoundRows]) -> list[tuple[str, RowNumbers]]:
    """Why some of these rows stay, in words, and the row numbers, by model, that are held for it."""
    asked = [] if _aside.get() else [(hold.because, _held(hold, found)) for hold in holds]
    if general_holds:
        rows = _by_model(found)
        asked += [(hold.because, hold.held(rows)) for hold in general_holds]
    return [(str(because), held) for because, held in asked if held]


def _held(hold: Hold, found: Sequence[FoundRows]) -> RowNumbers:
    label = hold.model._meta.label
    numbers = set().union(*(some.that_are(label) for some in found))
    if not numbers:
        return {}
    rows = hold.held(hold.model._base_manager.filter(**among("pk", numbers))).order_by()
    held = set(rows.values_list("pk", flat=True))
    return {label: held} if held else {}


def _by_model(found: Sequence[FoundRows]) -> RowNumbers:
    """The rows, and what they hang on."""
    rows: dict[str, set[object]] = {}
    for some in found:
        for label in {some.place.label, *(above for above, _path in some.place.way)}:
            rows.setdefault(label, set()).update(some.that_are(label))
    return rows
