"""The first line of every public page of a cart: whose is it, and is it still open?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django_scopes import scope

from tradepost.checkout.actions.cart import choose_language
from tradepost.checkout.cart_cookie import has_ordered, is_carried
from tradepost.checkout.models import Cart
from tradepost.checkout.queries import cart_of_token, order_page_of
from tradepost.lib.visitors import is_sent_by_another_site
from tradepost.merchants.languages import asked_language, shop_language

REFUSED = (409, 422)

CartView = Callable[Concatenate[HttpRequest, Cart, ...], HttpResponse]


def cart_view(view: CartView) -> Callable[..., HttpResponse]:
    """Find the cart of the token in the address and open its shop's scope around the view.

    Exempt from Django's CSRF check, which needs a cookie that a buyer may refuse. What it guards
    against is guarded by the token: 128 random bits in the address, which no other site knows and
    which never leave this one (``Referrer-Policy: same-origin``). Who opened the cart knows the token
    as well, and could plant it together with an ``order_secret`` of his own choice, so a form that a
    page of another site sends in only shows the page.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and is_sent_by_another_site(request.META, request.get_host()):
            return _only_shown(request)
        cart = cart_of_token(token)
        if cart is None:
            return render(request, "checkout/gone.html", status=404)
        asked = asked_language(request, form=True)
        language = shop_language(cart.merchant, asked, cart.language)
        with scope(merchant=cart.merchant), translation.override(language):
            choose_language(cart=cart, language=asked)
            if cart.ordered_at is not None:
                return _ordered(request, cart)
            if cart.token != token and not is_carried(request, cart):
                return _moved_on(request, cart)
            answer = view(request, cart, **kwargs)
            if answer.status_code in REFUSED and _was_ordered_meanwhile(cart):
                return _ordered(request, cart)
            return answer

    return found


def _only_shown(request: HttpRequest) -> HttpResponse:
    """The page without what the other site wanted to have typed."""
    response = HttpResponseRedirect(request.path)
    response.status_code = 303
    return response


def _was_ordered_meanwhile(cart: Cart) -> bool:
    """Whoever presses twice is shown the order, not the emptied cart that the second press met."""
    return Cart.objects.filter(pk=cart.pk, ordered_at__isnull=False).exists()


def _ordered(request: HttpRequest, cart: Cart) -> HttpResponse:
    """To the order, in the browser that ordered; the cart's address opens it to nobody else."""
    cart.refresh_from_db(fields=["order_mark"])
    page = order_page_of(cart) if has_ordered(request, cart) else ""
    if page:
        return HttpResponseRedirect(page)
    return render(request, "checkout/ordered.html", {"merchant": cart.merchant}, status=410)


def _moved_on(request: HttpRequest, cart: Cart) -> HttpResponse:
    """At the checkout already, in the browser whose cookie knows the cart; this one does not."""
    return render(request, "checkout/moved_on.html", {"merchant": cart.merchant}, status=410)
