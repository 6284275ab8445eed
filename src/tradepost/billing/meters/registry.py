"""The meters of the house. Each room that has something to count adds its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

from tradepost.audit.types import Actor
from tradepost.billing.models import BillingPlan
from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.datamap.rooms import Permission, Text
from tradepost.merchants.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One line of the list of what was counted: words that say which it is, and when."""

    words: str
    at: datetime | None = None
    url: str = ""


def _no_record(_merchant: Merchant, _by: Actor, _rows: Sequence[Model]) -> None:
    """Of rows that are about nobody."""


@dataclass(frozen=True, kw_only=True)
class Meter:
    """``units(merchant, since)``: the rows themselves, each of them one; run in the shop's scope.

    ``monthly``: they count from ``since``, the beginning of the month where the shop is; otherwise all
    that there are. ``permission``: of whoever may list them. ``look`` records a look at people's rows.
    """

    label: Text
    order: int
    units: Callable[[Merchant, datetime], QuerySet[Model]]
    unit: Callable[[Model], Unit]
    permission: Permission
    monthly: bool = False
    look: Callable[[Merchant, Actor, Sequence[Model]], None] = _no_record


meters: NamedExtensionPoint[Meter] = NamedExtensionPoint("what plans allow so many of")


def shown_bounds(plan: BillingPlan) -> list[tuple[Meter, int]]:
    """What a plan allows only so many of, in the order of the meters."""
    bounds = plan.bounds() if plan.pk else {}
    return [(meter, bounds[name]) for name, meter in in_order() if name in bounds]


def in_order() -> list[tuple[str, Meter]]:
    return sorted(meters.items(), key=lambda item: (item[1].order, item[0]))
