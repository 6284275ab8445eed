"""Cart rows → what is shown and added up. The same figures serve the cart, the checkout, the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradepost.catalog.models import Photo
from tradepost.catalog.tax import TaxTable
from tradepost.catalog.types import StockLine
from tradepost.checkout.models import CartLine, Coupon, DeliveryMethod
from tradepost.checkout.totals import Line, price_by_bands
from tradepost.checkout.types import DeliveryRule
from tradepost.lib.money import Money, round_minor
from tradepost.merchants.models import Merchant


@dataclass(frozen=True)
class PricedLine:
    """One line with the price of this moment. ``unit`` is None where quantity prices apply."""

    row: CartLine
    name: str
    options: str
    sku: str
    currency: str
    unit_minor: int | None
    amount_minor: int
    weight_grams: int
    units: Decimal
    stock: int | None
    available: bool

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def unit(self) -> Money | None:
        return None if self.unit_minor is None else Money(self.unit_minor, self.currency)

    @property
    def photo(self) -> Photo | None:
        """The product's first picture, from the prefetched ones."""
        photos = self.row.product.photos.all() if self.row.product else ()
        return next(iter(photos), None)

    @property
    def short(self) -> bool:
        """More is wanted than can be had."""
        return not self.available or (self.stock is not None and self.row.quantity > self.stock)

    @property
    def left(self) -> int:
        return self.stock or 0 if self.available else 0

    def tax_rate(self, table: TaxTable, country: str) -> Decimal:
        """A rate that the page gave goes first; then the product's class in that country."""
        if self.row.price_from_page and self.row.tax_rate is not None:
            return self.row.tax_rate
        if self.row.product is None:
            return Decimal(0)
        return table.rate(self.row.product.tax_class, country)


def price_line(row: CartLine, merchant: Merchant) -> PricedLine:
    goods = row.variant or row.product
    unit, amount = _price(row)
    units = row.units
    if units is None and row.product is not None and not row.price_from_page:
        units = row.product.units
    elif units is None:
        per_line = Money(amount, merchant.currency).decimal
        units = Decimal(0) if row.no_shipping else per_line / row.quantity
    from_page = row.price_from_page or goods is None
    choice = row.variant.choice if row.variant and not from_page else ""
    return PricedLine(
        row=row,
        name=row.description if from_page or row.product is None else row.product.name,
        options=", ".join(filter(None, (choice, row.options))),
        sku=row.sku or (goods.sku if goods else ""),
        currency=merchant.currency,
        unit_minor=unit,
        amount_minor=amount,
        weight_grams=goods.weight_grams * row.quantity if goods else 0,
        units=units * row.quantity,
        stock=goods.stock if goods else None,
        available=row.product is None or row.product.visible or row.price_from_page,
    )


def _price(row: CartLine) -> tuple[int | None, int]:
    if row.bands:
        bands = [(count, price) for count, price in row.bands]
        return None, price_by_bands(bands, row.quantity)
    goods = row.variant or row.product
    unit = row.unit_minor
    if unit is None:
        unit = goods.price_minor if goods else 0
    return unit, unit * row.quantity


def stock_lines(lines: Sequence[PricedLine]) -> list[StockLine]:
    return [
        StockLine(
            product_id=line.row.product_id,
            variant_id=line.row.variant_id,
            quantity=line.row.quantity,
        )
        for line in lines
        if line.row.product_id is not None
    ]


def tax_lines(lines: Sequence[PricedLine], table: TaxTable, country: str) -> list[Line]:
    return [
        Line(amount_minor=line.amount_minor, tax_rate=line.tax_rate(table, country))
        for line in lines
    ]


def needs_delivery(lines: Sequence[PricedLine]) -> bool:
    return any(not line.row.no_shipping for line in lines)


def delivery_price(method: DeliveryMethod, lines: Sequence[PricedLine]) -> int | None:
    """Minor units; None when the method does not take that much."""
    shipped = [line for line in lines if not line.row.no_shipping]
    value = sum(line.amount_minor for line in shipped)
    if method.free_from_minor is not None and value >= method.free_from_minor:
        return 0
    measures: dict[str, Decimal] = {
        DeliveryRule.WEIGHT: Decimal(sum(line.weight_grams for line in shipped)),
        DeliveryRule.UNITS: sum((line.units for line in lines), Decimal(0)),
        DeliveryRule.VALUE: Decimal(value),
    }
    if method.rule == DeliveryRule.FLAT:
        return method.price_minor
    measure = measures[method.rule]
    return next((price for up_to, price in method.tiers if measure <= up_to), None)


def discount(coupon: Coupon | None, lines: Sequence[PricedLine]) -> int:
    if coupon is None:
        return 0
    if coupon.percent is not None:
        return round_minor(sum(line.amount_minor for line in lines) * coupon.percent / 100)
    return coupon.amount_minor or 0
