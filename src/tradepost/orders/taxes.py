"""Tax by rate, for orders, invoices and credit notes. Whole minor units; the parts always add up."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tradepost.lib.money import round_minor
from tradepost.orders.types import OrderDraft

TaxRow = dict[str, Any]  # {"rate": "19", "net_minor": 5285, "tax_minor": 1005}


def row(rate: Decimal, net_minor: int, tax_minor: int) -> TaxRow:
    return {"rate": plain_rate(rate), "net_minor": net_minor, "tax_minor": tax_minor}


def plain_rate(rate: Decimal | int) -> str:
    """``19``, ``25.5``: without needless zeros."""
    return f"{Decimal(rate).normalize():f}"


def tax_lines(draft: OrderDraft) -> list[TaxRow]:
    """As the checkout gave them, or worked out from lines and delivery, highest rate first.

    Discounts have no rate of their own: they lower the largest amount. What rounding leaves goes there
    too, so that taxes and amounts add up to the order's own sums.
    """
    totals = draft.totals
    if totals.taxes:
        return [row(rate, net, tax) for rate, net, tax in totals.taxes]
    amounts: dict[Decimal, int] = {}
    for line in draft.lines:
        rate = Decimal(line.tax_rate)
        amounts[rate] = amounts.get(rate, 0) + line.total_minor
    if totals.delivery_minor:
        rate = Decimal(totals.delivery_tax_rate)
        amounts[rate] = amounts.get(rate, 0) + totals.delivery_minor
    main = max(amounts, key=lambda rate: amounts[rate])
    amounts[main] -= totals.discount_minor
    taxes = {
        rate: _tax(amount, rate, totals.prices_include_tax) for rate, amount in amounts.items()
    }
    taxes[main] += totals.tax_minor - sum(taxes.values())
    return [
        row(rate, amounts[rate] - (taxes[rate] if totals.prices_include_tax else 0), taxes[rate])
        for rate in sorted(amounts, reverse=True)
    ]


def share_of(taxes: Sequence[TaxRow], amount_minor: int) -> list[TaxRow]:
    """The part of each rate in an amount with tax that is given back; adds up to that amount."""
    gross = [item["net_minor"] + item["tax_minor"] for item in taxes]
    whole = sum(gross)
    if not whole:
        return []
    parts = [amount_minor * part // whole for part in gross]
    main = max(range(len(gross)), key=lambda index: gross[index])
    parts[main] += amount_minor - sum(parts)
    shares = []
    for item, part in zip(taxes, parts, strict=True):
        tax = _tax(part, Decimal(item["rate"]), True)
        shares.append(row(Decimal(item["rate"]), part - tax, tax))
    return shares


def _tax(amount: int, rate: Decimal, included: bool) -> int:
    divisor = 100 + rate if included else Decimal(100)
    return round_minor(Decimal(amount) * rate / divisor)
