"""Whatever people upload becomes one thing: a CSV file in our private folder.

Everything after this reads only that form, so that the fast path is the only path, and so that a
person can be found in, and erased from, an upload by its bytes: the file keeps its charset only where
ASCII letters are the same bytes in it as in UTF-8.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tradepost.audience import files
from tradepost.audience.imports.mapping import names_addresses
from tradepost.audience.imports.refusals import in_words, not_a_table
from tradepost.jobs import storage
from tradepost.lib import tables
from tradepost.lib.charsets import NotText, detect
from tradepost.lib.sheets import SheetRefused, sheet_to_csv
from tradepost.lib.tables import MOST_COLUMNS, LineTooLong, UnreadableRow

__all__ = ["StoredUpload", "UnreadableFile", "UnreadableRow", "read", "receive", "rows_of"]

MEGABYTE = 1024 * 1024
LARGEST_CSV = 300 * MEGABYTE
LARGEST_SHEET = 40 * MEGABYTE
SEPARATORS = (",", ";", "\t", "|")
SHEET = ".sheet"
_PIECE = 1 << 20
_SAMPLE = 64 * 1024
_TOP = 20
_LONGEST_ADDRESS = 320
_ADDRESS = re.compile(r"[^@\s]++@[^@\s]{3,255}")
_SHEETS = {"ZIP", "XLS"}
# In these, ASCII letters are other bytes, or mean something else after an escape: made UTF-8 at once.
_MADE_UTF8 = {"utf-16-le", "utf-16-be", "iso2022_jp"}

Waiting = Callable[[], None]


class UnreadableFile(ValueError):
    """Not a file of contacts; the text says why and what to do."""


@dataclass(frozen=True)
class StoredUpload:
    """An upload in our form.

    ``head_rows``: how many rows come before the first person. ``header`` names the columns, made up
    where the file does not. ``charset`` is a proposal where it is not certain.
    """

    name: str
    charset: str
    charset_is_certain: bool
    separator: str
    head_rows: int
    header: list[str]
    rows: int


def receive(upload: "UploadedFile[bytes]") -> str:
    """Keep the bytes as they are, after a look at the first of them and at their number.

    Returns the name of the file in our folder; :func:`read` does the rest, outside the web request.

    Raises:
        UnreadableFile
    """
    stream: Any = upload.file
    stream.seek(0)
    kind = tables.packed_as(stream.read(16))
    stream.seek(0)
    if kind and kind not in _SHEETS:
        raise UnreadableFile(not_a_table(kind))
    limit = LARGEST_SHEET if kind else LARGEST_CSV
    too_large = _("The file is larger than %(size)d MB; split it.") % {"size": limit // MEGABYTE}
    if (upload.size or 0) > limit:
        raise UnreadableFile(too_large)
    if not upload.size:
        raise UnreadableFile(_("The file is empty."))
    name = files.new_name((SHEET if kind else ".csv").lstrip("."))
    with files.being_written(files.UPLOADS, name) as path, path.open("xb") as target:
        while piece := stream.read(_PIECE):
            target.write(piece)
    return name


def read(name: str, waiting: Waiting | None = None) -> StoredUpload:
    """Make our form of what was received, and find out how it is built. ``waiting`` is called while a
    sheet is converted, and may raise.

    Raises:
        UnreadableFile
    """
    if not name.endswith(SHEET):
        return _read_text(name)
    made = files.new_name("csv")
    try:
        with (
            storage.files().on_disk(files.place_of(files.UPLOADS, name)) as source,
            files.being_written(files.UPLOADS, made) as target,
        ):
            sheet_to_csv(source, target, waiting=waiting)
        stored = _describe(made, "utf-8", is_certain=True)
    except SheetRefused as refused:
        raise UnreadableFile(in_words(refused)) from None
    except BaseException:
        files.remove(files.UPLOADS, made)
        raise
    files.remove(files.UPLOADS, name)
    return stored


def rows_of(
    name: str, separator: str, *, charset: str = "utf-8", skip: int = 0
) -> Iterator[list[str] | UnreadableRow]:
    """Every row after the first ``skip``, blank ones too, so that they count as a spreadsheet counts."""
    with _opened(name, charset) as stream:
        yield from islice(tables.rows_of(stream, separator), skip, None)


def _opened(name: str, charset: str) -> io.TextIOWrapper:
    codec = "utf-8-sig" if charset == "utf-8" else charset
    return files.opened_as_text(files.UPLOADS, name, codec, "replace")


def _read_text(name: str) -> StoredUpload:
    try:
        with files.opened(files.UPLOADS, name) as stream:
            found = detect(stream)
    except NotText:
        raise UnreadableFile(not_a_table(_("binary"))) from None
    charset = found.charset
    if charset in _MADE_UTF8:
        _make_utf8(name, charset)
        charset = "utf-8"
    return _describe(name, charset, is_certain=found.certain)


def _make_utf8(name: str, charset: str) -> None:
    with (
        files.being_written(files.UPLOADS, name) as rest,
        files.opened_as_text(files.UPLOADS, name, charset, "replace") as stream,
        rest.open("w", encoding="utf-8", newline="") as out,
    ):
        while piece := stream.read(_PIECE):
            out.write(piece.replace("\0", "").removeprefix("\ufeff"))


def _describe(name: str, charset: str, *, is_certain: bool) -> StoredUpload:
    try:
        lines = _count_lines(name)
        separator = _separator(name, charset)
        rows = list(islice(rows_of(name, separator, charset=charset), _TOP))
    except LineTooLong as error:
        text = _("Line %(line)d is too long for a table. Save the file again as CSV.")
        raise UnreadableFile(text % {"line": error.line}) from None
    if any(isinstance(row, UnreadableRow) and row.is_too_wide for row in rows):
        raise UnreadableFile(_("At most %(number)d columns, please.") % {"number": MOST_COLUMNS})
    top = [row if isinstance(row, list) else [] for row in rows]
    if not any(cell.strip() for row in top for cell in row):
        raise UnreadableFile(_("The file is empty."))
    head_rows = _head_rows(top)
    return StoredUpload(
        name=name,
        charset=charset,
        charset_is_certain=is_certain,
        separator=separator,
        head_rows=head_rows,
        header=_titles(top, head_rows),
        rows=max(lines - head_rows, 0),
    )


def _titles(top: list[list[str]], head_rows: int) -> list[str]:
    width = max(map(len, top))
    titles = [*(top[head_rows - 1] if head_rows else []), *[""] * width][:width]
    return [
        title.replace("\0", "").strip()[:80] or _("Column %(number)d") % {"number": number}
        for number, title in enumerate(titles, 1)
    ]


def _head_rows(top: list[list[str]]) -> int:
    """How many rows come before the people: a title and other lines may stand above the column names.

    Names are looked for above the first address: the row that has one for addresses, else the first
    of those with the most cells. What comes below them is people, or is refused with a reason.
    """
    first = next((n for n, row in enumerate(top) if any(map(_is_address, row))), len(top))
    filled = [sum(bool(cell.strip()) for cell in row) for row in top[:first]]
    if not any(filled):
        return 0
    known = (n for n, row in enumerate(top[:first]) if any(map(names_addresses, row)))
    return next(known, filled.index(max(filled))) + 1


def _is_address(cell: str) -> bool:
    text = cell.strip()
    is_short = len(text) <= _LONGEST_ADDRESS
    return is_short and "." in text.partition("@")[2] and bool(_ADDRESS.fullmatch(text))


def _separator(name: str, charset: str) -> str:
    """The one that cuts the first lines into the most columns, equally often in each."""
    with _opened(name, charset) as stream:
        sample = stream.read(_SAMPLE)
    best, most = ",", 1.0
    for separator in SEPARATORS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=separator) if row][:20]
        except csv.Error:
            continue
        widths = [len(row) for row in rows[:-1] or rows] or [1]
        width = max(set(widths), key=widths.count)
        score = width * widths.count(width) / len(widths)
        if width > 1 and score > most:
            best, most = separator, score
    return best


def _count_lines(name: str) -> int:
    """For the progress bar; rows with line breaks inside make it a little too high.

    Bytes are never fewer than the letters they stand for, so no line is longer in any charset.
    """
    with files.opened_as_text(files.UPLOADS, name, "latin-1") as stream:
        return sum(1 for _line in tables.lines_of(stream))
