"""Files that the product reads back: what a power cut or a full disk did to one stops nothing else."""

import logging
import os
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

DAMAGED = "damaged"
_TOKEN = re.compile(r"[0-9a-f]{16}")


def move_aside(path: Path, why: str) -> Path | None:
    """Put what cannot be read into ``damaged/`` beside it, for a person to look at; ``delivery.personal_files.damaged`` lets it go later.

    Says so in one log line. Returns where it lies now; None when somebody else was quicker.
    """
    folder = path.parent / DAMAGED
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / f"{path.name}.{time.time_ns()}"
    try:
        path.rename(place)
    except FileNotFoundError:
        return None
    logger.error("%s is damaged (%s); it lies in %s now", path, why, place)
    return place


def read_or_move_aside[Read](path: Path, read: Callable[[bytes], Read]) -> Read | None:
    """What ``read`` makes of the file; None when there is none, or none that can be read.

    ``read`` raises ValueError (or one of its kind) for what it cannot read.
    """
    try:
        return read(path.read_bytes())
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        move_aside(path, "a folder stands in its place")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        move_aside(path, type(error).__name__)
    return None


def make_once(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Create the file with its whole content; of two processes that start together the first wins."""
    made = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the disk hold what was written, before a name says that it does."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def folder_token(folder: Path) -> str:
    """Sixteen hex digits that name this very folder: host names repeat, and containers share them."""
    path = folder / "id"
    token = read_or_move_aside(path, _token)
    if token is None:
        make_once(path, secrets.token_hex(8).encode())
        token = _token(path.read_bytes())
    return token


def _token(content: bytes) -> str:
    """Raises: ValueError."""
    text = content.decode("ascii").strip()
    if not _TOKEN.fullmatch(text):
        raise ValueError(text)
    return text
