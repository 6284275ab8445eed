"""Copying the database while others write to it, and putting a copy in its place."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection

from tradepost.backups.databases.postgresql import PostgreSQL
from tradepost.backups.databases.sqlite import SQLite


class Database(Protocol):
    """What both can do."""

    engine: str

    def copy_to(self, place: Path) -> Mapping[str, int]:
        """A copy of one moment, in a file; returns how many rows each table had at that moment."""

    def opened(self, copy: Path) -> AbstractContextManager[Mapping[str, int]]:
        """The copy, restored on trial: how many rows each table has there. Raises: Unreadable."""

    def require_alone(self) -> None:
        """Raises: BackupFailed, while somebody else works with the database."""

    def put_back(self, copy: Path, mark: Callable[[str], str]) -> None:
        """In one step, with the row that says that the restore is not finished yet. Raises: BackupFailed.

        ``mark`` makes the statement from the name of the table.
        """


def database() -> Database:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
