"""Tax by rate, for orders, invoices and credit notes. Whole minor units; the parts always add up."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from tradepost.lib.money import round_minor
from tradepost.orders.types import OrderDraft, TaxRow


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
        return [row(*part) for part in totals.taxes]
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
        rate: _tax(amount, rate, included=totals.prices_include_tax)
        for rate, amount in amounts.items()
    }
    taxes[main] += totals.tax_minor - sum(taxes.values())
    return [
        row(rate, amounts[rate] - (taxes[rate] if totals.prices_include_tax else 0), taxes[rate])
        for rate in sorted(amounts, reverse=True)
    ]


def left_of(taxes: Sequence[TaxRow], notes: Iterable[Sequence[TaxRow]]) -> list[TaxRow]:
    """What an invoice's rates still hold after its credit notes, whose amounts are below zero."""
    left = {item["rate"]: (item["net_minor"], item["tax_minor"]) for item in taxes}
    for note in notes:
        for item in note:
            net, tax = left.get(item["rate"], (0, 0))
            left[item["rate"]] = (net + item["net_minor"], tax + item["tax_minor"])
    return [row(Decimal(rate), net, tax) for rate, (net, tax) in left.items()]


def credit(
    left: Sequence[TaxRow], amount_minor: int, wanted: Mapping[str, int] | None = None
) -> list[TaxRow]:
    """What a credit note of this amount takes, with tax, from each rate; the parts add up to it.

    The amounts wanted of each rate come first, as far as the rate still holds them; the rest is spread over
    what all rates hold then. Tax is taken in the proportion that is left, never worked out from the rate
    again: so the last note takes exactly what is left, and no note takes more than that.
    ``amount_minor`` is at most what is left altogether, and at least what is wanted.
    """
    gross = {item["rate"]: item["net_minor"] + item["tax_minor"] for item in left}
    if amount_minor == sum(gross.values()):
        return [item for item in left if item["net_minor"] or item["tax_minor"]]
    parts = {rate: max(min((wanted or {}).get(rate, 0), held), 0) for rate, held in gross.items()}
    rest = {rate: held - parts[rate] for rate, held in gross.items()}
    more = split(amount_minor - sum(parts.values()), list(rest.values()))
    for rate, part in zip(gross, more, strict=True):
        parts[rate] += part
    return [_taken(item, parts[item["rate"]]) for item in left if parts[item["rate"]]]


def _taken(item: TaxRow, part: int) -> TaxRow:
    whole = item["net_minor"] + item["tax_minor"]
    tax = round_minor(Decimal(item["tax_minor"]) * part / whole)
    return row(Decimal(item["rate"]), part - tax, tax)


def split(amount_minor: int, over: Sequence[int]) -> list[int]:
    """Split an amount in proportion to ``over`` by rounding its running total; the parts add up exactly.

    No part is larger than its share where the amount is not larger than all of them.
    """
    whole = sum(over)
    if not whole:
        return [0] * len(over)
    sums = [round_minor(Decimal(amount_minor) * so_far / whole) for so_far in accumulate(over)]
    return [here - before for before, here in pairwise([0, *sums])]


def _tax(amount: int, rate: Decimal, *, included: bool) -> int:
    divisor = 100 + rate if included else Decimal(100)
    return round_minor(Decimal(amount) * rate / divisor)
