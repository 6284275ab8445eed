"""How a room says what it keeps: a promise, its sentence, its check.

The list of all promises and their texts lives here at the bottom of the house, so that every room,
however low, can register the check that backs one. Running, storing and publishing the results is
the work of upper rooms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    ENFORCED = "enforced"
    TESTED = "tested"
    MONITORED = "monitored"
    ATTESTED = "attested"


class Broken(AssertionError):
    """The promise is not kept; the text says what was found."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """``run`` returns one line of evidence in plain words, or raises :class:`Broken`.

    Tested checks may write: they run in a scratch database, inside a transaction that is rolled back.
    Monitored checks only read, and cost the same at a million rows as indexes allow.
    """

    promise: str
    evidence: Evidence
    run: Callable[[], str]


checks: dict[str, list[Check]] = {}


def keeps(promise: str, evidence: Evidence) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register the decorated function as a check of a promise. A promise may have several."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        checks.setdefault(promise, []).append(
            Check(promise=promise, evidence=evidence, run=function)
        )
        return function

    return register


def require(condition: object, found: str) -> None:
    """Raises: Broken, with what was found, unless the condition holds."""
    if not condition:
        raise Broken(found)
