"""The ledger's files: one for each hour in which something happened, and one that lists them.

A file only grows. Each is sealed with a key of the installation, and the list says how many lines each
must have at least, so that a lost, shortened or altered one is seen.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tradepost.backups import day_keys, places
from tradepost.backups.sealed_lines import LedgerDamaged, read_lines, write_lines

Fact = Mapping[str, str | int | None]  # "kind", "at", and what the kind says
_LIST = f"{places.LEDGER}/list.json"


@dataclass
class LedgerList:
    """``until``: what was committed before is in it. ``lines``: of each hour's file."""

    until: str = ""
    lines: dict[str, int] = field(default_factory=dict)


def read_contents() -> LedgerList | None:
    """None when no ledger was begun. Raises: LedgerDamaged."""
    lines = read_lines(_LIST)
    if lines is None:
        return None
    return LedgerList(**json.loads(lines[0]))


_NOT_THERE = (
    "The ledger of erasures is not there; without it people who were erased would come back. It lies where"
    " the keys lie, and they are of no use without it."
)


def opened() -> LedgerList:
    """As :func:`read_contents`; begun, where nothing was ever sealed. Raises: LedgerDamaged."""
    contents = read_contents()
    if contents is None and day_keys.days():
        raise LedgerDamaged(_NOT_THERE)
    return contents or LedgerList()


def write_contents(contents: LedgerList) -> None:
    said = {"until": contents.until, "lines": contents.lines}
    write_lines(_LIST, [json.dumps(said, sort_keys=True)])


def add(facts: Iterable[Fact], contents: LedgerList) -> int:
    """Write what is not written yet; returns how much that was. Twice is once. Raises: LedgerDamaged."""
    by_hour: dict[str, set[str]] = {}
    for fact in facts:
        by_hour.setdefault(_file_of(str(fact["at"])), set()).add(json.dumps(fact, sort_keys=True))
    new = 0
    for name, lines in by_hour.items():
        known = read_lines(name) or []
        if len(known) < contents.lines.get(name, 0):
            raise LedgerDamaged(f"The ledger's file {name} is missing or was cut off.")
        if more := sorted(lines - set(known)):
            write_lines(name, [*known, *more])
            new += len(more)
        contents.lines[name] = len(known) + len(more)
    return new


def facts(since: datetime) -> Iterator[Fact]:
    """All that the list names from this hour on, in order of time. Raises: LedgerDamaged."""
    contents = read_contents()
    if contents is None:
        raise LedgerDamaged(_NOT_THERE)
    first = _file_of(since.isoformat())
    for name, count in sorted(contents.lines.items()):
        if name < first:
            continue
        lines = read_lines(name)
        if lines is None or len(lines) < count:
            raise LedgerDamaged(f"The ledger's file {name} is missing or was cut off.")
        yield from sorted(map(json.loads, lines), key=lambda fact: str(fact["at"]))


def forget(before: datetime, contents: LedgerList) -> int:
    """Files that no readable backup needs any more."""
    gone = old_files(before, contents)
    for name in gone:
        places.keys().delete(name)
        del contents.lines[name]
    return len(gone)


def old_files(before: datetime, contents: LedgerList) -> list[str]:
    return [name for name in contents.lines if name < _file_of(before.isoformat())]


def number(fact: Fact, name: str) -> int | None:
    """A row number; None where the kind has none here."""
    value = fact[name]
    return None if value is None else int(value)


def digest_of(fact: Fact) -> str:
    return hashlib.sha256(json.dumps(fact, sort_keys=True).encode()).hexdigest()


def _file_of(at: str) -> str:
    return f"{places.LEDGER}/{at[:13]}.facts"
