"""Pages of long lists. The address holds a place in the order, not a number of a page: what comes after a
row is found by an index, however far back it lies, while the millionth row by number means reading a million.

Counting reads every row too: beyond ``COUNTED`` a list says "more than".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tradepost.datamap.columns.opaque_id import public_id, row_number
from tradepost.lib.opaque import UnknownId

COUNTED = 10_000
COUNTED_WORDS = 1_000  # of a search, whose every row must be read
_FIRST_SLICE, _LARGEST_SLICE = 200, 2_000
AFTER, BEFORE, LAST = "after", "before", "last"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins or ends: ``after.<row>.<position of its first row>``, ``before.…``, ``last``.

    The row is named by its opaque id: addresses end in logs, so no name or e-mail address stands in one.
    ``position`` counts from one; 0 is unknown, as it is when one comes from the end of a list without a count.
    """

    side: str = AFTER
    row: str = ""
    position: int = 1

    def __str__(self) -> str:
        return f"{self.side}.{self.row}.{self.position}" if self.row else self.side

    @classmethod
    def read(cls, text: str) -> Self:
        """What makes no sense is the beginning of the list."""
        side, _, rest = text.partition(".")
        row, _, position = rest.partition(".")
        if text == LAST:
            return cls(LAST, position=0)
        if side not in {AFTER, BEFORE} or not (position.isascii() and position.isdigit()):
            return cls()
        return cls(side, row, int(position[:12]))


class RowNumbers(Protocol):
    """Numbers of rows among which all of a list are, from one on, in their order."""

    @property
    def few(self) -> list[int] | None: ...

    def __call__(self, beyond: int | None, *, is_up: bool, count: int) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted of a list: ``rows`` of the same number that are counted sooner; ``most`` of them."""

    rows: QuerySet[Model, object] | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class ListPage[Row: Model]:
    """Some rows of a list, and the ways to the others."""

    object_list: list[Row]
    first: int  # position of the first row; 0 where nobody knows
    count: int  # of all rows, at most ``COUNTED``
    is_more: bool  # there are more than ``count``
    has_previous: bool
    has_next: bool

    def __iter__(self) -> Iterator[Row]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def last(self) -> int:
        return self.first + len(self) - 1

    @property
    def previous(self) -> Place:
        return Place(BEFORE, _name(self.object_list[0]), self.first)

    @property
    def next(self) -> Place:
        return Place(AFTER, _name(self.object_list[-1]), self.last + 1 if self.first else 0)


def up_to_most(count: int) -> str:
    """Of what was counted up to ``COUNTED + 1``."""
    known = number_format(min(count, COUNTED), force_grouping=True)
    return known if count <= COUNTED else _("more than %(count)s") % {"count": known}


def page_of[Row: Model](
    rows: QuerySet[Row],
    request: HttpRequest,
    per_page: int,
    *,
    name: str = "page",
    counting: Counting | None = None,
    among: RowNumbers | None = None,
) -> ListPage[Row]:
    """The page that ``?page=`` names, of rows in an order of columns of their own that are never empty.

    ``among``: where rows lie so far apart that all between them would be read. It serves the order of the numbers.

    A row after another is one whose columns are greater, so all go in one direction, and end in the key.
    The first page, where the row in the address is gone or was never there.
    """
    place, order = Place.read(request.GET.get(name, "")), _order(rows)
    rows = rows.order_by(*order)
    counting = counting or Counting()
    walked = among if among and among.few is None and order[0].lstrip("-") == "pk" else None
    found = _beyond(rows, order, place) if place.row else rows
    if found is None:
        place, found = Place(), rows
    backwards = place.side != AFTER
    if backwards:
        found = found.reverse()
    if walked:
        is_up = order[0].startswith("-") == backwards
        taken = _walk(found, walked, per_page + 1, start=_number(rows, place), is_up=is_up)
    else:
        taken = list(found[: per_page + 1])
    if backwards and len(taken) <= per_page and place.side == BEFORE:
        return page_of(
            rows, _without(request, name), per_page, name=name, counting=counting, among=among
        )
    more, taken = len(taken) > per_page, taken[:per_page]
    most = COUNTED if counting.most is None else counting.most
    count = _count(rows, walked, most) if walked else _counted(rows, counting)[: most + 1].count()
    if backwards:
        taken.reverse()
        end = count + 1 if place.side == LAST and count <= most else place.position
        first = max(end - len(taken), 0)
    else:
        first = place.position
    return ListPage(
        object_list=taken,
        first=first,
        count=min(count, most),
        is_more=count > most,
        has_previous=more if backwards else bool(place.row) and bool(taken),
        has_next=place.side == BEFORE if backwards else more,
    )


def _counted[Row: Model](rows: QuerySet[Row], counting: Counting) -> QuerySet[Model, object]:
    return rows.order_by().values("pk") if counting.rows is None else counting.rows


def _number[Row: Model](rows: QuerySet[Row], place: Place) -> int | None:
    return row_number(rows.model._meta.label_lower, place.row) if place.row else None


def _slices(among: RowNumbers, start: int | None, *, is_up: bool) -> Iterator[list[int]]:
    """Small ones first: where many fit, the page is soon full."""
    size = _FIRST_SLICE
    while numbers := among(start, is_up=is_up, count=size):
        yield numbers
        start, size = numbers[-1], min(size * 4, _LARGEST_SLICE)


def _walk[Row: Model](
    found: QuerySet[Row], among: RowNumbers, wanted: int, *, start: int | None, is_up: bool
) -> list[Row]:
    taken: list[Row] = []
    for numbers in _slices(among, start, is_up=is_up):
        taken += found.filter(pk__among=set(numbers))[: wanted - len(taken)]
        if len(taken) >= wanted:
            break
    return taken


def _count[Row: Model](rows: QuerySet[Row], among: RowNumbers, most: int) -> int:
    count = 0
    for numbers in _slices(among, None, is_up=False):
        count += rows.order_by().filter(pk__among=set(numbers)).count()
        if count > most:
            return most + 1
    return count


def _without(request: HttpRequest, name: str) -> HttpRequest:
    query = request.GET.copy()
    query.pop(name, None)
    plain = HttpRequest()
    plain.GET = QueryDict(query.urlencode())
    return plain


def _order[Row: Model](rows: QuerySet[Row]) -> list[str]:
    """Up to the key, which ends every order and goes the way of the column before it."""
    asked = rows.query.order_by or (rows.query.get_meta().ordering or ("-pk",))
    key = rows.model._meta.pk.name
    order: list[str] = []
    ways = [str(one) for one in asked]
    for column in ways:
        if column.lstrip("-") in {"pk", key}:
            break
        order.append(column)
    sign = "-" if (order or ways)[-1].startswith("-") else ""
    order.append(f"{sign}pk")
    if len({column.startswith("-") for column in order}) > 1:
        raise ValueError(f"both up and down: {order}")
    return order


def _beyond[Row: Model](
    rows: QuerySet[Row], order: list[str], place: Place
) -> QuerySet[Row] | None:
    """Rows on that side of the row in the address, which may have left this list meanwhile."""
    columns = [column.lstrip("-") for column in order]
    try:
        number = row_number(rows.model._meta.label_lower, place.row)
    except UnknownId:
        return None
    if columns == ["pk"]:
        values: tuple[object, ...] | None = (number,)
    else:
        itself = rows.model._base_manager.filter(pk=number).order_by()
        values = next(iter(itself.values_list(*columns)), None)
    if values is None:
        return None
    is_up = (place.side == AFTER) != order[0].startswith("-")
    if columns == ["pk"]:
        return rows.filter(pk__gt=number) if is_up else rows.filter(pk__lt=number)
    lookup = TupleGreaterThan if is_up else TupleLessThan
    return rows.filter(lookup(tuple(map(F, columns)), values))


def _name(row: Model) -> str:
    return public_id(row._meta.label_lower, row.pk)
