"""What a storage is: names below a root, whole files behind them."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


class UnsafeName(ValueError):
    """A name that leads elsewhere, or that we did not make."""


@dataclass(frozen=True)
class StoredFile:
    name: str
    size: int
    changed_at: datetime


class Files(Protocol):
    """Names look like ``exports/orders/17.csv``; a file is there as a whole or not at all."""

    def open(self, name: str) -> BinaryIO:
        """Read piece by piece, from any place on. Raises: FileNotFoundError."""

    def put(self, name: str, source: Path) -> None:
        """Take the file's bytes in the place of what was there; ``source`` is gone afterwards."""

    def write(self, name: str, content: bytes) -> None:
        """Small ones, in the place of what was there."""

    def delete(self, name: str) -> None:
        """Also where there is none."""

    def size(self, name: str) -> int:
        """In bytes. Raises: FileNotFoundError."""

    def list(self, folder: str) -> Iterator[StoredFile]:
        """Everything below the folder, sorted by name."""

    def on_disk(self, name: str) -> AbstractContextManager[Path]:
        """The file on this machine, for programs that want a path. Raises: FileNotFoundError."""


def checked(name: str) -> str:
    """Raises: UnsafeName."""
    if not name or not all(map(_PART.fullmatch, name.split("/"))):
        raise UnsafeName(name)
    return name
