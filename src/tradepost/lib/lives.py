"""Which processes of this machine are alive, told by the kernel and without clocks.

Each process that works on rows holds a lock on a file of its own, and the rows carry the file's name.
The kernel drops the lock with the process, however it ended, so whoever finds it free knows that
nobody works on those rows any more.
"""

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path

from tradepost.lib.files import folder_token

_SUFFIX = ".alive"


class Lives:
    """The lock files in one folder. A name is ``<folder>-<process>``; safe after a fork."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = ""
        self._owner = 0
        self._descriptor = -1

    def own(self) -> str:
        """This process's name; locked before anybody can read it."""
        if self._owner != os.getpid():
            self._take()
        return self._name

    def is_dead(self, name: str) -> bool:
        """Certain that the process is gone. False for a living one and for one of another machine."""
        folder, _, process = name.partition("-")
        if not process or folder != self._token() or name == self._name_here():
            return False
        return not is_held(self.folder / f"{process}{_SUFFIX}")

    def tidy(self) -> None:
        """Remove the files of dead processes; a missing file says the same as a free lock."""
        for path in self.folder.glob(f"*{_SUFFIX}"):
            if path.name != self._file_name() and not is_held(path):
                with suppress(OSError):
                    path.unlink()

    def _take(self) -> None:
        token, process = self._token(), secrets.token_hex(8)
        unseen = self.folder / f"{process}.new"
        self._descriptor = os.open(unseen, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        unseen.rename(self.folder / f"{process}{_SUFFIX}")
        self._name, self._owner = f"{token}-{process}", os.getpid()

    def _token(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        return folder_token(self.folder)

    def _name_here(self) -> str:
        return self._name if self._owner == os.getpid() else ""

    def _file_name(self) -> str:
        return f"{self._name_here().partition('-')[2]}{_SUFFIX}"


def is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False  # no such file, or something else in its place: nobody can hold its lock
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
