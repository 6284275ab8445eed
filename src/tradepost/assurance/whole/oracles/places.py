"""Where a mark lies: every column of every table, every byte of every file, whatever it is packed in."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from tradepost.assurance.byte_search import columns_by_table
from tradepost.assurance.whole.oracles.layers import layers_of

# Delivered with the program, the same on every installation.
_OWN_FILES = frozenset({"static", "scratch"})


@dataclass
class MarksFound:
    """``columns`` by ``table.column``, ``files`` by their path below the data folder; each with its marks."""

    columns: dict[str, set[str]] = field(default_factory=dict)
    files: dict[str, set[str]] = field(default_factory=dict)
    tables: int = 0
    searched_bytes: int = 0

    @property
    def marks(self) -> set[str]:
        return set().union(*self.columns.values(), *self.files.values())


def find_marks(pattern: re.Pattern[str]) -> MarksFound:
    """Reads everything that is kept: rows as they are read, then the files as they lie on the disk: free
    pages and the journal of an SQLite database, too. Nothing is flushed or tidied up before."""
    found = MarksFound()
    for table, columns in columns_by_table().items():
        found.tables += 1
        for column, marks in _in_table(table, columns, pattern).items():
            found.columns[f"{table}.{column}"] = marks
    folder = Path(settings.TRADEPOST.data)
    for file in _files(folder):
        data = file.read_bytes()
        found.searched_bytes += len(data)
        name = str(file.relative_to(folder))
        if marks := marks_in(data, pattern) | marks_in(name.encode(), pattern):
            found.files[name] = marks
    return found


def words_in_cluster(pattern: re.Pattern[str]) -> set[str] | None:
    """What PostgreSQL's own files still hold of it: pages with rows that are gone, indexes, the log. None where it is
    another database, or its folder is not on this machine or not ours. What it has compressed is not read."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        place = Path(cursor.fetchone()[0])
    binary = re.compile(pattern.pattern.encode(), re.IGNORECASE)
    try:
        files = [file for part in ("base", "pg_wal") for file in (place / part).rglob("*")]
        found = {
            word for file in files if file.is_file() for word in binary.findall(file.read_bytes())
        }
    except OSError:
        return None
    return {word.decode().lower() for word in found} if files else None


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        own = file.relative_to(folder).parts[0] in _OWN_FILES
        if file.is_file() and not file.is_symlink() and not own:
            yield file


def _in_table(table: str, columns: list[str], pattern: re.Pattern[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)}")  # noqa: S608  names from the catalogue
        for row in cursor:
            for column, value in zip(columns, row, strict=True):
                if isinstance(value, str | bytes | memoryview | list | dict):
                    found[column] |= marks_in(_as_bytes(value), pattern)
    return {column: marks for column, marks in found.items() if marks}


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def marks_in(data: bytes, pattern: re.Pattern[str]) -> set[str]:
    binary = re.compile(pattern.pattern.encode(), re.IGNORECASE)
    return {mark.decode().lower() for layer in layers_of(data) for mark in binary.findall(layer)}
