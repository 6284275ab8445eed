"""The one-page checkout."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tradepost.catalog.types import OutOfStock
from tradepost.checkout.actions.cart import choose_country, take_what_is_left
from tradepost.checkout.actions.place_order import place_order
from tradepost.checkout.cart_cookie import hand_cookie
from tradepost.checkout.checkout_page import CheckoutPage
from tradepost.checkout.models import Cart
from tradepost.checkout.pricing.quote import contents_of
from tradepost.checkout.pricing.shortages import shortage_words, sold_out_words
from tradepost.checkout.queries import settings_of
from tradepost.checkout.shop_layout import shop_frame
from tradepost.checkout.types import CannotBeOrdered, CartClosed, ChangedSinceSeen
from tradepost.checkout.views.access import cart_view
from tradepost.identity.actions.limits import TooMany
from tradepost.lib.money import Money
from tradepost.orders.types import Totals
from tradepost.payments.types import AmountRefused, PaymentRefused


@cart_view
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest, cart: Cart) -> HttpResponse:
    page = CheckoutPage(request, contents_of(cart, cart.merchant))
    if page.ordering:
        return _order(request, page)
    if page.data is not None and "adjust" in page.data:
        take_what_is_left(cart=cart, lines=page.contents.short)
        page = CheckoutPage(request, contents_of(cart, cart.merchant))
    if page.data is not None:
        choose_country(cart=cart, country=page.choices.country)
    return _render(request, page)


def _order(request: HttpRequest, page: CheckoutPage) -> HttpResponse:
    """Everything wrong is shown at once; a changed price is shown and never silently taken."""
    if not page.is_valid():
        return _render(request, page, status=422)
    if page.changed or page.contents.short:
        return _render(request, page, changed=page.changed, status=409)
    try:
        placed = place_order(cart=page.contents.cart, submission=page.submission())
    except TooMany as refusal:
        return _again(request, page, refusal.in_words, status=429)
    except CartClosed as closed:  # the decorator says so
        return _again(request, page, str(closed))
    except OutOfStock as short:
        return _again(request, page, sold_out_words(short))
    except ChangedSinceSeen:
        return _again(request, page, _("Something changed while you were ordering."), changed=True)
    except (CannotBeOrdered, AmountRefused) as refused:
        return _again(request, page, str(refused))
    except PaymentRefused:
        return _again(
            request, page, _("This way of paying is not offered any more. Please choose again.")
        )
    response = HttpResponseRedirect(placed.next_path, status=303)
    hand_cookie(request, response, page.order_secret, instead_of=page.contents.cart.token)
    return response


def _again(
    request: HttpRequest,
    page: CheckoutPage,
    notice: str,
    *,
    changed: bool = False,
    status: int = 409,
) -> HttpResponse:
    """The page with the state of now; what was typed stays."""
    before = page.contents
    fresh = CheckoutPage(request, contents_of(before.cart, before.merchant))
    return _render(request, fresh, notice=notice, changed=changed, status=status)


def _render(
    request: HttpRequest,
    page: CheckoutPage,
    *,
    notice: str = "",
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    contents, choices = page.contents, page.choices
    ways = {"form_id": "checkout-form", "cart_button": True} if choices.can_be_ordered else {}
    context = {
        "shop": shop_frame(request, contents.merchant, contents.cart) | ways,
        "shortage": shortage_words(contents.lines),
        "merchant": contents.merchant,
        "cart": contents.cart,
        "page": page,
        "contents": contents,
        "choices": choices,
        "quote": choices.quote,
        "notice": notice,
        "changed": changed,
        "terms": contents.settings.terms,
        **_sums(choices.quote.totals),
    }
    return render(request, "checkout/checkout.html", context, status=status)


def _sums(totals: Totals) -> dict[str, object]:
    """The figures of the page as amounts of money."""
    currency = totals.currency
    return {
        "goods": Money(totals.goods_minor, currency),
        "discount": Money(totals.discount_minor, currency),
        "delivery_price": Money(totals.delivery_minor, currency),
        "total": totals.total,
        "taxes": [(part.rate, Money(part.tax_minor, currency)) for part in totals.taxes],
    }


@cart_view
@require_GET
def terms(request: HttpRequest, cart: Cart) -> HttpResponse:
    context = {
        "shop": shop_frame(request, cart.merchant, cart),
        "cart": cart,
        "terms": settings_of(cart.merchant).terms,
    }
    return render(request, "checkout/terms.html", context)
