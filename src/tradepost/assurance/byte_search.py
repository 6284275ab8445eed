"""Looking for a mark in everything that is stored: every table, every file, every byte."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


def databases_holding(word: str) -> list[str]:
    """``table.column`` of every place in the database whose value holds the word.

    All tables of the database, not only those of models; every column cast to text. One query each.
    """
    found: list[str] = []
    for table, columns in columns_by_table().items():
        hits = _hits(table, columns, word)
        found.extend(f"{table}.{column}" for column, hit in zip(columns, hits, strict=True) if hit)
    return found


def columns_by_table() -> dict[str, list[str]]:
    """Every table with its columns, from the database's own catalogue. What a search by letters is kept
    in has tables of its own; the view of them that SQLite calls virtual cannot be read."""
    sql = (
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = ANY (current_schemas(false)) ORDER BY table_name, ordinal_position"
        if connection.vendor == "postgresql"
        else "SELECT tables.name, columns.name FROM sqlite_master AS tables,"
        " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
        " AND tables.sql NOT LIKE 'CREATE VIRTUAL %'"
    )
    tables: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for table, column in cursor.fetchall():
            tables.setdefault(table, []).append(column)
    return tables


def _hits(table: str, columns: list[str], word: str) -> tuple[int | None, ...]:
    quote = connection.ops.quote_name
    raw = word.encode()
    if connection.vendor == "postgresql":
        # Binary columns show as hexadecimal digits.
        test = "{0}::text ILIKE %s OR {0}::text ILIKE %s"
        values: list[str | bytes] = [f"%{word}%", f"%{raw.hex()}%"]
    else:
        test = "instr(lower(CAST({0} AS TEXT)), %s) OR instr(CAST({0} AS BLOB), %s)"
        values = [word.lower(), raw]
    tests = ", ".join(
        f"MAX(CASE WHEN {test.format(quote(column))} THEN 1 ELSE 0 END)" for column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tests} FROM {quote(table)}", values * len(columns))  # noqa: S608  names come from the catalogue
        return tuple(cursor.fetchone())


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


def count_columns() -> int:
    """How many columns a search goes through."""
    return sum(map(len, columns_by_table().values()))
