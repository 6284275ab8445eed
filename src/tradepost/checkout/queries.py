"""Reads of carts and of what a shop offers at the checkout. All but the first need its scope."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audience.models import ContactList
from tradepost.catalog.tax import TaxTable, tax_table
from tradepost.checkout import pricing
from tradepost.checkout.carried import Carried
from tradepost.checkout.coupons import accepted_coupon
from tradepost.checkout.models import (
    Cart,
    CartLine,
    CartSettings,
    Coupon,
    DeliveryMethod,
    LinkProblem,
)
from tradepost.checkout.pricing import PricedLine
from tradepost.checkout.totals import Line, Totals, work_out
from tradepost.checkout.types import MethodKind, Rounding, Text
from tradepost.lib.money import Money
from tradepost.lib.weblinks import origin_of
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order
from tradepost.payments.queries import payment_methods


def cart_of_token(token: str) -> Cart | None:
    """Any shop's cart, with its merchant, by its token or the one it had before the checkout."""
    with scopes_disabled():
        carts = Cart.objects.select_related("merchant")
        return (
            carts.filter(token=token[:64]).first()
            or carts.filter(former_token=token[:64]).exclude(former_token="").first()
        )


def open_cart_among(merchant: Merchant, carried: Carried) -> Cart | None:
    """The visitor's cart of this shop that is not ordered yet: of the cookie, else of the address."""
    return _open_cart(merchant, carried.cookie) or _open_cart(merchant, carried.address)


def _open_cart(merchant: Merchant, tokens: Sequence[str]) -> Cart | None:
    if not tokens:
        return None
    carts = Cart.objects.filter(merchant=merchant, token__in=tokens, ordered_at=None)
    return carts.select_related("merchant").order_by("-touched_at").first()


def settings_of(merchant: Merchant) -> CartSettings:
    """The shop's row, or an unsaved one with the defaults."""
    found = CartSettings.objects.filter(merchant=merchant).first()
    return found or CartSettings(merchant=merchant)


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
        off = Money(pricing.discount(self.coupon, self.lines), goods.currency)
        return min(off, goods)

    @property
    def short(self) -> list[PricedLine]:
        return [line for line in self.lines if line.short]

    @property
    def needs_delivery(self) -> bool:
        return pricing.needs_delivery(self.lines)

    def needs_approval(self, country: str) -> bool:
        """A known article for less than the catalogue says, at the word of an unsigned page."""
        return any(line.below_catalogue(self.taxes, country) for line in self.lines)


def contents_of(cart: Cart, merchant: Merchant) -> Contents:
    """Six queries, however many lines; one more with a discount code, one with prices of pages."""
    rows = CartLine.objects.filter(cart=cart).select_related("product", "variant__product")
    rows = rows.prefetch_related("product__photos")
    chosen = settings_of(merchant)
    cheapest = pricing.cheapest_variants(
        [row.product_id for row in rows if row.product_id and row.price_from_page]
    )
    priced = [pricing.price_line(row, merchant, chosen.mode, cheapest) for row in rows]
    wanted = pricing.share_stock([line for line in priced if line.row.removed_at is None])
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


def count_in(cart: Cart | None) -> int:
    """How many things lie in the cart, for the shop's head."""
    if cart is None:
        return 0
    rows = CartLine.objects.filter(cart=cart, removed_at=None)
    return sum(rows.values_list("quantity", flat=True))


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


def delivery_choices(contents: Contents, country: str) -> list[DeliveryChoice]:
    """Empty: the shop does not deliver this cart to that country."""
    merchant = contents.merchant
    choices = []
    for method in DeliveryMethod.objects.filter(merchant=merchant, active=True):
        if not method.goes_to(country):
            continue
        price = pricing.delivery_price(method, contents.lines)
        if price is not None:
            choices.append(
                DeliveryChoice(
                    method.public_id,
                    method.name,
                    method.estimate,
                    price,
                    merchant.currency,
                    method.tax_class,
                    method,
                )
            )
    return choices


def delivers_by_method(merchant: Merchant) -> bool:
    """Whether the shop has set any way of delivery up. One that offers none of them delivers nowhere."""
    return DeliveryMethod.objects.filter(merchant=merchant).exists()


def delivery_countries(merchant: Merchant) -> set[str]:
    """Countries that any method names; empty means that at least one goes everywhere."""
    rows = DeliveryMethod.objects.filter(merchant=merchant, active=True)
    sent = rows.exclude(kind=MethodKind.COLLECT)
    lists: Sequence[list[str]] = list(sent.values_list("countries", flat=True))
    if not lists and rows:
        return {merchant.home_country}
    if not all(lists):
        return set()
    return {country for countries in lists for country in countries}


def payments_for(
    contents: Contents, delivery: DeliveryChoice | None, amount: Money
) -> list[tuple[str, str]]:
    """Ways of paying for this cart, delivered that way: name and label."""
    brought = is_brought(contents, delivery) or not amount.minor
    wanted = delivery.method.payments if delivery and delivery.method else []
    return [
        way
        for way in payment_methods(contents.merchant, amount, brought=brought)
        if not wanted or way[0] in wanted
    ]


def is_brought(contents: Contents, delivery: DeliveryChoice | None) -> bool:
    return contents.needs_delivery and not (delivery and delivery.is_collected)


def totals_of(contents: Contents, country: str, delivery: DeliveryChoice | None) -> Totals:
    """What the cart comes to when it goes to ``country`` that way."""
    table = contents.taxes
    return work_out(
        pricing.tax_lines(contents.lines, table, country),
        delivery=Line(
            amount_minor=delivery.price_minor, tax_rate=table.rate(delivery.tax_class, country)
        )
        if delivery
        else None,
        discount_minor=pricing.discount(contents.coupon, contents.lines),
        includes_tax=table.prices_include_tax,
        by_line=contents.settings.rounding == Rounding.LINE,
    )


def fingerprint(
    contents: Contents, totals: Totals, country: str, delivery: DeliveryChoice | None
) -> str:
    """What a buyer is shown, in short: if any of it changes, so does this."""
    lines = [(line.row.pk, line.row.quantity, line.amount_minor) for line in contents.lines]
    told = (lines, totals, country, delivery.key if delivery else "", contents.merchant.currency)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]


def may_return_to(merchant: Merchant, address: str) -> bool:
    """Whether an address is on one of the merchant's own websites, or here: scheme, host and port.

    Old pages send ``return`` without a scheme, and name hosts so: on the usual ports of the merchant's
    own hosts either scheme will do. Of this installation only the very address.
    """
    named = [host.removeprefix("www.") for host in settings_of(merchant).website_hosts.split()]
    own = {origin_of(merchant.website), origin_of(settings.TRADEPOST.base_url)}
    own |= {origin_of(f"{scheme}://{host}") for host in named for scheme in ("http", "https")}
    website = origin_of(merchant.website)
    if (website[0], website[2]) == ("https", 443):
        own.add(("http", website[1], 80))
    return origin_of(address) in own - {("", "", 0)}


def order_key(cart: Cart) -> str:
    """One cart makes one order."""
    return f"cart:{cart.token}"


def order_page_of(cart: Cart) -> str:
    """Address of the page on which the buyer follows the order of this cart; empty without one."""
    ordered = Cart.objects.filter(merchant=cart.merchant, order_mark=cart.order_mark)
    keys = [order_key(one) for one in ordered]
    order = Order.objects.filter(merchant=cart.merchant, key__in=keys).first()
    return order_page(order) if order and order.token else ""


def order_page(order: Order) -> str:
    return reverse("orders:follow", args=[order.token])


def newsletter_list(merchant: Merchant) -> ContactList | None:
    """The list that the box at the checkout is about: the chosen one, else the oldest public one."""
    chosen = settings_of(merchant).newsletter_list
    lists = ContactList.objects.filter(merchant=merchant, is_public=True)
    return chosen or lists.order_by("pk").first()


# Back office


def has_answered_old_pages(merchant: Merchant) -> bool:
    """Whether the shop has said if it brings pages of another cart."""
    rows = CartSettings.objects.filter(merchant=merchant)
    return rows.exclude(old_pages_asked_at=None).exists()


def link_problems(merchant: Merchant) -> QuerySet[LinkProblem]:
    """Newest first."""
    return LinkProblem.objects.filter(merchant=merchant)


def delivery_methods(merchant: Merchant) -> QuerySet[DeliveryMethod]:
    return DeliveryMethod.objects.filter(merchant=merchant).select_related("merchant")


def coupons_of(merchant: Merchant) -> QuerySet[Coupon]:
    """With ``used``: how many orders count against the limit."""
    rows = Coupon.objects.filter(merchant=merchant).select_related("merchant")
    return rows.annotate(used=Count("uses", filter=Q(uses__order__cancelled_at=None)))


def cart_tokens(merchant: Merchant) -> Iterator[str]:
    """All that stand in links to carts and checkouts of the shop."""
    return Cart.objects.filter(merchant=merchant).values_list("token", flat=True).iterator()
