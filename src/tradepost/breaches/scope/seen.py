"""What the access record says that some actors saw within a time."""

import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet

from tradepost.audit.models import Entry, Sighting
from tradepost.breaches.types import BreachScope


@dataclass
class SeenRows:
    """``rows``: table (``orders.order``) → row numbers. ``unnamed``: rows of which the record knows only how many."""

    rows: dict[str, set[int]] = field(default_factory=dict)
    entries: int = 0
    unnamed: int = 0

    def add(self, label: str, numbers: Iterator[int] | list[int]) -> None:
        self.rows.setdefault(label, set()).update(numbers)


def entries_of(scope: BreachScope, merchant_id: int | None) -> QuerySet[Entry]:
    """``merchant_id``: of the shop whose incident it is; None is the operator's, over all shops."""
    found = Entry.objects.filter(
        at__gte=scope.began, at__lte=scope.ended, actor__in=scope.actors
    ).order_by("pk")
    return found.filter(merchant_id=merchant_id) if merchant_id is not None else found


def rows_seen(scope: BreachScope, merchant_id: int | None) -> SeenRows:
    """Targets of entries, and what lists, exports and answers of the API showed beside."""
    seen, entries = SeenRows(), entries_of(scope, merchant_id)
    with_rows = set()
    for sighting in Sighting.objects.filter(entry__in=entries.order_by()).iterator(chunk_size=200):
        seen.add(sighting.label, list(array("q", zlib.decompress(sighting.numbers))))
        with_rows.add(sighting.entry_id)
    for entry in entries.iterator(chunk_size=2000):
        seen.entries += 1
        label, _colon, number = entry.target.rpartition(":")
        if label and number.isdecimal():
            seen.add("identity.user" if label == "user" else label, [int(number)])
        elif entry.pk not in with_rows:
            shown = entry.detail.get("shown", 0)
            seen.unnamed += shown if isinstance(shown, int) else 0
    return seen
