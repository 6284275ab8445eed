"""The promises of the cart, each driving the running pages."""

import re
import secrets
from html.parser import HTMLParser
from typing import Any

from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.test import RequestFactory
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.cart_cookie import COOKIE
from tradepost.checkout.models import Cart, CartLine, CartSettings
from tradepost.checkout.types import LinkMode
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.merchants.models import Merchant
from tradepost.modules.registry import cookies
from tradepost.modules.shop_address import shop_address
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount

_BROWSER, _NETWORK = "Canary/7.7 (visitor)", "203.0.113.77"
_PERSON = {
    "email": "canary@example.org",
    "shipping-country": "DE",
    "shipping-name": "Canary Bird",
    "shipping-line1": "Lederweg 7",
    "shipping-postal_code": "10115",
    "shipping-city": "Berlin",
    "payment": "on_delivery",
}


class Shopper:
    """Somebody at a shop made for the check, whose browser keeps cookies or refuses them."""

    def __init__(self, *, takes_cookies: bool) -> None:
        handle = f"check-{secrets.token_hex(6)}"
        self.merchant = Merchant.objects.create(
            name="Check",
            handle=handle,
            contact_email=f"{handle}@example.org",
            country="DE",
            website=f"https://{handle}.example",
        )
        with scope(merchant=self.merchant):
            GatewayAccount.objects.create(merchant=self.merchant, gateway="on_delivery")
            CartSettings.objects.create(merchant=self.merchant, mode=LinkMode.OPEN)
            self.product = Product.objects.create(
                merchant=self.merchant, name="Belt", slug="belt", sku="BELT", price_minor=4900
            )
        self.takes_cookies = takes_cookies
        self.cookies: dict[str, Any] = {}
        self._requests = RequestFactory()
        self._application = BaseHandler()
        self._application.load_middleware()

    def get(self, address: str) -> HttpResponseBase:
        return self._send(self._requests.get(address, secure=True))

    def post(self, address: str, fields: dict[str, str]) -> HttpResponseBase:
        return self._send(self._requests.post(address, fields, secure=True))

    def _send(self, request: HttpRequest) -> HttpResponseBase:
        """Cookies that are refused are simply never sent back."""
        request.META |= {"HTTP_USER_AGENT": _BROWSER, "REMOTE_ADDR": _NETWORK}
        request.COOKIES = {name: morsel.value for name, morsel in self.cookies.items()}
        answer = self._application.get_response(request)
        if self.takes_cookies:
            self.cookies |= dict(answer.cookies)
        return answer

    def link(self, **fields: str) -> str:
        """The old cart's address with one product."""
        query = QueryDict(mutable=True)
        query.update({"userid": self.merchant.cart_username, "product": "Hat", "price": "5"})
        query.update(fields)
        return f"{reverse('checkout:add')}?{query.urlencode()}"


def _text(answer: HttpResponseBase) -> str:
    return bytes(getattr(answer, "content", b"")).decode()


@keeps("choice.cookies-refusable", Evidence.TESTED)
def shops_without_cookies() -> str:
    """Add, change, check out and order with a browser that never sends a cookie."""
    shopper = Shopper(takes_cookies=False)
    address = shopper.get(
        reverse("checkout:buy", args=[shopper.merchant.handle, "BELT"])
    ).headers.get("Location", "")
    require(
        "Belt" in _text(shopper.get(address)), f"the cart at {address or 'no address'} is empty"
    )
    shopper.get(
        f"{reverse('checkout:buy', args=[shopper.merchant.handle, 'BELT'])}?cart={_token(address)}"
    )
    checkout = reverse("checkout:checkout", args=[_token(address)])
    page = _text(shopper.get(checkout))
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    require(seen, "the checkout does not open without cookies")
    answer = shopper.post(checkout, _PERSON | {"seen": seen[1] if seen else "", "order": "1"})
    require(answer.status_code == 303, f"ordering without cookies ended with {answer.status_code}")
    with scope(merchant=shopper.merchant):
        sums = list(Order.objects.values_list("goods_minor", flat=True))
    require(sums == [9800], f"two of the same came to {sums}")
    return "Two products were bought with every cookie refused and no script."


def _token(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


@keeps("cookie.cart-preferences", Evidence.TESTED)
def cart_cookie_is_first_party_and_names_nobody() -> str:
    shopper = Shopper(takes_cookies=True)
    shopper.get(shopper.link())
    require(COOKIE in cookies, f"{COOKIE} is not on the list of cookies")
    morsel = shopper.cookies.get(COOKIE)
    require(morsel is not None, "no cart cookie was set")
    assert morsel is not None  # for the type checker
    require(not morsel["domain"], f"the cookie goes to {morsel['domain']}, not to this host alone")
    require(not morsel["max-age"] and not morsel["expires"], "the cookie outlives the browser")
    require(morsel["httponly"], "scripts can read the cookie")
    with scopes_disabled():
        tokens = list(
            Cart.objects.filter(merchant=shopper.merchant).values_list("token", flat=True)
        )
    require(morsel.value == ".".join(tokens), "the cookie holds more than the cart's random number")
    return f"{COOKIE} goes to this host alone, ends with the browser and holds a random number."


@keeps("collect.anonymous-visit", Evidence.TESTED)
def looking_leaves_nothing_behind() -> str:
    """Cart and shop pages are read; what the database holds afterwards names no visitor."""
    shopper = Shopper(takes_cookies=True)
    looked = [
        f"{reverse('checkout:review')}?userid={shopper.merchant.cart_username}",
        reverse("checkout:cart", args=["x" * 22]),
        shop_address(shopper.merchant),
    ]
    for address in looked:
        shopper.get(address)
    require(not shopper.cookies, f"looking set the cookies {sorted(shopper.cookies)}")
    require(not _everything_of(shopper.merchant), "looking opened a cart")
    shopper.get(shopper.link())
    for row in _everything_of(shopper.merchant):
        for trace in ("203.0.113", "Canary/7.7"):
            require(trace not in row, f"the visit left {trace} in {row[:80]}")
    return f"{len(looked)} pages left no cookie and no row; a cart holds no address and no browser."


def _everything_of(merchant: Merchant) -> list[str]:
    """Every value of the visitor's cart and its lines, as text."""
    with scopes_disabled():
        rows = [
            *Cart.objects.filter(merchant=merchant).values(),
            *CartLine.objects.filter(merchant=merchant).values(),
        ]
    return [repr(row) for row in rows]


class _Links(HTMLParser):
    """Links to other hosts, and whether the page explains them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.outside: list[dict[str, str | None]] = []
        self.explained = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and (values.get("href") or "").startswith(("http://", "https://")):
            self.outside.append(values)
        self.explained = self.explained or values.get("id") == "other-sites"


@keeps("share.external-links", Evidence.TESTED)
def links_to_other_sites_say_so() -> str:
    """The links that the merchant's page asks for: back, details, picture."""
    shopper = Shopper(takes_cookies=True)
    asked = {
        "return": "https://elsewhere.example/hats",
        "producturl": "https://elsewhere.example/hat",
        "thumb": "https://elsewhere.example/hat.jpg",
    }
    address = shopper.get(shopper.link(**asked)).headers.get("Location", "")
    page = _text(shopper.get(address))
    links = _Links(page)
    found = [link for link in links.outside if "elsewhere.example" in (link["href"] or "")]
    require(len(found) == 3, f"{len(found)} of three links to the other site are shown")
    for link in links.outside:
        require(link.get("aria-describedby") == "other-sites", f"{link['href']} is not explained")
        require("noreferrer" in (link.get("rel") or ""), f"{link['href']} is told about the cart")
    require(links.explained, "the page does not say whose policy applies")
    require("privacy policies of those sites apply there" in page, "the explanation is missing")
    require('src="https://elsewhere' not in page, "a picture of another site is loaded")
    return f"All {len(links.outside)} links to other sites say that other policies apply there."
