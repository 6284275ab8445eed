"""What an installation keeps is its own: no other account of the machine reads it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private(folder: Path) -> None:
    """Files of this process and its children are readable by its own account alone: 600, folders 700.

    Makes the folder when it is not there. One that is there keeps its rights: somebody chose them, and
    ``readable_by_others`` says what is wrong with them.
    """
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def readable_by_others(folder: Path) -> Iterator[Path]:
    """The folder, unless it is shut to others; then nothing inside can be reached, whatever its rights."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return
    if mode & _OTHERS:
        yield folder
        yield from (path for path in sorted(folder.iterdir()) if _open(path))


def _open(path: Path) -> bool:
    try:
        return bool(path.lstat().st_mode & _OTHERS) and not path.is_symlink()
    except OSError:  # gone since it was listed
        return False
