"""The cart's own page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tradepost.checkout.actions.cart import (
    change_quantities,
    choose_coupon,
    go_to_checkout,
    restore_line,
    take_what_is_left,
)
from tradepost.checkout.cart_cookie import COOKIE, hand_cookie, is_carried
from tradepost.checkout.dropin.handing_over import handed_over, may_post_to
from tradepost.checkout.forms import CartForm, read_cart_form
from tradepost.checkout.models import Cart, CartLine
from tradepost.checkout.pricing.coupons import spend_guess
from tradepost.checkout.pricing.quote import contents_of
from tradepost.checkout.pricing.shortages import shortage_words
from tradepost.checkout.shop_layout import shop_frame
from tradepost.checkout.typed_fields import typed_fields
from tradepost.checkout.types import CartClosed, CartFull, Text
from tradepost.checkout.views.access import cart_view
from tradepost.identity.actions.limits import TooMany
from tradepost.identity.network import network_of
from tradepost.lib.weblinks import host_of
from tradepost.orders.types import OrderSource

_CODE_WAITS = _(
    "Too many discount codes were tried from your network, so the code of this link was not looked at. "
    "Please enter it here later."
)


@cart_view
@require_http_methods(["GET", "POST"])
def cart(request: HttpRequest, cart: Cart) -> HttpResponse:
    if request.method == "POST":
        return _change(request, cart)
    return _show(request, cart, refusal=_CODE_WAITS if "code_waits" in request.GET else "")


def _show(
    request: HttpRequest,
    cart: Cart,
    *,
    refusal: Text = "",
    typed: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """``typed``: a code that was refused. What was typed at the checkout stays in the form of the page."""
    contents = contents_of(cart, cart.merchant)
    hand_over = handed_over(contents)
    context = {
        "shop": shop_frame(request, cart.merchant, cart) | {"form_id": "cart-form"},
        "kept": typed_fields(request.POST),
        "shortage": shortage_words(contents.lines),
        "merchant": cart.merchant,
        "cart": cart,
        "contents": contents,
        "return_host": host_of(cart.return_url),
        "refusal": refusal,
        "coupon_code": cart.coupon_code if typed is None else typed[:60],
        "hand_over": hand_over,
        "nothing_added": "nothing" in request.GET,
        "only_here": cart.source != OrderSource.STOREFRONT and COOKIE not in request.COOKIES,
    }
    response = render(request, "checkout/cart.html", context, status=status)
    return may_post_to(request, hand_over.address, response) if hand_over.fields else response


def _change(request: HttpRequest, cart: Cart) -> HttpResponse:
    if "from_checkout" in request.POST:
        return _show(request, cart)
    asked = read_cart_form(request.POST)
    try:
        _do(request, cart, asked)
        if asked.go_on:
            return _to_checkout(request, cart)
    except TooMany as too_many:
        return _show(request, cart, refusal=too_many.in_words, typed=asked.coupon, status=429)
    except CartFull:
        return _show(
            request, cart, refusal=_("The cart is full: it holds 200 different lines."), status=422
        )
    except CartClosed:
        return _see("checkout:cart", cart)  # which leads to the order
    if typed_fields(request.POST):
        cart.refresh_from_db()
        return _show(request, cart)
    return _see("checkout:cart", cart)


def _do(request: HttpRequest, cart: Cart, asked: CartForm) -> None:
    """Raises: TooMany, CartFull, CartClosed."""
    change_quantities(cart=cart, quantities=asked.quantities)
    if asked.restore:
        restore_line(cart=cart, line=CartLine.get_or_404(asked.restore, cart=cart))
    if asked.coupon is not None and asked.coupon.strip() != cart.coupon_code:
        spend_guess(cart.merchant, asked.coupon.strip(), network_of(request))
        choose_coupon(cart=cart, code=asked.coupon)
    if asked.adjust:
        take_what_is_left(cart=cart, lines=contents_of(cart, cart.merchant).short)


def _to_checkout(request: HttpRequest, cart: Cart) -> HttpResponse:
    """Not with more than there is. A browser that comes from the checkout sends its fields once more."""
    if contents_of(cart, cart.merchant).short:
        cart.refresh_from_db()
        return _show(request, cart, status=409)
    held = is_carried(request, cart)
    gone_on = go_to_checkout(cart=cart, is_carried=held)
    status = 307 if typed_fields(request.POST) else 303
    response = _see("checkout:checkout", gone_on, status)
    if held:
        hand_cookie(request, response, gone_on.token, instead_of=cart.token)
    return response


def _see(page: str, cart: Cart, status: int = 303) -> HttpResponse:
    response = HttpResponseRedirect(reverse(page, args=[cart.token]))
    response.status_code = status
    return response
