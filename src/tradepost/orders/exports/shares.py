"""An order's and a credit note's tax spread over their lines, so that they add up to it by rate, exactly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tradepost.orders.amounts.taxes import split
from tradepost.orders.types import TaxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedShare:
    """``amount_minor``: as prices are stated, with or without tax. ``rate`` empty: of no rate of its own."""

    kind: str  # goods, delivery, discount, refund or rounding
    title: str
    amount_minor: int
    rate: str = ""
    options: str = ""
    sku: str = ""
    quantity: int = 1
    unit_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    item: TaxedShare
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


def shares(
    items: Iterable[TaxedShare], taxes: Sequence[TaxRow], *, with_tax: bool
) -> Iterator[Share]:
    """Each item with its net and tax; ``with_tax``: the items' amounts hold the tax.

    A discount has no rate of its own: what it takes from each rate is a share of its own, named after it. So is
    a cent that rounding moved. The sums of net and tax of a rate are those of ``taxes``.
    """
    items = list(items)
    bare = next((item for item in items if not item.rate), None)
    rest = bare or TaxedShare(kind="rounding", title="", amount_minor=0)
    for tax in taxes:
        whole = tax["net_minor"] + (tax["tax_minor"] if with_tax else 0)
        own = [item for item in items if item.rate == tax["rate"]]
        left = whole - sum(item.amount_minor for item in own)
        if left or not own:
            own.append(replace(rest, amount_minor=left, rate=tax["rate"], unit_minor=None))
        yield from _of_rate(own, tax, with_tax=with_tax)


def _of_rate(items: Sequence[TaxedShare], tax: TaxRow, *, with_tax: bool) -> Iterator[Share]:
    parts = split(tax["tax_minor"], [item.amount_minor for item in items])
    parts[-1] += tax["tax_minor"] - sum(parts)
    for item, part in zip(items, parts, strict=True):
        net = item.amount_minor - (part if with_tax else 0)
        yield Share(item=item, net_minor=net, tax_minor=part)
