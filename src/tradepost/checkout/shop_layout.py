"""The shop's frame around the cart's pages. The storefront, above us, adds the full one."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tradepost.checkout.models import Cart
from tradepost.checkout.queries import count_in
from tradepost.datamap.extensions import ExtensionPoint
from tradepost.merchants.languages import PARAMETER, asked_language, languages_of
from tradepost.merchants.models import Merchant

# Of the address, when the language is switched: what shop pages know, the cart, and whose cart it is.
KEPT_PARAMETERS = ("cart", "userid", "q", "sort", "page", "o1", "o2", "o3")
Frame = dict[str, object]
Framer = Callable[[HttpRequest, Merchant, Cart | None], Frame]
# Each adds to the ``shop`` of ``ui/shop.html``: name, home_url, categories, logo …
framers: ExtensionPoint[Framer] = ExtensionPoint("the shop's frame")


def cart_url(merchant: Merchant, cart: Cart | None, language: str = "") -> str:
    """The cart's own page, which works without a cookie; else one that finds it by the cookie."""
    asked = {PARAMETER: language} if language else {}
    if cart is not None:
        address = reverse("checkout:cart", args=[cart.token])
        return f"{address}?{urlencode(asked)}" if asked else address
    return f"{reverse('checkout:review')}?{urlencode({'userid': merchant.cart_username} | asked)}"


def shop_frame(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> Frame:
    """Needs the merchant's scope."""
    asked = asked_language(request)
    frame: Frame = {
        "asked_language": asked,
        "languages": languages_of(merchant, request, KEPT_PARAMETERS),
        "name": merchant.name,
        "home_url": merchant.website,
        "cart_url": cart_url(merchant, cart, asked),
        "cart_count": count_in(cart),
        "privacy_url": reverse("notice:notice-merchant", args=[merchant.handle]),
    }
    for framer in framers:
        frame |= framer(request, merchant, cart)
    return frame
