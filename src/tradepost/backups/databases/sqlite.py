"""SQLite: its online backup, page by page, both ways."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection

from tradepost.backups.types import BackupFailed, Unreadable
from tradepost.lib.files import move_aside

_WAIT_SECONDS = 30.0
_NOT_OURS = "sqlite_%"


class SQLite:
    """One file beside which others write; a reader of the log holds none of them up."""

    engine = "sqlite"

    @property
    def path(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def copy_to(self, place: Path) -> Mapping[str, int]:
        with (
            closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS)) as source,
            closing(sqlite3.connect(place)) as target,
        ):
            source.backup(target)
            return _rows(target)

    @contextmanager
    def opened(self, copy: Path) -> Iterator[Mapping[str, int]]:
        try:
            with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as trial:
                found = trial.execute("PRAGMA integrity_check").fetchone()[0]
                if found != "ok":
                    raise Unreadable(f"Its database is damaged ({found}).")
                yield _rows(trial)
        except sqlite3.DatabaseError as error:
            raise Unreadable(f"Its database is damaged ({error}).") from error

    def require_alone(self) -> None:
        """Only who is alone may leave the write-ahead log."""
        if not self.path.exists():
            return
        connection.close()
        with closing(sqlite3.connect(self.path, timeout=1)) as here:
            try:
                here.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError:
                raise BackupFailed(
                    "Somebody works with the database: stop `tradepost up` and all other processes first."
                ) from None
            except sqlite3.DatabaseError:  # damaged: nobody works with it
                return

    def put_back(self, copy: Path, mark: Callable[[str], str]) -> None:
        with closing(sqlite3.connect(copy)) as source:
            source.execute(mark("backups_restoration"))
            source.commit()
            try:
                self._replace_pages(source)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise BackupFailed(f"The database cannot be written ({error}).") from error
                for ending in ("", "-wal", "-shm"):
                    if (file := self.path.with_name(self.path.name + ending)).exists():
                        move_aside(file, "a backup takes its place")
                self._replace_pages(source)

    def _replace_pages(self, source: sqlite3.Connection) -> None:
        """One transaction of the target: killed on the way, it is rolled back."""
        with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS)) as target:
            target.execute("PRAGMA journal_mode=DELETE")
            source.backup(target)
        connection.close()


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE ?"
        " AND sql NOT LIKE 'CREATE VIRTUAL %'",  # such a one has tables of its own, which are counted
        [_NOT_OURS],
    ).fetchall()
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  from the catalogue
        for (name,) in tables
    }
