"""Every statement of the five policies that the product grew from, and what became of each.

``sources.json`` holds them clause by clause, in words of our own. A statement is promised here, refused
on purpose, or waits for a feature; nothing else.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("sources.json")
CONTEXT = "sources"  # of the texts below in the catalogues of translations


@dataclass(frozen=True, kw_only=True)
class Statement:
    """``says``: in English, as the sources are.

    ``promises`` keep it; or it is ``refused``, with the reason and what is promised ``instead``; or
    ``missing`` names the feature that does not exist yet, ``issue`` the piece of work that brings it, and
    ``awaits`` the promises that will keep it then.
    """

    id: str
    section: str
    says: str
    promises: tuple[str, ...] = ()
    refused: str = ""
    instead: tuple[str, ...] = ()
    missing: str = ""
    issue: int = 0
    awaits: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Every promise that the statement is a source of."""
        return (*self.promises, *self.instead, *self.awaits)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One policy. ``letter``: as promises name it; ``service``: what its company offered."""

    letter: str
    name: str
    service: str
    statements: tuple[Statement, ...]


@cache
def read_sources() -> tuple[Source, ...]:
    return tuple(
        Source(
            letter=one["letter"],
            name=one["name"],
            service=one["service"],
            statements=tuple(_statement(row) for row in one["statements"]),
        )
        for one in json.loads(FILE.read_text(encoding="utf-8"))
    )


def _statement(row: dict[str, str | int | list[str]]) -> Statement:
    """Raises: TypeError, for a key that no statement has."""
    said = {key: tuple(it) if isinstance(it, list) else it for key, it in row.items()}
    return Statement(**said)  # type: ignore[arg-type]  # JSON's own kinds; the test of the file reads each


def texts() -> Iterator[str]:
    """What is ours to translate: services, reasons and features, not what the sources say."""
    for source in read_sources():
        yield source.service
        for statement in source.statements:
            yield from filter(None, (statement.refused, statement.missing))
