"""Neighbours that are away: told apart from mistakes, waited for, and said once.

No background process ends because the database, the broker, the cache or the disk is away for a while:
it says so in one line, waits with growing pauses, and says in another line that all is well again.
"""

import errno
import logging
import sqlite3
import sys
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connections

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
_DISK_WORDS = (
    "disk is full", "disk i/o error", "readonly database", "no space left", "could not extend file",
)  # fmt: skip
_DATABASE, _CLOSED = "the database", "a database that can be written"
_OF_THE_DATABASE = {_DATABASE, _CLOSED}
_READ_ONLY = "25006"  # PostgreSQL: a standby, or one that was closed to writers


class NeighbourAway(Exception):
    """Raised by a room for a neighbour of its own; the text names it and says what is wrong."""


def outage_of(error: BaseException | None) -> str:
    """The name of the neighbour that is away; empty for any other error."""
    if isinstance(error, NeighbourAway):
        return str(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _outage_of_database(error)
    if is_one_of(error, "kombu.exceptions", "OperationalError"):
        return "the broker"
    if is_one_of(error, "redis.exceptions", "ConnectionError", "TimeoutError"):
        return "the cache"
    if isinstance(error, OSError) and _is_of_the_disk(error):
        return "the disk"
    return ""


def is_one_of(error: BaseException | None, module: str, *names: str) -> bool:
    """Whether it is one of a library's errors. A library that nobody loaded has raised none."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, tuple(getattr(loaded, one) for one in names))


def _is_of_the_disk(error: OSError) -> bool:
    """Full, broken, or closed to us: a folder with wrong rights is an operator's to mend, too."""
    return error.errno in _FULL or (isinstance(error, PermissionError) and bool(error.filename))


def _outage_of_database(error: Exception) -> str:
    """A statement that is wrong is no outage: waiting mends nothing and would hide it for ever."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        code = getattr(cause, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_ERROR:  # no such table, a wrong word, too many variables
            return ""
    if isinstance(error, InternalError):
        return _CLOSED if _state_of(cause) == _READ_ONLY else ""
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    full = any(word in str(error).lower() for word in _DISK_WORDS)
    return "the disk" if full else _DATABASE


def _state_of(cause: BaseException | None) -> str:
    return getattr(cause, "sqlstate", None) or ""


class OutagesInOneLine(logging.Filter):
    """Leaves out the traceback of an error whose cause is known to be a neighbour's: one line, not a hundred."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if what := outage_of(error):
            record.msg, record.args = f"{record.getMessage()} ({what} is away)", None
            record.exc_info = record.exc_text = None
        return True


class Patience:
    """How one process bears outages: the pause before its next try, and the two log lines."""

    def __init__(self, who: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.who = who
        self._clock = clock
        self._since: float | None = None
        self._what = ""
        self._failures = 0

    def pause_after(self, error: BaseException) -> float:
        """Say what is away, unless it was said; returns the seconds to wait before trying again.

        A database connection that broke is closed: it would fail again when all is well.
        """
        what = outage_of(error)
        if self._since is None:
            self._since = self._clock()
        if what != self._what or not self._failures:
            self._say(what, error)
        self._what = what
        self._failures += 1
        if what in _OF_THE_DATABASE:
            _close_connections()
        return float(
            min(FIRST_PAUSE_SECONDS * 2 ** min(self._failures - 1, 20), LONGEST_PAUSE_SECONDS)
        )

    def over(self) -> None:
        """All is well; said when it was not."""
        if self._since is not None:
            away = self._clock() - self._since
            logger.warning(
                "%s goes on; it waited %.0f s for %s", self.who, away, self._what or "itself"
            )
        self._since, self._what, self._failures = None, "", 0

    def _say(self, what: str, error: BaseException) -> None:
        if isinstance(error, NeighbourAway):
            logger.error("%s waits: %s", self.who, what)
        elif what:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            logger.error("%s waits: %s is away (%s)", self.who, what, reason)
        else:
            logger.error("%s failed and tries again", self.who, exc_info=error)


def let_go_of(what: str) -> None:
    """After an answer that failed for want of a database: the next one may be another server's."""
    if what in _OF_THE_DATABASE:
        _close_connections()


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        try:
            connection.close()
        except Exception:  # noqa: BLE001  a connection that broke may not even close
            connection.connection = None
