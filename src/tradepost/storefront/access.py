"""The first line of every public page of a shop: which shop, is the finished page at hand?

Nobody is asked who they are: no session, no account, no cookie is read but the cart's, none is set.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe
from django_scopes import scope

from tradepost.catalog.queries import shop_fingerprint
from tradepost.checkout.cart_cookie import Carried, carried_tokens
from tradepost.checkout.models import Cart
from tradepost.checkout.queries import open_cart_among
from tradepost.lib import clock
from tradepost.lib.visitors import asks_not_to_be_tracked
from tradepost.merchants.languages import PARAMETER, asked_language, shop_language
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import merchant_by_handle
from tradepost.modules.switches import operators_choice, refuse_if_off
from tradepost.storefront import page_cache
from tradepost.storefront.queries import facts_of

# Some things around a page (the newsletter form, the terms) are not under the version of the
# catalogue; a kept page is made anew after this long in any case.
MOST_SECONDS = 300
_PARAMETERS = ("q", "sort", "page", "missing", "o1", "o2", "o3")

ShopView = Callable[Concatenate[HttpRequest, Merchant, Cart | None, ...], HttpResponse]


def shop_page(view: ShopView) -> Callable[..., HttpResponse]:
    """Answer from memory where the shop has not changed; else open its scope and draw the page.

    The view gets the merchant and the visitor's cart, if one is carried. Pages with a cart are drawn
    each time and kept by nobody.
    """

    @require_safe
    @wraps(view)
    def found(request: HttpRequest, handle: str, **kwargs: str) -> HttpResponse:
        seen = shop_fingerprint(handle)
        if seen is None:
            raise Http404
        # The operator's switches are in no version of the catalogue. A page at hand was drawn under the same.
        off = operators_choice.off()
        fingerprint = (*seen, off, int(clock.now().timestamp()) // MOST_SECONDS)
        meta = request.META
        carries = meta.get("HTTP_COOKIE") or meta.get("QUERY_STRING")
        tokens = carried_tokens(request) if carries else Carried()
        where = _address(request)
        if not tokens:
            page = page_cache.pages.find(where, fingerprint)
            if page:
                return _answer(request, page)
        return _drawn(request, view, handle, fingerprint, where, tokens, kwargs)

    # The page at hand is under a version of the shop that knows its switches: no row is read for it.
    found.knows_its_shop = True  # type: ignore[attr-defined]  # read by middleware.SwitchedOff
    return found


def _drawn(
    request: HttpRequest,
    view: ShopView,
    handle: str,
    fingerprint: page_cache.Fingerprint,
    where: str,
    tokens: Carried,
    kwargs: Mapping[str, str],
) -> HttpResponse:
    merchant = merchant_by_handle(handle)
    if merchant is None:
        raise Http404
    refuse_if_off(request, merchant)
    with scope(merchant=merchant):
        cart = open_cart_among(merchant, tokens) if tokens else None
        language = shop_language(merchant, asked_language(request), cart.language if cart else "")
    with scope(merchant=merchant), translation.override(language):
        request.shop_facts = (  # type: ignore[attr-defined]  # read by shop_facts
            page_cache.facts.of(fingerprint, lambda: facts_of(merchant))
            if may_keep()
            else facts_of(merchant)
        )
        response = view(request, merchant, cart, **kwargs)
    if response.status_code == 200 and not tokens and may_keep():
        content_type = response.headers["Content-Type"]
        page = page_cache.zipped_page(response.content, fingerprint, content_type, language)
        page_cache.pages.keep(where, page)
        return _answer(request, page)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Language"] = language
    return response


def may_keep() -> bool:
    """Not what was drawn inside an open transaction, which may yet be rolled back."""
    return not connection.in_atomic_block


def _address(request: HttpRequest) -> str:
    """The path with the parameters that pages know; others must not fill the memory.

    A page that says it honours the browser's signal is kept apart; no path has a space in front.
    """
    path = f" {request.path}" if asks_not_to_be_tracked(request.META) else request.path
    if not request.META.get("QUERY_STRING"):
        return path
    known = [(name, request.GET[name]) for name in _PARAMETERS if name in request.GET]
    known.append((PARAMETER, asked_language(request)))
    return f"{path}?{urlencode(known)}"


def _answer(request: HttpRequest, page: page_cache.KeptPage) -> HttpResponse:
    """Browsers keep it, but ask each time whether it still holds."""
    if request.headers.get("if-none-match") == page.etag:
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("accept-encoding", ""):
        response = HttpResponse(page.zipped, content_type=page.content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.plain(), content_type=page.content_type)
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = page.language
    response.headers["Vary"] = "Accept-Encoding, Cookie, DNT, Sec-GPC"
    return response
