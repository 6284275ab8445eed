"""How a visitor carries a cart: a cookie of this site, or the address alone.

The cookie holds the tokens of the last carts (one a shop), is gone with the browser, and says nothing
of who the visitor is. Without it every link and form of the cart and the checkout carries the token,
and shop pages take it as ``?cart=<token>``.

Addresses are passed on, logged and planted. So a token in an address opens that cart on that page and
never gets into the cookie, and it is asked for only where the cookie knows no cart of the shop. After
the order the cookie holds a secret that never was in an address, in place of the cart's token.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tradepost.checkout.models import Cart

COOKIE = "tp_cart"
PARAMETER = "cart"
ORDER_SECRET = "order_secret"  # noqa: S105  the name of a field
_MOST = 8


@dataclass(frozen=True, slots=True)
class Carried:
    """Tokens that a request brings: from the cookie, newest first, and from the address or form."""

    cookie: tuple[str, ...] = ()
    address: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cookie or self.address)


def carried_tokens(request: HttpRequest, *, form: bool = False) -> Carried:
    """``form``: the page is ours, and its form carries the token as well."""
    asked = [request.GET.get(PARAMETER, "")]
    if form:
        asked.insert(0, request.POST.get(PARAMETER, ""))
    return Carried(
        cookie=_tokens(request.COOKIES.get(COOKIE, "").split(".")[:_MOST]), address=_tokens(asked)
    )


def _tokens(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text[:32] for text in texts if text and "\x00" not in text)


def hand_cookie(
    request: HttpRequest, response: HttpResponse, token: str, *, instead_of: str = ""
) -> None:
    """Put a token first in the cookie, unless it is there already.

    On https the cookie is ``SameSite=None``: the form of the merchant's own page is a POST from another
    site, and a stricter cookie would open a new cart for every product. It opens nothing to forgery
    that the public "add to cart" addresses do not open by themselves.
    """
    tokens = carried_tokens(request).cookie
    if tokens and tokens[0] == token:
        return
    kept = [token, *(one for one in tokens if one not in {token, instead_of})][:_MOST]
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(
        COOKIE,
        ".".join(kept),
        httponly=True,
        secure=secure,
        samesite="None" if secure else "Lax",
    )


def order_mark(secret: str) -> str:
    """What a cart remembers of the secret that the browser which ordered keeps."""
    return hashlib.sha256(b"who ordered this cart\0" + secret.encode()).hexdigest()


def has_ordered(request: HttpRequest, cart: Cart) -> bool:
    """Whether this browser ordered the cart: its cookie says so, or the page it sends once more."""
    secrets = [*carried_tokens(request).cookie, request.POST.get(ORDER_SECRET, "")[:32]]
    if not cart.order_mark:
        return False
    return any(
        hmac.compare_digest(order_mark(secret), cart.order_mark) for secret in secrets if secret
    )


def is_carried(request: HttpRequest, cart: Cart) -> bool:
    """Whether the visitor's cookie knows this cart."""
    return cart.token in carried_tokens(request).cookie
