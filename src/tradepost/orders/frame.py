"""The shop's frame around the customer's page of an order. The storefront, above us, registers the full one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tradepost.merchants.models import Merchant

Frame = dict[str, Any]
Framer = Callable[[HttpRequest, Merchant], Frame]
_framers: list[Framer] = []


def register_frame(framer: Framer) -> Framer:
    """``framer`` adds to the ``shop`` of ``ui/shop.html``: home_url, logo, look …"""
    _framers.append(framer)
    return framer


def shop_frame(request: HttpRequest, merchant: Merchant) -> Frame:
    """Needs the merchant's scope."""
    frame: Frame = {
        "name": merchant.name,
        "home_url": merchant.website,
        "privacy_url": reverse("privacy:notice-merchant", args=[merchant.handle]),
    }
    for framer in _framers:
        frame |= framer(request, merchant)
    return frame
