"""What *Continue shopping* hands back to the merchant's own page: how many, how much, and its ``sd``."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csp import csp_override

from tradepost.checkout.models import Cart
from tradepost.checkout.pricing.quote import Contents, contents_of
from tradepost.checkout.queries import may_return_to, settings_of
from tradepost.checkout.types import ReturnTotals
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant


@dataclass(frozen=True)
class HandedOver:
    """``fields`` to send as a form, or an address that says them already."""

    address: str
    fields: dict[str, str]


def handed_over(contents: Contents) -> HandedOver:
    """For the link of the cart's page. Other people's sites are told nothing."""
    address, cart = contents.cart.return_url, contents.cart
    way = contents.settings.return_totals
    if way == ReturnTotals.NONE or not may_return_to(contents.merchant, address):
        return HandedOver(address, {})
    fields = _fields(contents.goods, contents.count, cart.session_data)
    if way == ReturnTotals.POST:
        return HandedOver(address, fields)
    return HandedOver(_with(address, fields), {})


def may_post_to(request: HttpRequest, address: str, response: HttpResponse) -> HttpResponse:
    """Let the forms of this one page go to the merchant's own site as well."""
    parts = urlsplit(address)
    usual = cast("dict[str, list[str]]", settings.SECURE_CSP)
    policy = usual | {"form-action": [*usual["form-action"], f"{parts.scheme}://{parts.netloc}"]}
    return csp_override(policy)(lambda _request: response)(request)


def address_with_totals(merchant: Merchant, cart: Cart | None, address: str) -> str:
    """For a redirect, which can only be a GET; ``address`` is on the merchant's own site."""
    if settings_of(merchant).return_totals == ReturnTotals.NONE:
        return address
    if cart is None:
        return _with(address, _fields(Money(0, merchant.currency), 0, ""))
    contents = contents_of(cart, merchant)
    return _with(address, _fields(contents.goods, contents.count, cart.session_data))


def _fields(goods: Money, count: int, session_data: str) -> dict[str, str]:
    return {"qty": str(count), "tot": goods.plain(), "sd": session_data}


def _with(address: str, fields: dict[str, str]) -> str:
    """The page's own parameters stay; earlier totals in it give way."""
    parts = urlsplit(address)
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in fields
    ]
    query = urlencode([*kept, *fields.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))
