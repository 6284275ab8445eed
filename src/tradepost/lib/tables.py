"""Rows of text files that strangers send: every line, row and cell has an end.

A CSV reader takes a line as long as the file into memory, and a quotation mark that is never closed
takes the rest of the file. Here one bad line or row costs no more than its bound, and only itself.
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, NamedTuple

LONGEST_LINE = 1_000_000  # characters
LONGEST_ROW = 1_000_000  # characters, over all its lines
MOST_COLUMNS = 200
MOST_LINES_IN_A_ROW = 60

# The first bytes of files that are no text, and what to call them.
PACKED = {
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "GZIP",
    b"BZh": "BZIP2",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"%PDF": "PDF",
    b"\x28\xb5\x2f\xfd": "ZSTD",
    b"\xfd7zXZ": "XZ",
    b"7z\xbc\xaf\x27\x1c": "7Z",
    b"Rar!": "RAR",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"SQLite format 3": "SQLite",
}


class LineTooLong(ValueError):
    """A line that no table has; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is longer than {LONGEST_LINE} characters")
        self.line = line


class UnreadableRow(NamedTuple):
    """What stands in for a row that cannot be told: its lines, both included, and what is wrong."""

    first: int
    last: int
    is_too_wide: bool = False


Row = list[str] | UnreadableRow


class _RowTooLong(Exception):
    """The lines since the last row hold more than a row may."""


def lines_of(stream: IO[str]) -> Iterator[str]:
    """Lines with their ends.

    Raises:
        LineTooLong
    """
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise LineTooLong(number)
        yield line


def rows_of(stream: IO[str], separator: str, *, columns: int = MOST_COLUMNS) -> Iterator[Row]:
    """Every row, blank ones too, so that they count as a spreadsheet counts.

    A row that is too wide, too long, or that runs over more lines than a note could have, is said to be
    unreadable; the next row is read as usual. The stream is opened with ``newline=""``.

    Raises:
        LineTooLong
    """
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=separator)
    while True:
        first = lines.number + 1
        try:
            for row in reader:
                lines.characters = 0
                is_too_wide = len(row) > columns
                is_readable = not is_too_wide and lines.number - first < MOST_LINES_IN_A_ROW
                yield row if is_readable else UnreadableRow(first, lines.number, is_too_wide)
                first = lines.number + 1
        except (csv.Error, _RowTooLong):
            lines.characters = 0
            yield UnreadableRow(first, lines.number)
        else:
            return


class _Lines:
    """Counts what the reader has taken since the last row."""

    def __init__(self, stream: IO[str]) -> None:
        self.source = lines_of(stream)
        self.number = 0
        self.characters = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self.source)
        self.number += 1
        self.characters += len(line)
        if self.characters > LONGEST_ROW:
            raise _RowTooLong
        return line


def numbered_top(
    rows: Iterable[Row], count: int, *, first: int = 1, among: int = 2_000
) -> list[tuple[int, list[str]]]:
    """The first rows that can be read and hold something, with their numbers from ``first`` on; looked
    for among the first ``among``."""
    filled = (
        (number, row)
        for number, row in enumerate(islice(rows, among), first)
        if isinstance(row, list) and any(map(str.strip, row))
    )
    return list(islice(filled, count))


def packed_as(first_bytes: bytes) -> str:
    """What kind of file this is that is no text; empty if it may be one."""
    return next((kind for start, kind in PACKED.items() if first_bytes.startswith(start)), "")
