"""The kinds of conditions that segments are made of. Rooms above register theirs here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.forms import Field
from django.utils.functional import Promise

from tradepost.merchants.models import Merchant

Values = dict[str, Any]


def _as_they_are(merchant: Merchant, values: Values) -> Values:
    return values


@dataclass(frozen=True, kw_only=True)
class ConditionKind:
    """One kind of condition, such as "is on a list" or "bought a product".

    - ``fields(merchant)``: the form fields its builder shows, by name; cleaned values must be JSON
      (dates are turned into ISO text for you).
    - ``query(merchant, values)``: a ``Q`` over ``Contact``; use ``Exists`` for other tables, with
      ``OuterRef("email")`` or ``OuterRef("pk")``. Runs in the merchant's scope. No raw SQL.
    - ``explain(merchant, values)``: the condition in words, to follow "people who".
    - ``clean(merchant, values)``: optional check across the fields; raises ``ValueError``.
    """

    id: str
    label: str | Promise
    fields: Callable[[Merchant], Mapping[str, Field]]
    query: Callable[[Merchant, Values], Q]
    explain: Callable[[Merchant, Values], str]
    clean: Callable[[Merchant, Values], Values] = _as_they_are


condition_kinds: dict[str, ConditionKind] = {}


class AlreadyRegistered(ValueError):
    """Two rooms offer a condition under one name."""


def register_condition(kind: ConditionKind) -> None:
    """Raises: AlreadyRegistered."""
    if kind.id in condition_kinds:
        raise AlreadyRegistered(kind.id)
    condition_kinds[kind.id] = kind
