"""Whatever people upload becomes one thing: a CSV file in UTF-8, in our private folder.

Everything after this reads only that form, so that the fast path is the only path, and so that a
person can be found in, and erased from, an upload by its bytes.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tradepost.audience import files

MEGABYTE = 1024 * 1024
LARGEST_CSV = 300 * MEGABYTE
LARGEST_SHEET = 40 * MEGABYTE
LARGEST_UNPACKED = 600 * MEGABYTE
MOST_PARTS = 2_000
MOST_COLUMNS = 200
SEPARATORS = (",", ";", "\t", "|")
_PIECE = 1 << 20
_SAMPLE = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZIP, _OLD_EXCEL = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")


class UnreadableFile(ValueError):
    """Not a file of contacts; the text says why and what to do."""


@dataclass(frozen=True)
class Stored:
    """An upload in our form. ``header`` names the columns, made up where the file has no header."""

    name: str
    separator: str
    has_header: bool
    header: list[str]
    rows: int


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


def rows_of(path: Path, separator: str, *, has_header: bool) -> Iterator[list[str] | None]:
    """Every data row; None for one that cannot be read. Blank lines are skipped."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter=separator)
        if has_header:
            next(reader, None)
        while True:
            try:
                for row in reader:
                    if row:
                        yield row
                return
            except csv.Error:
                yield None


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
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=True)
    except (CalamineError, IndexError, ValueError):
        raise UnreadableFile(_("The sheet cannot be read. Save it as CSV and try again.")) from None
    with target.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(_plain_rows(rows))


def _plain_rows(rows: Iterable[list[Any]]) -> Iterator[list[str]]:
    for row in rows:
        if any(cell != "" for cell in row):
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
    first = next((row for row in rows_of(path, separator, has_header=False) if row), None)
    if not first or not any(cell.strip() for cell in first):
        raise UnreadableFile(_("The file is empty."))
    if len(first) > MOST_COLUMNS:
        raise UnreadableFile(_("At most %(number)d columns, please.") % {"number": MOST_COLUMNS})
    has_header = not any("@" in cell for cell in first)
    made_up = [_("Column %(number)d") % {"number": i + 1} for i in range(len(first))]
    header = [cell.strip()[:80] or made_up[i] for i, cell in enumerate(first)]
    return Stored(
        name=name,
        separator=separator,
        has_header=has_header,
        header=header if has_header else made_up,
        rows=max(_lines(path) - has_header, 0),
    )


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
