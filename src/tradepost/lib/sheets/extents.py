"""How far the cells of a sheet really reach, found without building anything of that size.

ECMA-376 part 1, 18.3.1 (rows and cells of a worksheet; their places may be left out and then follow
on); ODF 1.3 part 3, 9.1 (rows and cells that stand for many).
"""

import posixpath
import zipfile
from array import array

from tradepost.lib.sheets.limits import Limits
from tradepost.lib.sheets.refusals import SheetRefusal, SheetRefused
from tradepost.lib.sheets.xml_readers import Attributes, PartReader, SharedStrings, local_name

_PIECE = 1 << 16
_LONGEST_NUMBER = 12


def judge(package: zipfile.ZipFile, limits: Limits) -> None:
    """Raises: SheetRefused"""
    parts = package.infolist()
    if len(parts) > limits.parts or sum(one.file_size for one in parts) > limits.unpacked:
        raise SheetRefused(SheetRefusal.UNPACKED)
    names = {one.filename for one in parts}
    if "content.xml" in names:
        _feed(package, "content.xml", _OpenDocument(limits))
    elif "xl/workbook.xml" in names:
        strings = SharedStrings(limits)
        if "xl/sharedStrings.xml" in names:
            _feed(package, "xl/sharedStrings.xml", strings)
        for sheet in _first_sheet(package, names, limits):
            _feed(package, sheet, _Worksheet(limits, strings.lengths))
    elif "xl/workbook.bin" not in names:
        raise SheetRefused(SheetRefusal.ARCHIVE)


def _first_sheet(package: zipfile.ZipFile, names: set[str], limits: Limits) -> list[str]:
    """The part that is read; all worksheets where the package does not say which is the first."""
    book, relations = Attributes(limits, "sheet"), Attributes(limits, "Relationship")
    _feed(package, "xl/workbook.xml", book)
    if "xl/_rels/workbook.xml.rels" in names:
        _feed(package, "xl/_rels/workbook.xml.rels", relations)
    targets = {one.get("Id"): one.get("Target", "") for one in relations.found}
    first = next(iter(book.found), {})
    wanted = next((value for key, value in first.items() if local_name(key) == "id"), "")
    target = targets.get(wanted, "")
    path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    path = posixpath.normpath(path)
    if target and path in names:
        return [path]
    return sorted(
        name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")
    )


def _feed(package: zipfile.ZipFile, name: str, reader: PartReader) -> None:
    with package.open(name) as part:
        while piece := part.read(_PIECE):
            reader.parser.Parse(piece, False)  # noqa: FBT003  expat takes no names
    reader.parser.Parse(b"", True)  # noqa: FBT003  expat takes no names


class _Extent(PartReader):
    """Grows with every cell that holds something, and refuses as soon as it is too large."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.row = self.column = 0  # where we are, counted from 1
        self.rows = self.columns = 0  # how far cells with content reach
        self.total = 0  # characters in all cells

    def reach(self, row: int, column: int, characters: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.total += characters
        if self.columns > self.limits.columns:
            raise SheetRefused(SheetRefusal.COLUMNS, self.columns)
        if self.rows * self.columns > self.limits.cells:
            raise SheetRefused(SheetRefusal.CELLS, self.rows * self.columns)
        if self.total > self.limits.written:
            raise SheetRefused(SheetRefusal.UNPACKED)


class _Worksheet(_Extent):
    """``<row r="3"><c r="B3" t="s"><v>17</v></c></row>``; both places may be missing."""

    def __init__(self, limits: Limits, lengths: "array[int]") -> None:
        super().__init__(limits)
        self.lengths = lengths
        self.is_shared = self.has_content = False
        self.number = ""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.row = _number(attributes.get("r", ""), self.row + 1)
            self.column = 0
        elif name == "c":
            self._place(attributes.get("r", ""))
            self.is_shared = attributes.get("t") == "s"
            self.has_content, self.characters, self.number = False, 0, ""
        elif name in {"v", "is", "t"}:
            self.has_content = True

    def read(self, text: str) -> None:
        if self.is_shared and len(self.number) < _LONGEST_NUMBER:
            self.number += text[:_LONGEST_NUMBER]

    def closed(self, name: str) -> None:
        if name == "c" and self.has_content:
            length = self.characters
            if self.is_shared:
                at = _number(self.number.strip(), len(self.lengths))
                length = self.lengths[at] if at < len(self.lengths) else 0
            self.reach(self.row, self.column, length)
        if name == "c":
            self.characters = 0

    def _place(self, reference: str) -> None:
        letters = reference[:8].rstrip("0123456789").upper()
        digits = reference[len(letters) :]
        if letters.isascii() and letters.isalpha():
            self.column = 0
            for letter in letters:
                self.column = self.column * 26 + ord(letter) - 64
            self.row = _number(digits, self.row)
        else:
            self.column += 1


class _OpenDocument(_Extent):
    """``<table:table-cell table:number-columns-repeated="9">``: one cell that stands for nine."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.row_repeats = self.cell_repeats = 1
        self.reached = self.row_characters = 0
        self.has_content = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.row = self.column = 0
        elif name == "table-row":
            self.row_repeats = _repeats(attributes, "number-rows-repeated")
            self.column = self.reached = self.row_characters = 0
        elif name in {"table-cell", "covered-table-cell"}:
            self.cell_repeats = _repeats(attributes, "number-columns-repeated")
            self.has_content = any(local_name(key) == "value-type" for key in attributes)
            self.characters = 0
        elif name == "p":
            self.has_content = True

    def closed(self, name: str) -> None:
        if name in {"table-cell", "covered-table-cell"}:
            self.column += self.cell_repeats
            if self.has_content:
                self.reached = self.column
                self.row_characters += max(self.characters, 1) * self.cell_repeats
                self.reach(self.row + 1, self.reached, 0)
        elif name == "table-row":
            self.row += self.row_repeats
            if self.reached:
                self.reach(self.row, self.reached, self.row_characters * self.row_repeats)
        elif name == "table":
            self.limits_used()

    def limits_used(self) -> None:
        """Every table is built by the reader, not only the first: what one takes is gone for the next."""
        self.rows = self.columns = 0


def _repeats(attributes: dict[str, str], wanted: str) -> int:
    value = next((value for key, value in attributes.items() if local_name(key) == wanted), "1")
    return max(_number(value, 1), 1)


def _number(text: str, otherwise: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else otherwise
