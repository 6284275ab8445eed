"""Where a shop keeps amounts in its currency, so that a change of currency can convert all of them.

An amount is a number of minor units: left alone, 12.50 euro would become 1,250 yen. Upper rooms
declare their rows; every column that ends with ``_minor`` is an amount. Rows that say their own
currency, such as orders, are not declared: they stay as they were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.datamap.rooms import Text
from tradepost.lib.money import Money, decimals_of, round_minor
from tradepost.merchants.models import Merchant

MOST_MINOR = 10**12
Convert = Callable[[int], int]


class CannotBeConverted(ValueError):
    """An amount would become nothing, or more than can be stored; the text says which."""


@dataclass(frozen=True)
class ConversionRate:
    """``each`` units of the new currency are one of the old. Rounded by ``lib.money.round_minor``."""

    old: str
    new: str
    each: Decimal

    def __call__(self, minor: int) -> int:
        exact = Money(minor, self.old).decimal * self.each
        converted = round_minor(exact.scaleb(decimals_of(self.new)))
        if (minor and not converted) or converted > MOST_MINOR:
            text = _("%(amount)s cannot be converted at this rate: it would be %(result)s.")
            result = Money(converted, self.new)
            raise CannotBeConverted(text % {"amount": Money(minor, self.old), "result": result})
        return converted


@dataclass(frozen=True, kw_only=True)
class AmountColumns:
    """Rows of one model. ``packed`` converts amounts inside JSON; ``worked_out`` columns follow by
    themselves; ``done`` is called after all of a shop's amounts are converted."""

    label: Text
    rows: Callable[[Merchant], models.QuerySet[Any]]
    packed: Mapping[str, Callable[[Any, ConversionRate], object]] = field(default_factory=dict)
    worked_out: tuple[str, ...] = ()
    done: Callable[[Merchant], object] | None = None

    def columns(self, model: type[models.Model]) -> list[str]:
        names = [column.name for column in model._meta.concrete_fields]
        return [n for n in names if n.endswith("_minor") and n not in self.worked_out]


amount_columns: ExtensionPoint[AmountColumns] = ExtensionPoint("amounts of money")
