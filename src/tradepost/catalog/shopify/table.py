"""Bytes somebody uploaded → a table of texts. Nothing is unpacked, and nothing grows."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tradepost.lib.tables import packed_as

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 500
MOST_CELL = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BLANKS = " \t\r\n\u00a0\u200b\ufeff"


class UnreadableList(ValueError):
    """The file as a whole cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class ProductRow:
    """``cells`` by column name in lower case; ``line`` is the row as a spreadsheet counts it.

    ``labels`` say what the file itself calls a column, where a layout was translated into ours.
    """

    line: int
    cells: dict[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)

    def get(self, *names: str) -> str:
        """The first of these columns that holds something."""
        return next((self.cells[name] for name in names if self.cells.get(name)), "")

    def has(self, name: str) -> bool:
        return name in self.cells

    def label(self, column: str) -> str:
        return self.labels.get(column.casefold(), column)


@dataclass(frozen=True)
class ProductTable:
    """``labels``: the columns as the file writes them, by their names in lower case."""

    labels: dict[str, str]
    rows: list[ProductRow]


def read_rows(data: bytes) -> ProductTable:
    """All rows that are not empty.

    Raises:
        UnreadableList: too large, packed, not text, no table, or a quotation mark that is never closed.
    """
    refuse_at_sight(len(data), data[:16])
    text = _decoded(data)
    if not text.strip():
        raise UnreadableList(_("The file is empty."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        numbered = enumerate(reader, 1)
        names = next(cells for _line, cells in numbered if _is_head(cells))
        header = _header(names)
        labels = {name: label.strip(_BLANKS) for name, label in zip(header, names, strict=True)}
        labels.pop("", None)
        rows = list(_rows(numbered, header))
    except StopIteration:
        raise UnreadableList(_("The file is empty.")) from None
    except csv.Error as error:
        raise UnreadableList(
            _("The file cannot be read from line %(line)d on: %(why)s.")
            % {"line": reader.line_num, "why": error}
        ) from None
    if not rows:
        raise UnreadableList(_("Below the names of the columns the file is empty."))
    return ProductTable(labels, rows)


def refuse_at_sight(size: int, first_bytes: bytes) -> None:
    """What nobody needs to read for. Raises: UnreadableList."""
    if size > MOST_BYTES:
        limit = MOST_BYTES // 1_000_000
        raise UnreadableList(
            _("The file is larger than %(limit)d MB; split it.") % {"limit": limit}
        )
    if not size:
        raise UnreadableList(_("The file is empty."))
    if kind := packed_as(first_bytes):
        raise UnreadableList(
            _("This is a %(kind)s file. Save it as CSV (UTF-8) first.") % {"kind": kind}
        )


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what old programs on Windows write."""
    encodings = ["utf-8-sig", "windows-1252", "latin-1"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        raise UnreadableList(_("This is not a text file. Save the table as CSV (UTF-8)."))
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadableList(_("The characters of this file cannot be read. Save it as CSV (UTF-8)."))


def _separator(text: str) -> str:
    lines = (line for line in text.lstrip("\ufeff\r\n").split("\n", 20) if line.strip())
    first = next((line for line in lines if not line.startswith("[")), "")
    return max(",;\t|", key=first.count)


def _is_head(cells: list[str]) -> bool:
    """X-Cart 4 writes the name of the section, such as ``[PRODUCTS]``, above the columns."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and not (len(filled) == 1 and filled[0].startswith("["))


def _header(names: list[str]) -> list[str]:
    header = [" ".join(name.strip(_BLANKS).casefold().split()) for name in names]
    if len(header) > MOST_COLUMNS:
        raise UnreadableList(_("The table has too many columns."))
    named = [name for name in header if name]
    twice = next((name for name in named if named.count(name) > 1), "")
    if twice:
        raise UnreadableList(_("The column “%(name)s” stands in the file twice.") % {"name": twice})
    return header


def _rows(numbered: Iterator[tuple[int, list[str]]], header: list[str]) -> Iterator[ProductRow]:
    count = 0
    for line, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableList(
                _("The file has more than %(most)d rows; split it.") % {"most": MOST_ROWS}
            )
        if any(len(cell) > MOST_CELL for cell in cells):
            raise csv.Error(_("a cell holds more text than we accept"))
        pairs = zip(header, cells[: len(header)], strict=False)
        yield ProductRow(
            line, {name: unguarded(cell.strip(_BLANKS)) for name, cell in pairs if name}
        )


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """What :func:`guarded` was given."""
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        return text[1:]
    return text


def bare(text: str) -> str:
    """A number or an article number without what spreadsheets guard it with: ``'0012``, ``="0012"``."""
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'").strip(_BLANKS)
