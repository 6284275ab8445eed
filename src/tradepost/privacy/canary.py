"""Looking for a mark in everything that is stored: every table, every file, every byte."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


def databases_holding(word: str) -> list[str]:
    """``table.column`` of every place in the database whose value holds the word.

    All tables of the database, not only those of models; every column cast to text.
    """
    return [
        f"{table}.{column}"
        for table in _tables()
        for column in _columns(table)
        if _holds(table, column, word)
    ]


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor, include_views=False)


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [row.name for row in connection.introspection.get_table_description(cursor, table)]


def _holds(table: str, column: str, word: str) -> bool:
    name, field = connection.ops.quote_name(table), connection.ops.quote_name(column)
    raw = word.encode()
    if connection.vendor == "postgresql":
        # Binary columns show as hexadecimal digits.
        test = f"{field}::text ILIKE %s OR {field}::text ILIKE %s"
        values: list[str | bytes] = [f"%{word}%", f"%{raw.hex()}%"]
    else:
        test = f"instr(lower(CAST({field} AS TEXT)), %s) OR instr(CAST({field} AS BLOB), %s)"
        values = [word.lower(), raw]
    with connection.cursor() as cursor:
        # Names come from the database's own catalogue.
        cursor.execute(f"SELECT 1 FROM {name} WHERE {test} LIMIT 1", values)  # noqa: S608
        return cursor.fetchone() is not None


def files_holding(word: str, folder: Path | None = None) -> Iterator[Path]:
    """Every file under the data folder whose bytes hold the word, in any case, UTF-8 or UTF-16."""
    needles = [word.lower().encode(), word.lower().encode("utf-16-le")]
    for file in sorted((folder or Path(settings.TRADEPOST.data)).rglob("*")):
        if file.is_file() and not file.is_symlink() and _file_holds(file, needles):
            yield file


def _file_holds(file: Path, needles: list[bytes]) -> bool:
    longest = max(map(len, needles))
    tail = b""
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            window = tail + block.lower()
            if any(needle in window for needle in needles):
                return True
            tail = window[-longest:]
    return False


def flush_to_files() -> None:
    """Bring everything the database has written into the files that the scan reads."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
