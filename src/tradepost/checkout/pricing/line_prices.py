"""Cart rows → what is shown and added up. The same figures serve the cart, the checkout, the order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Min
from django.db.models.functions import Coalesce

from tradepost.catalog.models import Photo, Variant
from tradepost.catalog.types import TaxClass
from tradepost.checkout.models import CartLine, Coupon, DeliveryMethod
from tradepost.checkout.pricing.totals import Bands, split_by_bands
from tradepost.checkout.types import DeliveryRule, LinkMode
from tradepost.lib.money import Money, round_minor
from tradepost.merchants.models import Merchant


@dataclass(frozen=True)
class PricedLine:
    """One line with the price of this moment.

    ``parts``: how many at which price; more than one where quantity prices apply. Each part becomes a
    line of the order, so that quantity times price is the amount everywhere. ``catalogue_minor``: the
    price in the catalogue, of one; of the cheapest kind, where the page names the product alone.
    """

    row: CartLine
    name: str
    options: str
    sku: str
    currency: str
    parts: Bands
    weight_grams: int
    units_each: Decimal
    stock: int | None
    available: bool
    catalogue_minor: int | None = None

    @property
    def amount_minor(self) -> int:
        return sum(count * price for count, price in self.parts)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def prices(self) -> list[tuple[int, Money]]:
        """The parts as they are shown: 3 × €9.99."""
        return [(count, Money(price, self.currency)) for count, price in self.parts]

    @property
    def units(self) -> Decimal:
        return self.units_each * self.row.quantity

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
    def tax_class(self) -> str:
        """What the catalogue does not know carries no tax, unless its page says so."""
        return self.row.product.tax_class if self.row.product else TaxClass.ZERO

    def tax_rate(self, due: Decimal) -> Decimal:
        """A rate that the page gave goes first; then what is due on the product's class in that country."""
        named = self.row.tax_rate if self.row.price_from_page else None
        return due if named is None else named

    def below_catalogue(self, due: Decimal, *, prices_include_tax: bool) -> bool:
        """A known article that comes to less than in the catalogue at the word of a page that the merchant
        has not signed, or by an old hash only: a lower price, less tax on top of it, or less to deliver."""
        row, product = self.row, self.row.product
        vouched = row.signed and not row.has_old_hash
        if product is None or self.catalogue_minor is None or vouched or not row.price_from_page:
            return False
        untaxed = not prices_include_tax and row.tax_rate is not None and row.tax_rate < due
        undelivered = row.no_shipping and product.needs_delivery
        lighter = row.units is not None and row.units < product.units
        cheaper = any(price < self.catalogue_minor for _count, price in self.parts)
        return cheaper or untaxed or undelivered or lighter

    @property
    def left(self) -> int:
        return self.stock or 0 if self.available else 0


def price_line(
    row: CartLine, merchant: Merchant, mode: str, cheapest: Mapping[int, int]
) -> PricedLine:
    """``mode``: how far the shop trusts prices of pages now, whatever it did when the line was added.

    ``cheapest``: what the cheapest variant costs, of products that have variants.
    """
    goods = row.variant or row.product
    parts = _parts(row)
    from_page = row.price_from_page or goods is None
    choice = row.variant.choice if row.variant and not from_page else ""
    return PricedLine(
        row=row,
        name=row.description if from_page or row.product is None else row.product.name,
        options=", ".join(filter(None, (choice, row.options))),
        sku=row.sku or (goods.sku if goods else ""),
        currency=merchant.currency,
        parts=parts,
        weight_grams=goods.weight_grams * row.quantity if goods else 0,
        units_each=_units_each(row, parts, merchant.currency),
        stock=goods.stock if goods else None,
        available=_available(row, mode),
        catalogue_minor=_catalogue_minor(row, cheapest),
    )


def share_stock(lines: Sequence[PricedLine]) -> list[PricedLine]:
    """Lines of the same article share its stock: what the first ones take is not left for the others."""
    taken: dict[tuple[int | None, int | None], int] = {}
    shared = []
    for line in lines:
        goods = (line.row.product_id, line.row.variant_id)
        left = None if line.stock is None else max(line.stock - taken.get(goods, 0), 0)
        shared.append(replace(line, stock=left))
        taken[goods] = taken.get(goods, 0) + min(line.row.quantity, left or 0)
    return shared


def cheapest_variants(products: Collection[int]) -> dict[int, int]:
    """What the cheapest variant of each product costs, in minor units; products without any are left out."""
    if not products:
        return {}
    price = Min(Coalesce("own_price_minor", "product__price_minor"))
    rows = Variant.objects.filter(product__in=products).order_by().values("product")
    return {row["product"]: row["least"] for row in rows.annotate(least=price)}


def _catalogue_minor(row: CartLine, cheapest: Mapping[int, int]) -> int | None:
    if row.variant:
        return row.variant.price_minor
    return cheapest.get(row.product.pk, row.product.price_minor) if row.product else None


def _parts(row: CartLine) -> Bands:
    if row.bands:
        return split_by_bands([(count, price) for count, price in row.bands], row.quantity)
    goods = row.variant or row.product
    unit = row.unit_minor
    if unit is None:
        unit = goods.price_minor if goods else 0
    return [(row.quantity, unit)]


def _units_each(row: CartLine, parts: Bands, currency: str) -> Decimal:
    """Shipping units of one: the page's or the product's own; else the price, as the old cart took it."""
    if row.units is not None:
        return row.units
    if row.product is not None and not row.price_from_page:
        return row.product.units
    if row.no_shipping:
        return Decimal(0)
    whole = sum(count * price for count, price in parts)
    return Money(whole, currency).decimal / row.quantity


def _available(row: CartLine, mode: str) -> bool:
    if row.is_variant and row.variant is None:
        return False
    if row.price_from_page:
        takes_signed = mode in {LinkMode.SIGNED, LinkMode.SAFE}
        return mode == LinkMode.OPEN or (takes_signed and row.signed)
    return row.product is not None and row.product.visible


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
