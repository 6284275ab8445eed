"""Pages of long lists. The address holds a place in the order, not a number of a page: what comes after a
row is found by an index, however far back it lies, while the millionth row by number means reading a million.

Counting reads every row too: beyond ``COUNTED`` a list says "more than".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tradepost.datamap.columns.opaque_id import public_id, row_number
from tradepost.lib.opaque import UnknownId

COUNTED = 10_000
COUNTED_WORDS = 1_000  # of a search, whose every row must be read
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
    counted: QuerySet[Model, object] | None = None,
    most: int | None = None,
) -> ListPage[Row]:
    """The page that ``?page=`` names, of rows in an order of columns of their own that are never empty.

    ``counted`` are others of the same number that are counted sooner; ``most``: so many are counted.

    A row after another is one whose columns are greater, so all go in one direction, and end in the key.
    The first page, where the row in the address is gone or was never there.
    """
    place, order = Place.read(request.GET.get(name, "")), _order(rows)
    rows = rows.order_by(*order)
    found = _beyond(rows, order, place) if place.row else rows
    if found is None:
        place, found = Place(), rows
    backwards = place.side != AFTER
    if backwards:
        found = found.reverse()
    taken = list(found[: per_page + 1])
    if backwards and len(taken) <= per_page and place.side == BEFORE:
        return page_of(
            rows, _without(request, name), per_page, name=name, counted=counted, most=most
        )
    more, taken = len(taken) > per_page, taken[:per_page]
    counted = rows.order_by().values("pk") if counted is None else counted
    most = COUNTED if most is None else most
    count = counted[: most + 1].count()
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
