"""What an export is made of: columns with a meaning, and rows that fill them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import QuerySet

from tradepost.merchants.models import Merchant
from tradepost.orders.queries import OrderFilter

Record = dict[str, Any]


class Cell(Enum):
    """What a spreadsheet takes the column for. ``TIME`` is aware, ``MONEY`` and ``RATE`` are decimals."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    meaning: str
    cell: Cell = Cell.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLayout:
    """One way of writing rows: which rows of the database it goes through, and what it makes of a slice."""

    name: str
    label: object
    file_name: str
    columns: Sequence[Column]
    found: Callable[[Merchant, OrderFilter], QuerySet[Any]]
    records: Callable[[Merchant, Sequence[int]], Iterator[Record]]

    def chosen(self, names: Iterable[str]) -> list[Column]:
        """The columns of these names in the layout's own order; all where none is named."""
        wanted = set(names)
        return [column for column in self.columns if column.name in wanted] or list(self.columns)
