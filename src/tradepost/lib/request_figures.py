"""How many requests a web process answered, with what, and how long each took.

A process counts in memory and writes a small file every few seconds; whoever serves the figures reads
all of them. Each process is a series of its own, so nothing is added up that a restart would undo; it
holds a lock on its file, and the file of one that is gone is deleted. No address, no page and no person
is in it.
"""

import fcntl
import json
import os
import secrets
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tradepost.lib.lives import is_held

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds; one more bucket holds whatever took longer."""
_SUFFIX = ".figures"
_LENGTH = 4096  # one page, written at once: nobody reads half of it


@dataclass
class RequestFigures:
    """What one process counted. ``seconds`` is the sum over all that went through Django."""

    statuses: Counter[int] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def note(self, status: int, seconds: float | None) -> None:
        """``seconds`` is None for what was refused before Django heard of it."""
        self.statuses[status] += 1
        if seconds is not None:
            self.buckets[bisect_left(BUCKETS, seconds)] += 1
            self.seconds += seconds


class FiguresFile:
    """The file of this process, made when it is first written; it must be written after all forks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1

    def write(self, figures: RequestFigures) -> None:
        """Raises: OSError."""
        if self._descriptor < 0:
            self._descriptor = self._made()
        text = json.dumps([figures.statuses, figures.buckets, figures.seconds])
        os.pwrite(self._descriptor, text.ljust(_LENGTH).encode(), 0)

    def _made(self) -> int:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        name = secrets.token_hex(4)
        unseen = self._folder / f"{name}.new"
        descriptor = os.open(unseen, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        unseen.rename(self._folder / f"{name}{_SUFFIX}")
        return descriptor


def figures_of_all(folder: Path) -> Iterator[tuple[str, RequestFigures]]:
    """By the name of the process. What cannot be read is left out until it is written anew."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        if not is_held(path):
            with suppress(OSError):
                path.unlink()
            continue
        with suppress(OSError, ValueError, TypeError, AttributeError):
            yield path.stem, _read(path)


def _read(path: Path) -> RequestFigures:
    """Raises: OSError, ValueError, TypeError, AttributeError."""
    statuses, buckets, seconds = json.loads(path.read_bytes())
    if len(buckets) != len(BUCKETS) + 1:
        raise ValueError("of another version")
    counted = Counter({int(status): int(count) for status, count in statuses.items()})
    return RequestFigures(counted, [int(count) for count in buckets], float(seconds))
