"""The head of the access record, written down outside the database: who cuts off its tail is found out.

A chain shows that nothing in it was altered; that its end is missing it cannot show. So each hour number and
seal of the newest entry are written to the place of the keys, once a week mailed to the operators, and put
under an authority's time stamp where one is chosen. A restore, which takes the record back, says so there.
"""

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from tradepost.audit.models import Entry
from tradepost.backups import places
from tradepost.backups.sealed_lines import read_lines, write_lines
from tradepost.backups.types import TailCut
from tradepost.certificates import timestamps
from tradepost.lib import clock

_SLICE = 500


def anchor() -> int:
    """The scheduler's call; returns how many heads are new. Raises: TailCut, LedgerDamaged."""
    newest = Entry.objects.order_by("-pk").first()
    lines = read_lines(_this_month()) or []
    before = [line for line in map(json.loads, lines) if "seal" in line][-1:]
    missing = first_missing()
    if missing is not None:
        raise TailCut(f"entry {missing['number']}")
    if newest is None or (before and before[0]["seal"] == newest.seal):
        return 0
    _write({"number": newest.pk, "seal": newest.seal})
    if timestamps.is_asked():
        stamp = timestamps.stamp_for(newest.seal.encode())
        places.keys().write(f"{places.HEADS}/{newest.seal}.tsr", stamp)
    return 1


def note_restore(copied_at: str) -> None:
    """From the copy to this moment the record is taken back; heads of that time are excused."""
    _write({"copied_at": copied_at})


def first_missing() -> dict[str, object] | None:
    """The oldest head that the record does not hold any more. Raises: LedgerDamaged."""
    lines = list(_lines())
    restores = [(line["copied_at"], line["at"]) for line in lines if "copied_at" in line]
    heads = [line for line in lines if "seal" in line]
    for start in range(0, len(heads), _SLICE):
        some = heads[start : start + _SLICE]
        known = dict(_entries(some).values_list("seal", "pk"))
        for line in some:
            excused = any(str(since) <= str(line["at"]) <= str(until) for since, until in restores)
            if known.get(str(line["seal"])) != line["number"] and not excused:
                return line
    return None


def _entries(heads: list[dict[str, object]]) -> QuerySet[Entry]:
    return Entry.objects.filter(seal__in=[line["seal"] for line in heads])


def _lines() -> Iterator[dict[str, object]]:
    names = sorted(file.name for file in places.keys().list(places.HEADS))
    for name in names:
        if name.endswith(".heads"):
            yield from map(json.loads, read_lines(name) or [])


def _write(said: dict[str, object]) -> None:
    name = _this_month()
    line = json.dumps({"at": clock.now().isoformat(), **said}, sort_keys=True)
    write_lines(name, [*(read_lines(name) or []), line])


def _this_month() -> str:
    return f"{places.HEADS}/{clock.now():%Y-%m}.heads"
