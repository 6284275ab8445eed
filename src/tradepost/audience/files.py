"""Uploaded and exported files of contacts: private, of random names, nothing served directly."""

import io
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from tradepost.jobs import storage

UPLOADS = "audience-uploads"
EXPORTS = "audience-exports"
EXPORT_JOB = "audience.export"


def new_name(ending: str) -> str:
    return f"{secrets.token_hex(16)}.{ending}"


def place_of(kind: str, name: str) -> str:
    """In the storage. Raises: ValueError, for a name that we did not make."""
    if not name or Path(name).name != name:
        raise ValueError(name)
    return f"private/{kind}/{name}"


def opened(kind: str, name: str) -> BinaryIO:
    return storage.files().open(place_of(kind, name))


def opened_as_text(kind: str, name: str, charset: str, errors: str = "strict") -> io.TextIOWrapper:
    """Line ends stay as they are."""
    return io.TextIOWrapper(opened(kind, name), encoding=charset, errors=errors, newline="")


def being_written(kind: str, name: str) -> AbstractContextManager[Path]:
    """A path to write to; the file is there, or takes the old one's place, when the block ends well."""
    return storage.being_written(place_of(kind, name))


def remove(kind: str, name: str) -> None:
    """Overwriting is the file system's business; the name and its bytes are let go."""
    if name:
        storage.files().delete(place_of(kind, name))


def names(kind: str) -> list[str]:
    return [file.name.rpartition("/")[2] for file in storage.files().list(f"private/{kind}")]


def holding(kind: str, needle: bytes) -> Iterator[str]:
    """Names of files that contain these bytes, in either case; read in pieces, so that size does not matter."""
    for name in names(kind):
        try:
            with opened(kind, name) as stream:
                holds = _holds(stream, needle.lower())
        except FileNotFoundError:  # gone since it was listed
            continue
        if holds:
            yield name


def _holds(stream: BinaryIO, needle: bytes) -> bool:
    rest = b""
    while piece := stream.read(1 << 20):
        window = rest + piece.lower()
        if needle in window:
            return True
        rest = window[-len(needle) :]
    return False
