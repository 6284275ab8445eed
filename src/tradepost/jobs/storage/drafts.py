"""Files that a process of this machine writes or reads for a moment, before or after the storage.

Each is named after its process, so that what one left behind that was killed is known and removed. They
may name anybody, as what they become does.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tradepost.jobs.lives import lives

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


def remove_left_behind() -> int:
    """Drafts whose process is gone; returns how many. The kernel says so, not a clock."""
    gone = 0
    for path in folder().iterdir():
        owner = "-".join(path.name.split("-")[:_PARTS])
        if lives().is_dead(owner):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def holding(needle: bytes) -> Iterator[str]:
    """Drafts that hold the bytes, in either case."""
    for path in sorted(folder().iterdir()):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # finished since it was listed
            continue
        if needle.lower() in content.lower():
            yield f"draft {path.name}"
