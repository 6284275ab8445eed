"""``/cf/…`` and ``/buy/…``: links and forms of other pages.

Exempt from the CSRF check because being called by other sites is what they are for. All that a
stranger's page can do with them is to put something into a cart, where the buyer sees it.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from tradepost.catalog.product_tabs import shop_page
from tradepost.catalog.queries import find_by_sku
from tradepost.checkout.actions.cart import add_product, return_to
from tradepost.checkout.actions.problems import note_refusals, page_of
from tradepost.checkout.actions.take_post import (
    merchant_to_tell,
    sent_along,
    shop_of_post,
    take_post,
)
from tradepost.checkout.cart_cookie import carried_tokens, hand_cookie
from tradepost.checkout.dropin.amounts import read_quantity
from tradepost.checkout.dropin.form_fields import Fields, read_fields
from tradepost.checkout.dropin.handing_over import address_with_totals
from tradepost.checkout.models import Cart
from tradepost.checkout.queries import may_return_to, open_cart_among
from tradepost.checkout.shop_layout import shop_frame
from tradepost.checkout.types import CartFull, NotTaken, PostRefused
from tradepost.identity.network import network_of
from tradepost.lib.weblinks import host_of
from tradepost.merchants.access import open_shop_or_404
from tradepost.merchants.languages import PARAMETER, asked_language, shop_language
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import refuse_if_off
from tradepost.orders.types import OrderSource

PostView = Callable[[HttpRequest, Merchant, Fields], HttpResponse]


def page_post(view: PostView) -> Callable[[HttpRequest], HttpResponse]:
    """Read the fields, find the shop, open its scope; a clear page for everything that is wrong."""

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "POST", "HEAD"])
    @wraps(view)
    def read(request: HttpRequest) -> HttpResponse:
        if _only_looking(request):
            return HttpResponse(status=204)
        try:
            fields = read_fields(request)
        except PostRefused as refused:
            return _refused_page(request, refused, status=400)
        try:
            merchant = shop_of_post(fields)
        except PostRefused as refused:
            return _no_shop(request, fields, refused)
        refuse_if_off(request, merchant)
        with scope(merchant=merchant), _language(request, merchant, fields):
            try:
                return view(request, merchant, fields)
            except PostRefused as refused:
                return _refused(request, merchant, fields, refused)

    return read


def _language(request: HttpRequest, merchant: Merchant, fields: Fields) -> translation.override:
    """The page's ``lg``, the switch, the cart's, the shop's own: as everywhere in the shop."""
    cart = open_cart_among(merchant, carried_tokens(request))
    asked = sent_along(fields).language or asked_language(request)
    return translation.override(shop_language(merchant, asked, cart.language if cart else ""))


@page_post
def add(request: HttpRequest, merchant: Merchant, fields: Fields) -> HttpResponse:
    """``/cf/add.cfm`` and ``/cf/addmulti.cfm``; which of the two is meant, the fields tell."""
    taken = take_post(
        merchant=merchant,
        fields=fields,
        carried=carried_tokens(request),
        page=page_of(request.headers.get("Referer", "")),
        network=network_of(request),
    )
    back = sent_along(fields).return_url
    if _wants_no_cart(fields) and back:
        return _hand(request, _back(request, merchant, taken.cart, back), taken.cart)
    if taken.cart is None:
        return _page(
            request,
            "checkout/empty.html",
            merchant,
            {"back": _outside(back), "nothing_added": True},
        )
    said = [("nothing", not taken.added), ("code_waits", taken.code_waits)]
    query = urlencode({name: "1" for name, is_so in said if is_so})
    response = _to_cart(taken.cart, f"?{query}" if query else "")
    return _hand(request, response, taken.cart)


def _wants_no_cart(fields: Fields) -> bool:
    """``nocart`` bare, empty or with any value but a no."""
    return fields.has("nocart") and fields.get("nocart").lower() not in {"0", "no", "false", "off"}


def _hand(request: HttpRequest, response: HttpResponse, cart: Cart | None) -> HttpResponse:
    """The cookie for a new cart, or for its own one; never for a cart that an address named."""
    if cart is not None and cart.token not in carried_tokens(request).address:
        hand_cookie(request, response, cart.token)
    return response


@page_post
def review(request: HttpRequest, merchant: Merchant, fields: Fields) -> HttpResponse:
    """``/cf/review.cfm``: the cart as it is. Looking opens no cart and sets no cookie."""
    cart = open_cart_among(merchant, carried_tokens(request))
    back = sent_along(fields).return_url
    if cart:
        return_to(cart=cart, address=back)
        return _to_cart(cart, _asked(request))
    return _page(request, "checkout/empty.html", merchant, {"back": _outside(back)})


@page_post
def voucher(request: HttpRequest, merchant: Merchant, fields: Fields) -> HttpResponse:
    """``/cf/voucher.cfm`` sold gift vouchers in the old cart; shops here sell none, and say so.

    Raises: PostRefused, always; the merchant finds the page that still links here in the log.
    """
    refused = PostRefused(NotTaken(_("This shop does not sell gift vouchers."), "voucher.cfm"))
    page = page_of(request.headers.get("Referer", ""))
    note_refusals(merchant=merchant, problems=refused.problems, product="", page=page)
    raise refused


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST", "HEAD"])
def buy(request: HttpRequest, handle: str, sku: str) -> HttpResponse:
    """``/buy/<shop>/<article number>``: one product of the catalogue into the cart.

    Where a choice has to be made first, to the product's page.
    """
    merchant = open_shop_or_404(request, handle)
    if _only_looking(request):
        return HttpResponse(status=204)
    with scope(merchant=merchant), _language(request, merchant, Fields([])):
        found = find_by_sku(merchant, sku)
        if found is None:
            return _page(request, "checkout/not_sold.html", merchant, {}, status=404)
        if found.needs_choice:
            return _to_choice(request, merchant, shop_page(found.product))
        try:
            quantity = read_quantity(read_fields(request).get("qty"), "qty") or 1
            cart = add_product(
                merchant=merchant,
                carried=carried_tokens(request),
                found=found,
                quantity=quantity,
                source=OrderSource.BUY_LINK,
            )
        except (PostRefused, CartFull) as error:
            refused = error if isinstance(error, PostRefused) else PostRefused(NotTaken(str(error)))
            return _refused(request, merchant, Fields([]), refused)
        response = _to_cart(cart, _asked(request))
    return _hand(request, response, cart)


def _to_choice(request: HttpRequest, merchant: Merchant, page: str) -> HttpResponse:
    """The choice is made where products are shown; without a page of it, it cannot be made."""
    if not page:
        return _page(request, "checkout/not_sold.html", merchant, {}, status=404)
    return HttpResponseRedirect(page)


def _only_looking(request: HttpRequest) -> bool:
    """Browsers that fetch ahead and programs that ask for the head must not fill a cart."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "HEAD" or "prefetch" in purpose


def _asked(request: HttpRequest) -> str:
    """The language that the link asks for goes on to the cart, which remembers it."""
    asked = asked_language(request)
    return f"?{PARAMETER}={asked}" if asked else ""


def _to_cart(cart: Cart, query: str = "") -> HttpResponse:
    """See Other, so that loading the cart again adds nothing."""
    response = HttpResponseRedirect(reverse("checkout:cart", args=[cart.token]) + query)
    response.status_code = 303
    return response


def _back(
    request: HttpRequest, merchant: Merchant, cart: Cart | None, address: str
) -> HttpResponse:
    """To the merchant's own page at once; to any other one only by a link that the buyer sees."""
    if may_return_to(merchant, address):
        return HttpResponseRedirect(address_with_totals(merchant, cart, address))
    if cart is None:
        return _page(request, "checkout/empty.html", merchant, {"back": _outside(address)})
    context = {"cart": cart, "back": _outside(address)}
    return _page(request, "checkout/leaving.html", merchant, context)


def _outside(address: str) -> dict[str, str] | None:
    return {"url": address, "host": host_of(address)} if address else None


def _page(
    request: HttpRequest,
    template: str,
    merchant: Merchant,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    cart = open_cart_among(merchant, carried_tokens(request))
    frame = {"shop": shop_frame(request, merchant, cart), "merchant": merchant, "open_cart": cart}
    return render(request, template, frame | dict(context), status=status)


def _refused(
    request: HttpRequest, merchant: Merchant, fields: Fields, refused: PostRefused
) -> HttpResponse:
    context = {"problems": refused.problems, "back": _outside(sent_along(fields).return_url)}
    return _page(request, "checkout/refused.html", merchant, context, status=422)


def _no_shop(request: HttpRequest, fields: Fields, refused: PostRefused) -> HttpResponse:
    request.asked_shop = fields.get("userid")  # type: ignore[attr-defined]  # read by merchants.middleware
    meant = merchant_to_tell(fields)
    if meant:
        with scope(merchant=meant):
            note_refusals(
                merchant=meant,
                problems=refused.problems,
                product=fields.get("product"),
                page=page_of(request.headers.get("Referer", "")),
            )
    return _refused_page(request, refused, status=404)


def _refused_page(request: HttpRequest, refused: PostRefused, *, status: int) -> HttpResponse:
    return render(request, "checkout/no_shop.html", {"problems": refused.problems}, status=status)
