"""What a cart costs: its contents as they stand, and the one quote that is shown, agreed to and ordered."""

import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal

from tradepost.catalog.tax import TaxTable, tax_table
from tradepost.checkout.formatting import plain_words
from tradepost.checkout.models import Cart, CartLine, CartSettings, Coupon, DeliveryMethod
from tradepost.checkout.pricing import line_prices
from tradepost.checkout.pricing.coupons import accepted_coupon
from tradepost.checkout.pricing.line_prices import PricedLine
from tradepost.checkout.pricing.totals import work_out
from tradepost.checkout.queries import settings_of
from tradepost.checkout.types import Rounding, Text
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.types import DeliveryKind, LineDraft, Totals


@dataclass(frozen=True)
class Contents:
    """A cart as it stands at this moment, priced."""

    cart: Cart
    merchant: Merchant
    lines: tuple[PricedLine, ...]
    removed: tuple[PricedLine, ...]
    coupon: Coupon | None
    coupon_problem: Text
    settings: CartSettings
    taxes: TaxTable

    @property
    def goods(self) -> Money:
        return Money(sum(line.amount_minor for line in self.lines), self.merchant.currency)

    @property
    def count(self) -> int:
        return sum(line.row.quantity for line in self.lines)

    @property
    def discount(self) -> Money:
        goods = self.goods
        off = Money(line_prices.discount(self.coupon, self.lines), goods.currency)
        return min(off, goods)

    @property
    def short(self) -> list[PricedLine]:
        return [line for line in self.lines if line.short]

    @property
    def needs_delivery(self) -> bool:
        return line_prices.needs_delivery(self.lines)


def contents_of(cart: Cart, merchant: Merchant) -> Contents:
    """Six queries at most, however many lines; one more with a discount code, one with prices of pages."""
    rows = CartLine.objects.filter(cart=cart).select_related("product", "variant__product")
    rows = rows.prefetch_related("product__photos")
    chosen = settings_of(merchant)
    cheapest = line_prices.cheapest_variants(
        [row.product_id for row in rows if row.product_id and row.price_from_page]
    )
    priced = [line_prices.price_line(row, merchant, chosen.mode, cheapest) for row in rows]
    wanted = line_prices.share_stock([line for line in priced if line.row.removed_at is None])
    coupon, problem = accepted_coupon(
        merchant, cart.coupon_code, goods_minor=sum(line.amount_minor for line in wanted)
    )
    return Contents(
        cart=cart,
        merchant=merchant,
        lines=tuple(wanted),
        removed=tuple(line for line in priced if line.row.removed_at is not None),
        coupon=coupon,
        coupon_problem=problem,
        settings=chosen,
        taxes=tax_table(merchant),
    )


@dataclass(frozen=True)
class DeliveryChoice:
    """A method that takes this cart to that country. ``method`` is None where a shop has set up none."""

    key: str
    name: str
    estimate: str
    price_minor: int
    currency: str
    tax_class: str
    method: DeliveryMethod | None = None

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def is_collected(self) -> bool:
        return self.method is not None and self.method.is_collected


def delivery_choices(contents: Contents, country: str) -> list[DeliveryChoice] | None:
    """Empty: the shop does not deliver this cart to that country. None: nothing has to be sent, or the shop
    has set no way of delivery up and settles it by itself; one that offers none of them delivers nowhere.
    """
    methods = DeliveryMethod.objects.filter(merchant=contents.merchant)
    if not contents.needs_delivery or not methods:
        return None
    offered = [method for method in methods if method.active and method.goes_to(country)]
    priced = ((method, line_prices.delivery_price(method, contents.lines)) for method in offered)
    return [
        DeliveryChoice(
            method.public_id,
            method.name,
            method.estimate,
            price,
            contents.merchant.currency,
            method.tax_class,
            method,
        )
        for method, price in priced
        if price is not None
    ]


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a cart comes to when it goes to ``country`` that way.

    ``lines`` are those of the order: one for each price of a line of the cart. ``fingerprint``: all that a
    buyer is shown, in short; if any of it changes, so does this. ``needs_approval``: a known article for
    less than the catalogue says, at the word of an unsigned page.
    """

    contents: Contents
    country: str
    delivery: DeliveryChoice | None
    lines: tuple[LineDraft, ...]
    totals: Totals
    fingerprint: str
    needs_approval: bool

    @property
    def cart(self) -> Cart:
        return self.contents.cart

    @property
    def merchant(self) -> Merchant:
        return self.contents.merchant

    @property
    def mark(self) -> str:
        """What the page remembers of it: the fingerprint, and the total to name if it changes."""
        return f"{self.fingerprint}:{self.totals.total_minor}"

    @property
    def delivery_kind(self) -> DeliveryKind:
        if not self.contents.needs_delivery:
            return DeliveryKind.NOTHING
        collected = self.delivery is not None and self.delivery.is_collected
        return DeliveryKind.COLLECTED if collected else DeliveryKind.BROUGHT

    @property
    def is_brought(self) -> bool:
        return self.delivery_kind == DeliveryKind.BROUGHT

    @property
    def suits_payment_on_delivery(self) -> bool:
        return self.is_brought or not self.totals.total_minor

    @property
    def payments(self) -> list[str]:
        """The only ways of paying that go with the delivery; empty: all of the shop's."""
        return self.delivery.method.payments if self.delivery and self.delivery.method else []


def quote_of(contents: Contents, country: str, delivery: DeliveryChoice | None) -> Quote:
    """No queries: everything has been read."""
    taxes = contents.taxes
    due = [taxes.rate(line.tax_class, country) for line in contents.lines]
    lines = [
        _order_line(line, quantity, unit_minor, line.tax_rate(rate))
        for line, rate in zip(contents.lines, due, strict=True)
        for quantity, unit_minor in line.parts
    ]
    totals = work_out(
        [(line.total_minor, line.tax_rate) for line in lines],
        currency=contents.merchant.currency,
        delivery=(delivery.price_minor, taxes.rate(delivery.tax_class, country))
        if delivery
        else None,
        discount_minor=line_prices.discount(contents.coupon, contents.lines),
        includes_tax=taxes.prices_include_tax,
        by_line=contents.settings.rounding == Rounding.LINE,
    )
    taxed = zip(lines, totals.line_taxes, strict=True)
    return Quote(
        contents=contents,
        country=country,
        delivery=delivery,
        lines=tuple(replace(line, tax_minor=tax) for line, tax in taxed),
        totals=totals,
        fingerprint=_fingerprint(contents, totals, country, delivery),
        needs_approval=any(
            line.below_catalogue(rate, prices_include_tax=taxes.prices_include_tax)
            for line, rate in zip(contents.lines, due, strict=True)
        ),
    )


def _order_line(line: PricedLine, quantity: int, unit_minor: int, tax_rate: Decimal) -> LineDraft:
    row = line.row
    return LineDraft(
        title=plain_words(line.name),
        options=plain_words(line.options),
        quantity=quantity,
        unit_price_minor=unit_minor,
        total_minor=quantity * unit_minor,
        tax_rate=tax_rate,
        sku=line.sku,
        units=line.units_each,
        product_id=row.product_id,
        variant_id=row.variant_id,
        price_from_page=row.price_from_page,
        page_price_minor=row.page_price_minor,
    )


def _fingerprint(
    contents: Contents, totals: Totals, country: str, delivery: DeliveryChoice | None
) -> str:
    lines = [(line.row.pk, line.row.quantity, line.amount_minor) for line in contents.lines]
    told = (lines, totals, country, delivery.key if delivery else "", contents.merchant.currency)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]
