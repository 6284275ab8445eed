"""Whom a list, an export or an answer of the API showed: each person finds these in their own portal.

An entry names one row at most. What it showed beside is kept as row numbers in one packed column, so that
the export of a million contacts costs a row and not a million.
"""

import zlib
from array import array
from collections.abc import Iterable

from django.db.models import Model

from tradepost.audit.models import Entry, Sighting


def note_sighting(entry: Entry | int, model: type[Model], numbers: Iterable[int]) -> None:
    """``numbers``: of the rows that were shown. None are no sighting."""
    packed = array("q", sorted(numbers))
    if packed:
        Sighting.objects.create(
            entry_id=entry if isinstance(entry, int) else entry.pk,
            label=model._meta.label_lower,
            first=packed[0],
            last=packed[-1],
            numbers=zlib.compress(packed.tobytes()),
        )


def entries_that_showed(label: str, numbers: Iterable[int], merchant_id: int | None) -> set[int]:
    """Row numbers of the entries in which one of these rows was shown."""
    wanted = set(numbers)
    if not wanted:
        return set()
    rows = Sighting.objects.filter(label=label, first__lte=max(wanted), last__gte=min(wanted))
    if merchant_id is not None:
        rows = rows.filter(entry__merchant_id=merchant_id)
    return {
        row.entry_id
        for row in rows.iterator(chunk_size=200)
        if not wanted.isdisjoint(array("q", zlib.decompress(row.numbers)))
    }
