"""What an order comes to. Pure arithmetic on whole minor units; nothing here knows of rows or pages.

Rounding happens only in :func:`tradepost.lib.money.round_minor` (halves away from zero), at one of
two places the merchant chooses: for each line (``by_line``), or once for each rate of tax on the sum
of its lines. A discount is spread over the lines in proportion to their amounts, the remainder going
to the lines with the largest fractions, so that the parts always add up to the discount.

Always: ``total = goods - discount + delivery + added_tax`` where ``added_tax`` is zero when prices
include tax; and the bases and taxes of all rates add up to the total.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tradepost.lib.money import round_minor
from tradepost.orders.types import TaxPart, Totals

Bands = Sequence[tuple[int, int]]  # how many, at which price
Taxed = tuple[int, Decimal]  # an amount, gross or net as all prices of the shop are, and its rate


def split_by_bands(bands: Bands, quantity: int) -> Bands:
    """``3,9.99:4,8.99:0,6.99``: the first 3 at 9.99, the next 4 at 8.99, all further ones at 6.99.

    How many at which price; where no band says 0 ("all further"), the last price goes on.
    """
    parts: list[tuple[int, int]] = []
    left = quantity
    for count, price in [*bands, (0, bands[-1][1])]:
        taken = left if count == 0 else min(count, left)
        if taken and parts and parts[-1][1] == price:
            parts[-1] = (parts[-1][0] + taken, price)
        elif taken:
            parts.append((taken, price))
        left -= taken
    return parts


def spread(amount: int, over: Sequence[int]) -> list[int]:
    """Split ``amount`` in proportion to ``over``; the parts add up exactly (largest remainder)."""
    whole = sum(over)
    if whole == 0 or amount == 0:
        return [0] * len(over)
    parts = [amount * share // whole for share in over]
    by_fraction = sorted(range(len(over)), key=lambda i: (-(amount * over[i] % whole), i))
    for index in by_fraction[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def tax_of(amount: Decimal | int, rate: Decimal, *, included: bool) -> Decimal:
    """Unrounded tax on (or inside) an amount."""
    return Decimal(amount) * rate / (100 + rate if included else Decimal(100))


def work_out(
    lines: Sequence[Taxed],
    *,
    currency: str,
    delivery: Taxed | None,
    discount_minor: int = 0,
    includes_tax: bool,
    by_line: bool,
) -> Totals:
    """Add everything up. A discount larger than the goods becomes as large as the goods."""
    amounts = [amount for amount, _rate in lines]
    goods = sum(amounts)
    discount = min(max(discount_minor, 0), goods)
    parts = spread(discount, amounts)
    taxed = [(amount - part, rate) for (amount, rate), part in zip(lines, parts, strict=True)]
    if delivery:
        taxed.append(delivery)
    line_taxes = [
        round_minor(tax_of(amount, rate, included=includes_tax)) for amount, rate in taxed
    ]
    taxes = tuple(_by_rate(taxed, line_taxes, includes_tax=includes_tax, by_line=by_line))
    tax = sum(part.tax_minor for part in taxes)
    delivery_minor, delivery_rate = delivery or (0, Decimal(0))
    return Totals(
        currency=currency,
        goods_minor=goods,
        discount_minor=discount,
        delivery_minor=delivery_minor,
        delivery_tax_rate=delivery_rate,
        tax_minor=tax,
        total_minor=goods - discount + delivery_minor + (0 if includes_tax else tax),
        prices_include_tax=includes_tax,
        taxes=taxes,
        line_taxes=tuple(line_taxes[: len(lines)]),
    )


def _by_rate(
    lines: Sequence[Taxed], line_taxes: Sequence[int], *, includes_tax: bool, by_line: bool
) -> Iterable[TaxPart]:
    for rate in sorted({rate for _amount, rate in lines}, reverse=True):
        same = [index for index, line in enumerate(lines) if line[1] == rate]
        whole = sum(lines[index][0] for index in same)
        if by_line:
            tax = sum(line_taxes[index] for index in same)
        else:
            tax = round_minor(tax_of(whole, rate, included=includes_tax))
        yield TaxPart(rate, whole - tax if includes_tax else whole, tax)
