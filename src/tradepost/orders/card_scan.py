"""Looking for card numbers in what is stored (promise collect.no-cards)."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Field, JSONField, Model, QuerySet, TextField

from tradepost.datamap.registry import all_models, concrete_fields
from tradepost.lib.card_numbers import has_card_number
from tradepost.orders.models import Order, OrderAddress, OrderLine

AT_ONCE = 5000
_SHORTEST = 13
# Carriers' numbers are as long as cards' and one in ten passes the check digit.
_NO_PEOPLES_WORDS = {("orders.Order", "tracking_number")}


@dataclass(frozen=True, slots=True)
class Scan:
    found: list[str]
    values: int
    columns: int


def sampled_rows(limit: int = AT_ONCE) -> Scan:
    """Every text column of every table: its ``limit`` newest rows, and as many from a place that is
    another each time, so that what came in by the million between two looks is met as well."""
    found, values, columns = [], 0, 0
    for model in all_models():
        names = _text_columns(model)
        if not names:
            continue
        columns += len(names)
        for row in _sampled(model._base_manager.values_list("pk", *names), limit):
            values += len(names)
            found += [f"{model._meta.label}.{name}" for name in _hits(names, row[1:])]
    return Scan(sorted(set(found)), values, columns)


def _sampled(rows: QuerySet[Model, tuple[object, ...]], limit: int) -> Iterator[tuple[object, ...]]:
    """Two walks along the primary key, whatever the table's length."""
    count, last = 0, None
    for row in rows.order_by("-pk")[:limit].iterator(chunk_size=1000):
        count, last = count + 1, row[0]
        yield row
    oldest = rows.order_by("pk").first()
    if count == limit and oldest and isinstance(last, int) and isinstance(oldest[0], int):
        start = oldest[0] + secrets.randbelow(last - oldest[0] + 1)
        older = rows.filter(pk__gte=start, pk__lt=last).order_by("pk")[:limit]
        yield from older.iterator(chunk_size=1000)


def columns_with(digits: str, order: Order) -> list[str]:
    """Columns of an order, its lines and addresses that hold these digits in a row, whatever stands between them.

    Looks for the digits themselves, so that it sees what :mod:`tradepost.lib.card_numbers` does not know.
    """
    found = []
    for model, rows in (
        (Order, {"pk": order.pk}),
        (OrderLine, {"order": order}),
        (OrderAddress, {"order": order}),
    ):
        names = _text_columns(model)
        for row in model._base_manager.filter(**rows).values_list(*names):
            for name, value in zip(names, row, strict=True):
                if digits in re.sub(r"\D", "", str(value)):
                    found.append(f"{model._meta.label}.{name}")
    return found


def _hits(names: list[str], values: Iterable[object]) -> Iterator[str]:
    for name, value in zip(names, values, strict=True):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(text) >= _SHORTEST and has_card_number(text, whole_words=True):
            yield name


def _text_columns(model: type[Model]) -> list[str]:
    """Columns that could hold a number of 13 digits."""
    return [
        field.name
        for field in concrete_fields(model)
        if _may_hold(field) and (model._meta.label, field.name) not in _NO_PEOPLES_WORDS
    ]


def _may_hold(field: Field[Any, Any]) -> bool:
    if isinstance(field, (TextField, JSONField)):
        return True
    return isinstance(field, CharField) and (field.max_length or _SHORTEST) >= _SHORTEST
