"""Changing the currency of a shop: every amount is converted at a rate that the merchant gives."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.rooms import Text
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.merchants.money import AmountColumns, ConversionRate, amount_columns

_SLICE = 500
_EXAMPLES = 3


@dataclass(frozen=True)
class AffectedRows:
    """Rows of one kind, for the preview: how many, and what becomes of the first amounts."""

    label: Text
    count: int
    examples: list[tuple[Money, Money]]


def preview_currency(*, merchant: Merchant, rate: ConversionRate) -> list[AffectedRows]:
    """What :func:`change_currency` would do. Changes nothing.

    Raises:
        CannotBeConverted
    """
    return [_kind(amounts, merchant, rate) for amounts in amount_columns]


def has_amounts(merchant: Merchant) -> bool:
    return any(amounts.rows(merchant).exists() for amounts in amount_columns)


@transaction.atomic
def change_currency(*, merchant: Merchant, by: Actor, to: str, each: Decimal) -> Merchant:
    """Convert every amount of the shop and sell in ``to`` from now on. Orders stay as they are.

    Run twice, the second time does nothing: the shop has that currency.

    Raises:
        CannotBeConverted: nothing is changed then.
    """
    locked = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    if locked.currency == to:
        return locked
    rate = ConversionRate(locked.currency, to, each)
    for amounts in amount_columns:
        _convert(amounts, locked, rate)
    locked.currency = to
    locked.save(update_fields=["currency"])
    for amounts in amount_columns:
        if amounts.done:
            amounts.done(locked)
    detail = {"from": rate.old, "to": to, "each": str(each)}
    record(
        actor=by,
        action="merchants.change_currency",
        target=locked,
        merchant_id=locked.pk,
        detail=detail,
    )
    return locked


def _kind(amounts: AmountColumns, merchant: Merchant, rate: ConversionRate) -> AffectedRows:
    examples: dict[int, tuple[Money, Money]] = {}
    rows = amounts.rows(merchant)
    columns = amounts.columns(rows.model)
    count = 0
    for row in rows.iterator(chunk_size=_SLICE):
        count += 1
        for minor in filter(None, (getattr(row, column) for column in columns)):
            after = Money(rate(minor), rate.new)
            if len(examples) < _EXAMPLES:
                examples.setdefault(minor, (Money(minor, rate.old), after))
        for convert in amounts.packed.values():
            convert(row, rate)
    return AffectedRows(amounts.label, count, list(examples.values()))


def _convert(amounts: AmountColumns, merchant: Merchant, rate: ConversionRate) -> None:
    rows = amounts.rows(merchant).select_for_update(of=("self",)).order_by("pk")
    columns = amounts.columns(rows.model)
    for row in rows:
        for column in columns:
            minor = getattr(row, column)
            if minor is not None:
                setattr(row, column, rate(minor))
        for column, convert in amounts.packed.items():
            setattr(row, column, convert(row, rate))
    changed = [*columns, *amounts.packed]
    if changed:
        rows.model._default_manager.bulk_update(rows, changed, batch_size=_SLICE)
