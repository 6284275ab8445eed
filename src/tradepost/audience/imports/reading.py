"""Whatever people upload becomes one thing: a CSV file in UTF-8, in our private folder.

Everything after this reads only that form, so that the fast path is the only path, and so that a
person can be found in, and erased from, an upload by its bytes.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tradepost.audience import files
from tradepost.audience.imports.mapping import names_addresses

MEGABYTE = 1024 * 1024
LARGEST_CSV = 300 * MEGABYTE
LARGEST_SHEET = 40 * MEGABYTE
LARGEST_UNPACKED = 600 * MEGABYTE
MOST_PARTS = 2_000
MOST_COLUMNS = 200
MOST_LINES_IN_A_ROW = 60
SEPARATORS = (",", ";", "\t", "|")
_PIECE = 1 << 20
_SAMPLE = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TOP = 20
_ADDRESS = re.compile(r"[^@\s]++@[^@\s]{3,255}")
_LONGEST_ADDRESS = 320
_ZIP, _OLD_EXCEL = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")


class UnreadableFile(ValueError):
    """Not a file of contacts; the text says why and what to do."""


@dataclass(frozen=True)
class Stored:
    """An upload in our form.

    ``head_rows``: how many rows come before the first person. ``header`` names the columns, made up
    where the file does not.
    """

    name: str
    separator: str
    head_rows: int
    header: list[str]
    rows: int


class Unreadable(NamedTuple):
    """What stands in for a row that cannot be told: the lines it was made of, both included."""

    first: int
    last: int


def store(upload: "UploadedFile[bytes]") -> Stored:
    """Judge the upload by its first bytes and its size, before anything opens it; then convert it.

    Raises:
        UnreadableFile
    """
    stream: Any = upload.file
    stream.seek(0)
    first = stream.read(8)
    stream.seek(0)
    is_sheet = first.startswith((_ZIP, _OLD_EXCEL))
    limit = LARGEST_SHEET if is_sheet else LARGEST_CSV
    if (upload.size or 0) > limit:
        raise UnreadableFile(
            _("The file is larger than %(size)d MB; split it.") % {"size": limit // MEGABYTE}
        )
    name = files.new_name("csv")
    target = files.path_of(files.UPLOADS, name)
    try:
        if is_sheet:
            _convert_sheet(stream, target, is_zip=first.startswith(_ZIP))
        else:
            _convert_text(stream, target)
        return _describe(name, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def rows_of(path: Path, separator: str, *, skip: int = 0) -> Iterator[list[str] | Unreadable]:
    """Every row after the first ``skip``, blank ones too, so that they count as a spreadsheet counts.

    A quotation mark that is not closed swallows the lines behind it; more than a note could have
    are no cell, and are said to be unreadable together.
    """
    return islice(_rows(path, separator), skip, None)


def _rows(path: Path, separator: str) -> Iterator[list[str] | Unreadable]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter=separator)
        last = 0
        while True:
            try:
                for row in reader:
                    first, last = last + 1, reader.line_num
                    yield row if last - first < MOST_LINES_IN_A_ROW else Unreadable(first, last)
                return
            except csv.Error:
                first, last = last + 1, reader.line_num
                yield Unreadable(first, last)


def _convert_text(stream: IO[bytes], target: Path) -> None:
    encoding = _encoding(stream)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    stream.seek(0)
    with target.open("w", encoding="utf-8", newline="") as out:
        while piece := stream.read(_PIECE):
            out.write(decoder.decode(piece).replace("\0", ""))
        out.write(decoder.decode(b"", final=True).replace("\0", ""))


def _encoding(stream: IO[bytes]) -> str:
    """By byte order mark; else UTF-16 where every other byte is zero; UTF-8 where it fits; else what
    Excel for Windows writes."""
    sample = stream.read(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.6:
        return "utf-16-be"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _convert_sheet(stream: IO[bytes], target: Path, *, is_zip: bool) -> None:
    if is_zip:
        _refuse_bombs(stream)
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        sheet = book.get_sheet_by_index(0)
        rows = [*repeat([], (sheet.start or (0, 0))[0]), *sheet.to_python(skip_empty_area=True)]
    except (CalamineError, IndexError, ValueError):
        raise UnreadableFile(_("The sheet cannot be read. Save it as CSV and try again.")) from None
    with target.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(_plain_rows(rows))


def _plain_rows(rows: Iterable[list[Any]]) -> Iterator[list[str]]:
    """Empty rows stay empty rows, so that numbers are those of the sheet; at the end they are none."""
    empty = 0
    for row in rows:
        if not any(str(cell).strip() for cell in row):
            empty += 1
            continue
        yield from repeat([], empty)
        empty = 0
        yield [_plain(cell) for cell in row]


def _plain(cell: Any) -> str:
    """As a person would type it: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return (cell.isoformat() if hasattr(cell, "isoformat") else str(cell)).replace("\0", "")


def _refuse_bombs(stream: IO[bytes]) -> None:
    """Judge the zip by its directory, and each XML part by its start, before it is unpacked."""
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > LARGEST_UNPACKED:
                raise UnreadableFile(
                    _("The file unpacks to far more than it holds; save it as CSV.")
                )
            for one in parts:
                with package.open(one) as part:
                    if b"<!DOCTYPE" in part.read(2048).upper():
                        raise UnreadableFile(_("The file holds parts that no spreadsheet has."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise UnreadableFile(_("The file is damaged. Save it again, or as CSV.")) from None


def _describe(name: str, path: Path) -> Stored:
    separator = _separator(path)
    top = [row if isinstance(row, list) else [] for row in islice(rows_of(path, separator), _TOP)]
    width = max((len(row) for row in top), default=0)
    if not any(cell.strip() for row in top for cell in row):
        raise UnreadableFile(_("The file is empty."))
    if width > MOST_COLUMNS:
        raise UnreadableFile(_("At most %(number)d columns, please.") % {"number": MOST_COLUMNS})
    head_rows = _head_rows(top)
    titles = [*(top[head_rows - 1] if head_rows else []), *repeat("", width)][:width]
    return Stored(
        name=name,
        separator=separator,
        head_rows=head_rows,
        header=[
            title.strip()[:80] or _("Column %(number)d") % {"number": number}
            for number, title in enumerate(titles, 1)
        ],
        rows=max(_lines(path) - head_rows, 0),
    )


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


def _separator(path: Path) -> str:
    """The one that cuts the first lines into the most columns, equally often in each."""
    with path.open(encoding="utf-8", newline="") as stream:
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


def _lines(path: Path) -> int:
    """Line ends, for the progress bar; rows with line breaks inside make it a little too high."""
    count, last = 0, b"\n"
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            count += piece.count(b"\n") or piece.count(b"\r")
            last = piece[-1:]
    return count + (last not in {b"\n", b"\r"})
