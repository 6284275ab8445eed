"""Records as CSV and XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradepost.lib.cells import safe_cell
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.money import decimals_of
from tradepost.orders.exports.columns import Cell, Column, Record

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = LazyModule("xlsxwriter")

_TIME, _DATE = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
_AMOUNTS = {0: "#,##0", 2: "#,##0.00", 3: "#,##0.000"}  # by the digits of the currency
_WIDTH = 18
_LONGEST_CELL = 32_000  # XLSX holds 32,767 and drops what is longer without a word


def csv_lines(columns: Sequence[Column], records: Iterable[Record]) -> Iterator[str]:
    """UTF-8 with a byte order mark, so that spreadsheets read umlauts; a row at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow([column.name for column in columns])
    for record in records:
        writer.writerow([_text(record[column.name], column.cell) for column in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _text(value: object, cell: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return safe_cell(str(value)) if cell is Cell.TEXT else str(value)


def write_xlsx(
    columns: Sequence[Column], records: Iterable[Record], target: object, about: Sequence[str]
) -> None:
    """Constant memory; texts are written as texts, so no cell can be a formula or a link.

    ``about``: lines of a second sheet, which says what the first one is.
    """
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("Rows")
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(columns) - 1, _WIDTH)
    bold = book.add_format({"bold": True})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, bold)
    cells = _Cells(book, sheet)
    for number, record in enumerate(records, start=1):
        for place, column in enumerate(columns):
            cells.write(number, place, column.cell, record[column.name], record["currency"])
    _explain(book.add_worksheet("About"), columns, about, bold)
    book.close()


def _explain(sheet: Any, columns: Sequence[Column], about: Sequence[str], bold: object) -> None:
    sheet.set_column(0, 1, 2 * _WIDTH)
    for number, line in enumerate(about):
        sheet.write_string(number, 0, line)
    for number, column in enumerate(columns, start=len(about) + 1):
        sheet.write_string(number, 0, column.name, bold)
        sheet.write_string(number, 1, column.meaning)


class _Cells:
    """Writes each value as what it is; nothing for nothing."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.sheet = sheet
        self.time, self.date = (book.add_format({"num_format": form}) for form in (_TIME, _DATE))
        self.money = {
            digits: book.add_format({"num_format": form}) for digits, form in _AMOUNTS.items()
        }

    def write(self, row: int, place: int, cell: Cell, value: Any, currency: str) -> None:
        if value is None or value == "":
            return
        if cell is Cell.TIME:
            self.sheet.write_datetime(row, place, value.replace(tzinfo=None), self.time)
        elif cell is Cell.DATE:
            self.sheet.write_datetime(row, place, value, self.date)
        elif cell is Cell.MONEY:
            self.sheet.write_number(row, place, value, self.money.get(decimals_of(currency)))
        elif cell is Cell.TEXT:
            self.sheet.write_string(row, place, _fitting(str(value)))
        else:
            self.sheet.write_number(row, place, value)


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]} …"
