"""The button of a product page: into the cart."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_scopes import scope

from tradepost.catalog.models import Product
from tradepost.catalog.queries import SearchResult
from tradepost.checkout.actions.cart import MAX_QUANTITY, add_product
from tradepost.checkout.cart_cookie import carried_tokens, hand_cookie
from tradepost.checkout.shop_layout import cart_url
from tradepost.checkout.types import CartFull
from tradepost.merchants.access import open_shop_or_404
from tradepost.merchants.languages import asked_language
from tradepost.merchants.models import Merchant
from tradepost.orders.types import OrderSource
from tradepost.storefront.offers import chosen_variant
from tradepost.storefront.queries import product_at
from tradepost.storefront.shop_layout import address

_KEPT = ("o1", "o2", "o3", "cart", "lang")


@csrf_exempt  # needs no cookie, and can do no more than a link to /buy/ of a stranger's page
@never_cache
@require_POST
def add(request: HttpRequest, handle: str, slug: str) -> HttpResponse:
    """Put the chosen variant into the visitor's cart, and show the cart."""
    merchant = open_shop_or_404(request, handle)
    with scope(merchant=merchant):
        product = product_at(merchant, slug)
        if product is None:
            raise Http404
        found = _chosen(product, request)
        if found is None:
            return _back(request, merchant, product, "choice")
        if found.stock == 0:
            return _back(request, merchant, product, "stock")
        quantity = _quantity(request)
        if quantity is None:
            return _back(request, merchant, product, "quantity")
        try:
            return _added(request, merchant, found, quantity)
        except CartFull:
            return _back(request, merchant, product, "full")


def _added(
    request: HttpRequest, merchant: Merchant, found: SearchResult, quantity: int
) -> HttpResponse:
    """The form carries the token where there is no cookie; it never gets into the cookie from there."""
    carried = carried_tokens(request, form=True)
    cart = add_product(
        merchant=merchant,
        carried=carried,
        found=found,
        quantity=quantity,
        source=OrderSource.STOREFRONT,
    )
    response = HttpResponseRedirect(cart_url(merchant, cart, asked_language(request, form=True)))
    response.status_code = 303
    if cart.token not in carried.address:
        hand_cookie(request, response, cart.token)
    return response


def _chosen(product: Product, request: HttpRequest) -> SearchResult | None:
    if not product.options.all() and not product.variants.all():
        return SearchResult(product)
    variant = chosen_variant(product, request.POST.dict())
    return SearchResult(product, variant) if variant else None


def _quantity(request: HttpRequest) -> int | None:
    """None for what is no number of things: another one than was typed would be bought."""
    text = request.POST.get("quantity", "1").strip()
    wanted = int(text) if text.isdecimal() and len(text) < 6 else 0
    return wanted if 1 <= wanted <= MAX_QUANTITY else None


def _back(request: HttpRequest, merchant: Merchant, product: Product, missing: str) -> HttpResponse:
    """To the page again, with what was chosen and the cart of somebody without cookies."""
    kept = {name: request.POST[name][:80] for name in _KEPT if request.POST.get(name)}
    to = f"{address('product', merchant, product.slug)}?{urlencode({'missing': missing} | kept)}"
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response
