"""Uploaded and exported files of contacts: a private folder, random names, nothing served directly."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

UPLOADS = "audience-uploads"
EXPORTS = "audience-exports"


def folder(kind: str) -> Path:
    place: Path = settings.TRADEPOST.data / "private" / kind
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def new_name(ending: str) -> str:
    return f"{secrets.token_hex(16)}.{ending}"


def path_of(kind: str, name: str) -> Path:
    """Raises: ValueError, for a name that we did not make."""
    if not name or Path(name).name != name:
        raise ValueError(name)
    return folder(kind) / name


def remove(kind: str, name: str) -> None:
    """Overwriting is the file system's business; the name and its bytes are let go."""
    if name:
        path_of(kind, name).unlink(missing_ok=True)


def holding(kind: str, needle: bytes) -> Iterator[Path]:
    """Files that contain these bytes, in either case; read in pieces, so that size does not matter."""
    for file in sorted(folder(kind).iterdir()):
        if _holds(file, needle.lower()):
            yield file


def _holds(file: Path, needle: bytes) -> bool:
    rest = b""
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            window = rest + piece.lower()
            if needle in window:
                return True
            rest = window[-len(needle) :]
    return False
