"""How a visitor carries a cart: a cookie of this site, or the address alone.

The cookie holds the tokens of the last carts (one a shop), is gone with the browser, and says nothing
of who the visitor is. Without it every link and form of the cart and the checkout carries the token,
and shop pages take it as ``?cart=<token>``.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tradepost.checkout.models import Cart

COOKIE = "tp_cart"
PARAMETER = "cart"
_MOST = 8


def carried_tokens(request: HttpRequest) -> list[str]:
    """Tokens in the address first, then those of the cookie, newest first."""
    asked = [request.GET.get(PARAMETER, ""), *request.COOKIES.get(COOKIE, "").split(".")]
    return [token[:32] for token in asked if token and "\x00" not in token][: _MOST + 1]


def hand_cookie(request: HttpRequest, response: HttpResponse, cart: Cart) -> None:
    """Put the cart first in the cookie, unless it is there already.

    On https the cookie is ``SameSite=None``: the form of the merchant's own page is a POST from another
    site, and a stricter cookie would open a new cart for every product. It opens nothing to forgery
    that the public "add to cart" addresses do not open by themselves.
    """
    tokens = [token for token in request.COOKIES.get(COOKIE, "").split(".") if token]
    if tokens and tokens[0] == cart.token:
        return
    kept = [cart.token, *(token for token in tokens if token != cart.token)][:_MOST]
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(
        COOKIE,
        ".".join(kept),
        httponly=True,
        secure=secure,
        samesite="None" if secure else "Lax",
    )
