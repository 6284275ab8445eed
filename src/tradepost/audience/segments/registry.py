"""The kinds of conditions that segments are made of. Rooms above add theirs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Field
from django.utils.functional import Promise

from tradepost.datamap.extensions import Extension, NamedExtensionPoint
from tradepost.merchants.models import Merchant

Values = dict[str, Any]


def _as_they_are(merchant: Merchant, values: Values) -> Values:  # noqa: ARG001  the form of every cleaner
    return values


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """One column: numbers of contacts, each once at most, among which are all that a condition describes.

    ``found`` is answered by an index of what is asked, ``walked`` by one in the order of the contacts, which a database
    takes for the worse where it does not know better.
    """

    found: "QuerySet[Any, int | None]"
    walked: "QuerySet[Any, int | None]"


@dataclass(frozen=True, kw_only=True)
class ConditionKind:
    """One kind of condition, such as "is on a list" or "bought a product".

    - ``fields(merchant)``: the form fields its builder shows, by name; cleaned values must be JSON
      (dates are turned into ISO text for you).
    - ``query(merchant, values)``: a ``Q`` over ``Contact``; use ``Exists`` for other tables, with
      ``OuterRef("email")`` or ``OuterRef("pk")``. Runs in the merchant's scope. No raw SQL.
    - ``explain(merchant, values)``: the condition in words, to follow "people who"; it looks up names
      with :func:`name_of`.
    - ``clean(merchant, values)``: optional check across the fields; raises ``ValueError``.
    - ``candidates(merchant, values)``: where an index knows whom the condition may describe.
    """

    id: str
    label: str | Promise
    fields: Callable[[Merchant], Mapping[str, Field]]
    query: Callable[[Merchant, Values], Q]
    explain: Callable[[Merchant, Values], str]
    clean: Callable[[Merchant, Values], Values] = _as_they_are
    candidates: Callable[[Merchant, Values], Candidates] | None = None


condition_kinds: NamedExtensionPoint[ConditionKind] = NamedExtensionPoint("conditions of segments")


_names: ContextVar[dict[object, dict[object, str]] | None] = ContextVar("names", default=None)


@contextmanager
def names_read_once() -> Iterator[None]:
    """While many segments are told in words, each table of names is read once."""
    token = _names.set({})
    try:
        yield
    finally:
        _names.reset(token)


def name_of(rows: QuerySet[Any], value: object, *, by: str = "pk", name: str = "name") -> str:
    """The name of one of ``rows``, for ``explain``; empty when it is gone."""
    known = _names.get()
    if known is None:
        return rows.filter(**{by: value}).values_list(name, flat=True).first() or ""
    if rows.model not in known:
        known[rows.model] = dict(rows.values_list(by, name))
    return known[rows.model].get(value, "")


def conditions_added(*kinds: ConditionKind) -> Extension:
    """For a room's declaration. Joining raises: AlreadyDeclared."""
    return condition_kinds.adding({kind.id: kind for kind in kinds})
