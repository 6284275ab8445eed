"""Files that a process of this machine writes or reads for a moment, before or after the storage.

Each is named after its process, so that what one left behind that was killed is known and removed. They
may name anybody, as what they become does.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tradepost.jobs.lives import lives
from tradepost.lib import clock

_PARTS = 2  # of a life's name: folder and process


def folder() -> Path:
    place = Path(settings.TRADEPOST.data) / "spool" / "drafts"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


@contextmanager
def draft() -> Iterator[Path]:
    """A path with nothing there yet; whatever is there at the end goes."""
    path = folder() / f"{lives().own()}-{secrets.token_hex(8)}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _left_behind() -> list[Path]:
    """Those whose process is gone: the kernel says so, not a clock."""
    return [path for path in folder().iterdir() if lives().is_dead(_owner(path))]


def _owner(path: Path) -> str:
    return "-".join(path.name.split("-")[:_PARTS])


def due(now: datetime) -> int:  # noqa: ARG001  a keep rule's question
    return len(_left_behind())


def purge(now: datetime) -> int:  # noqa: ARG001  a keep rule's call
    old = _left_behind()
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def erase(subject: object) -> int:  # noqa: ARG001  a store's erase
    """What nobody finishes goes. What is being made of the person is begun anew by its room."""
    return purge(clock.now())


def holding(needle: bytes) -> Iterator[str]:
    """Drafts that hold the bytes, in either case."""
    for path in sorted(folder().iterdir()):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # finished since it was listed
            continue
        if needle.lower() in content.lower():
            yield f"draft {path.name}"
