"""The shop's frame around the cart's pages. The storefront, above us, registers the full one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tradepost.checkout.models import Cart
from tradepost.checkout.queries import count_in
from tradepost.merchants.models import Merchant

Frame = dict[str, Any]
Framer = Callable[[HttpRequest, Merchant, Cart | None], Frame]
_framers: list[Framer] = []


def register_frame(framer: Framer) -> Framer:
    """``framer`` adds to the ``shop`` of ``ui/shop.html``: name, home_url, categories, logo …"""
    _framers.append(framer)
    return framer


def cart_url(merchant: Merchant, cart: Cart | None) -> str:
    """The cart's own page, which works without a cookie; else one that finds it by the cookie."""
    if cart is not None:
        return reverse("checkout:cart", args=[cart.token])
    return f"{reverse('checkout:review')}?userid={merchant.cart_username}"


def shop_frame(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> Frame:
    """Needs the merchant's scope."""
    frame: Frame = {
        "name": merchant.name,
        "home_url": merchant.website,
        "cart_url": cart_url(merchant, cart),
        "cart_count": count_in(cart),
        "privacy_url": reverse("notice:notice-merchant", args=[merchant.handle]),
    }
    for framer in _framers:
        frame |= framer(request, merchant, cart)
    return frame
