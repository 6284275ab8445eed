"""A local file of lines, one per open or click, between the web server and the loader.

Each process appends to a file of its own (``O_APPEND``, one ``write`` a line) and holds a lock on it
for as long as it lives. A line that was written before the answer went out survives ``kill -9`` of
the process, because the kernel has it. The loader reads files while they grow, and removes those
whose lock nobody holds any more.

A line: ``version, milliseconds, kind, block, link, signals, browser``, separated by tabs. No address
of the reader is ever written.
"""

import fcntl
import os
import secrets
import socket
from binascii import hexlify, unhexlify
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tradepost.lib import clock

VERSION = b"1"
SUFFIX = ".spool"
ROTATE_BYTES = 16 * 1024 * 1024
ROTATE_SECONDS = 300.0
LONGEST_BROWSER = 300
LATEST = 32_503_680_000_000  # the year 3000: beyond it stands what no clock wrote
MOST_LINKS = 32_767
_UNPRINTABLE = dict.fromkeys((*range(32), 127), " ")


class SpoolLine(NamedTuple):
    """``at`` in milliseconds since 1970; ``signals``: D do not track, H HEAD, P prefetch."""

    at: int
    kind: str
    block: bytes
    link: int
    signals: str
    browser: str


def folder() -> Path:
    return Path(settings.TRADEPOST.data) / "spool" / "tracking"


class TrackingSpool:
    """The writing side. One per process; safe after a fork."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._file = -1
        self._owner = 0
        self._written = 0
        self._opened_at = 0.0

    def append(self, kind: bytes, block: bytes, link: int, signals: str, browser: str) -> None:
        """Raises: OSError, when the disk is full or the folder is gone."""
        now = clock.now().timestamp()
        line = encode(int(now * 1000), kind, block, link, signals, browser)
        if (
            self._owner != os.getpid()
            or self._written > ROTATE_BYTES
            or now - self._opened_at > ROTATE_SECONDS
        ):
            self._open(now)
        self._written += os.write(self._file, line)

    def _open(self, now: float) -> None:
        previous = self._file
        self.place.mkdir(parents=True, exist_ok=True)
        name = f"{socket.gethostname()[:60].replace('.', '-')}-{int(now)}-{secrets.token_hex(6)}"
        unseen = self.place / f"{name}.new"
        self._file = os.open(unseen, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        # Locked before it gets the name that loaders look for: one that finds it finds it in use.
        fcntl.flock(self._file, fcntl.LOCK_EX)
        unseen.rename(unseen.with_suffix(SUFFIX))
        if previous >= 0:
            os.close(previous)
        self._owner, self._written, self._opened_at = os.getpid(), 0, now

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file, self._owner = -1, 0


def encode(at: int, kind: bytes, block: bytes, link: int, signals: str, browser: str) -> bytes:
    """One line of the spool; ``at`` in milliseconds since 1970."""
    shown = browser[:LONGEST_BROWSER]
    if not shown.isprintable():  # looked at first: nearly all are
        shown = shown.translate(_UNPRINTABLE)
    text = shown.encode("utf-8", "replace")
    return b"\t".join(
        (VERSION, b"%d" % at, kind, hexlify(block), b"%d" % link, signals.encode(), text + b"\n")
    )


def files(place: Path) -> list[Path]:
    return sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else []


def read_chunk(path: Path, offset: int, size: int) -> bytes:
    """Whole lines from ``offset`` on, at most ``size`` bytes; a line still being written waits.

    So many bytes without an end are no line of ours: they are given out to be skipped.
    """
    with path.open("rb") as file:
        file.seek(offset)
        chunk = file.read(size)
    whole = chunk.rfind(b"\n") + 1
    return chunk if not whole and len(chunk) == size else chunk[:whole]


def parse(chunk: bytes) -> Iterator[SpoolLine]:
    """Lines that cannot be read are skipped: a damaged one must not hold up the rest."""
    for raw in chunk.split(b"\n"):
        parts = raw.split(b"\t", 6)
        if len(parts) != 7 or parts[0] != VERSION:
            continue
        try:
            line = SpoolLine(
                int(parts[1]),
                parts[2].decode(),
                unhexlify(parts[3]),
                int(parts[4]),
                parts[5].decode(),
                parts[6].decode("utf-8", "replace"),
            )
        except ValueError:
            continue
        if 0 < line.at < LATEST and 0 <= line.link <= MOST_LINKS:
            yield line


def blank(path: Path, start: int, end: int) -> None:
    """Overwrite what has been loaded, so that the spool holds nobody longer than it must."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\n" * (end - start))


@contextmanager
def left_by_its_writer(path: Path) -> Iterator[bool]:
    """Whether the process that wrote the file has closed it or died; no one else may while inside."""
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)
