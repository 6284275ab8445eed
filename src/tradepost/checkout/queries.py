"""Reads of carts and of what a shop offers at the checkout. All but the first need its scope."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audience.models import ContactList
from tradepost.checkout.cart_cookie import Carried
from tradepost.checkout.models import (
    Cart,
    CartLine,
    CartSettings,
    Coupon,
    DeliveryMethod,
    LinkProblem,
)
from tradepost.checkout.types import MethodKind
from tradepost.lib.weblinks import origin_of
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order


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


def count_in(cart: Cart | None) -> int:
    """How many things lie in the cart, for the shop's head."""
    if cart is None:
        return 0
    rows = CartLine.objects.filter(cart=cart, removed_at=None)
    return sum(rows.values_list("quantity", flat=True))


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


def newsletter_list(chosen: CartSettings) -> ContactList | None:
    """The list that the box at the checkout is about: the chosen one, else the oldest public one."""
    lists = ContactList.objects.filter(merchant=chosen.merchant_id, is_public=True)
    return chosen.newsletter_list or lists.order_by("pk").first()


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
