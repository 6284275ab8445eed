"""What a breach is, and what a run of several must show."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHECKS = (
    "checks"  # beside the whole proof's oracles: the promise's own checks, in a scratch instance
)
OF_GENERATED = frozenset({"bytes", "clock", "copy", "inventory", "logs", "routes"})


@dataclass(frozen=True, kw_only=True)
class Breach:
    """``edits``: file below ``src/tradepost``, the text that stands there once, and what a careless engineer
    might write instead. ``shows``: what a red line of the ``oracle`` must then say, a pattern. ``alone``: it
    would hide others, or be hidden by them, and has a run of its own, as those that ``CHECKS`` must see."""

    name: str
    promise: str
    edits: tuple[tuple[str, str, str], ...]
    oracle: str = CHECKS
    shows: str = ""
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Expected:
    """``shows``: a pattern that a red line of the oracle must fit."""

    kind: str
    name: str
    oracle: str
    shows: str
    is_written: bool = False

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.name}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """``patch`` puts all breaches of the run into a copy of the package. ``promise``: whose own checks look."""

    name: str
    patch: Callable[[Path], object]
    made: tuple[Expected, ...]
    promise: str = ""
