"""Rows that must not go although their time is over: whoever deletes what is due leaves them out.

Retention of every room asks here, also of rooms below the one that knows of holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Protocol

from django.db import router
from django.db.models import ForeignKey, Model, QuerySet
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.lib import clock

_A_SLICE = 500


class LeavesOut(Protocol):
    """The rows without those that something holds."""

    def __call__[Row: Model](self, rows: QuerySet[Row]) -> QuerySet[Row]: ...


@dataclass(frozen=True, kw_only=True)
class StandingHold:
    """Why a record stays for now, in words, and until when."""

    why: str
    until: datetime


class HeldRecord(Exception):
    """A hold stands on the record, or on one that would go with it; the text says which, and until when."""


FindsHold = Callable[[type[Model], Iterable[object]], StandingHold | None]
leaving_out: ExtensionPoint[LeavesOut] = ExtensionPoint("rows that retention leaves out")
# Each looks for the hold that ends last on one of these row numbers.
finding: ExtensionPoint[FindsHold] = ExtensionPoint("the hold on a row")


def hold_on(row: Model) -> StandingHold | None:
    """The hold that ends last on this row or on any that a deletion would take with it."""
    found = [
        hold
        for model, numbers in _going_with(row)
        for some in batched(numbers, _A_SLICE, strict=False)
        for find in finding
        if (hold := find(model, some))
    ]
    return max(found, key=lambda hold: hold.until) if found else None


def _going_with(row: Model) -> Iterable[tuple[type[Model], list[object]]]:
    """As Django itself works out what a deletion takes along."""
    collector = Collector(using=router.db_for_write(type(row)), origin=row)
    collector.collect([row])
    for model, instances in collector.data.items():
        yield model, [instance.pk for instance in instances]
    for rows in collector.fast_deletes:
        yield rows.model, list(rows.values_list("pk", flat=True))


def kept_around(rows: Iterable[Model]) -> dict[type[Model], set[object]]:
    """Row numbers, by model, of these rows, of all that hangs on them, and of all that these refer to.

    Whatever else is deleted, none of these goes with it.
    """
    kept: dict[type[Model], set[object]] = {}
    waiting = [found for row in rows for found in _going_with(row)]
    while waiting:
        model, numbers = waiting.pop()
        known = kept.setdefault(model, set())
        new = set(numbers) - known
        known |= new
        for some in batched(sorted(new, key=str), _A_SLICE, strict=False):
            waiting += _referred_to(model, some)
    return kept


def _referred_to(
    model: type[Model], numbers: Iterable[object]
) -> list[tuple[type[Model], list[object]]]:
    rows = model._base_manager.filter(pk__in=list(numbers)).order_by()
    links = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    return [
        (
            link.related_model,
            [pk for pk in rows.values_list(link.attname, flat=True).distinct() if pk is not None],
        )
        for link in links
    ]


def refuse_held(row: Model) -> None:
    """For whoever is about to delete a row because somebody wants it gone. Raises: HeldRecord."""
    hold = hold_on(row)
    if hold and hold.until > clock.now():
        day = date_format(timezone.localtime(hold.until))
        raise HeldRecord(
            _("A hold stands on this until %(day)s (%(why)s). It cannot be deleted before.")
            % {"day": day, "why": hold.why}
        )


def without_held[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    for without in leaving_out:
        rows = without(rows)
    return rows
