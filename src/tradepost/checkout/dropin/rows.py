"""Which values of a form belong together: one row for each line that it may ask for.

A row has a number (``price3``) or none. Forms that repeat the same names for each row are read by
position, where every name comes equally often. Anything else is refused: a price is never put to the
article of another row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.dropin.form_fields import Fields
from tradepost.checkout.types import NotTaken, PostRefused

_OF_A_ROW = (
    "product", "price", "productpr", "discountpr", "qty", "scode", "hash",
    "tax", "units", "noship", "noqty", "thumb", "producturl",
)  # fmt: skip
_FOR_ALL_ROWS = ("tax", "units", "noship", "noqty")
_NUMBERED = re.compile(
    r"(?:product|price|productpr|discountpr|qty|scode)(?:\[\])?([0-9]{1,4})(?:\[\])?"
)


@dataclass(frozen=True)
class PostRow:
    """The fields of one line; ``get`` falls back to what the form says once for all.

    ``more`` holds values that may repeat within a row: ``product[]`` and ``productpr[]``.
    ``is_lone``: the form asks for nothing else.
    """

    fields: Fields
    number: str
    values: Mapping[str, str]
    more: Mapping[str, list[str]]
    is_lone: bool

    def own(self, name: str) -> str:
        return self.values.get(name, "")

    def get(self, name: str) -> str:
        return self.own(name) or self.fields.get(name)

    def has(self, name: str) -> bool:
        return name in self.values

    def parts(self, name: str) -> list[str]:
        return [value for value in (self.own(name), *self.more[name]) if value]


def rows_of(fields: Fields) -> list[PostRow]:
    """In the order of their numbers, which may have gaps.

    Raises:
        PostRefused: fields that repeat and cannot be told apart.
    """
    for name in _FOR_ALL_ROWS:
        if len(set(filter(None, fields.all(name)))) > 1 and len(fields.all("product")) < 2:
            raise _mixed(name)
    numbers = _numbers(fields)
    found = [(number, *row) for number in numbers for row in _rows(fields, number)]
    return [
        PostRow(fields, number, values, more, is_lone=len(found) == 1)
        for number, values, more in found
    ]


def _numbers(fields: Fields) -> list[str]:
    """``[""]`` for the form of one product, else the numbers in use."""
    found = {match[1] for name in fields if (match := _NUMBERED.fullmatch(name))}
    numbers = sorted(found, key=lambda number: (int(number), number))
    alone = any(fields.get(name) for name in ("product", "product[]", "productpr", "productpr[]"))
    return ["", *numbers] if alone or not numbers else numbers


def _rows(fields: Fields, number: str) -> list[tuple[dict[str, str], dict[str, list[str]]]]:
    more = {name: _bracketed(fields, name, number) for name in ("product", "productpr")}
    given = {name: values for name in _OF_A_ROW if (values := fields.all(name + number))}
    repeated = [name for name, values in given.items() if len(values) > 1]
    if repeated == ["product"] and not number:
        more["product"] = [*given.pop("product"), *more["product"]]
        return [(_firsts(given), more)]
    if all(_says_one_thing(given[name]) for name in repeated):
        return [(_firsts(given), more)]
    counts = {len(values) for values in given.values()}
    if len(counts) > 1 or any(more.values()):
        raise _mixed(next(name for name in repeated if not _says_one_thing(given[name])) + number)
    return [
        ({name: values[place] for name, values in given.items()}, more)
        for place in range(counts.pop())
    ]


def _firsts(given: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: next(filter(None, values), "") for name, values in given.items()}


def _says_one_thing(values: list[str]) -> bool:
    return len(list(filter(None, values))) <= 1


def _bracketed(fields: Fields, name: str, number: str) -> list[str]:
    spellings = dict.fromkeys((f"{name}[]{number}", f"{name}{number}[]"))
    return [value for spelling in spellings for value in fields.all(spelling) if value]


def _mixed(field: str) -> PostRefused:
    return PostRefused(
        NotTaken(
            _(
                "Several rows of this form have the same field names, and it cannot be told which "
                "price belongs to which product. Give each row a number of its own."
            ),
            field,
        )
    )
