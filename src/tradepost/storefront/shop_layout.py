"""The head and foot of every page of a shop, the cart's and the checkout's pages among them."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tradepost.checkout.cart_cookie import COOKIE, PARAMETER
from tradepost.checkout.models import Cart
from tradepost.merchants import languages
from tradepost.merchants.languages import asked_language
from tradepost.merchants.models import Merchant
from tradepost.modules.shop_address import shop_address
from tradepost.modules.switches import is_on
from tradepost.storefront.queries import facts_of
from tradepost.storefront.types import SHOP_FRONT, ShopFacts, TextKind
from tradepost.support.types import SUPPORT
from tradepost.ui.types import NavigationLink

MOST_LINKS = 9


def shop_facts(request: HttpRequest, merchant: Merchant) -> ShopFacts:
    """What the decorator of shop pages has kept; read afresh on pages of other rooms."""
    known: ShopFacts | None = getattr(request, "shop_facts", None)
    return known or facts_of(merchant)


def carried_query(request: HttpRequest, cart: Cart | None) -> str:
    """For all links: ``?cart=…`` where the cart is not in a cookie, ``lang=…`` where one was chosen."""
    carried = {}
    if cart is not None and not _is_in_cookie(request, cart):
        carried[PARAMETER] = cart.token
    if asked_language(request):
        carried[languages.PARAMETER] = asked_language(request)
    return f"?{urlencode(carried)}" if carried else ""


def _is_in_cookie(request: HttpRequest, cart: Cart) -> bool:
    return cart.token in request.COOKIES.get(COOKIE, "").split(".")


def frame(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> dict[str, object]:
    """The storefront's part of ``shop`` in ``ui/shop.html``."""
    facts = shop_facts(request, merchant)
    carry = carried_query(request, cart)
    return {
        **_ways_around(request, merchant, facts, carry),
        "cart_token": cart.token if cart and not _is_in_cookie(request, cart) else "",
        "query": request.GET.get("q", "")[:200] if request.method == "GET" else "",
        **look(facts),
        **_contact(merchant),
        "pages": _pages(merchant, facts, carry),
    }


def _ways_around(
    request: HttpRequest, merchant: Merchant, facts: ShopFacts, carry: str
) -> dict[str, object]:
    """Where no shop front stands around the cart, nothing leads into it."""
    if not is_on(SHOP_FRONT, merchant):
        return {}
    return {
        "home_url": address("home", merchant) + carry,
        "search_url": address("search", merchant),
        "categories": _categories(request, merchant, facts, carry),
    }


def quiet_frame(merchant: Merchant) -> dict[str, object]:
    """The shop's head and foot on a page that is no shop page, such as that of an order."""
    facts = facts_of(merchant)
    return {
        "home_url": shop_address(merchant) or merchant.website,
        "privacy_url": reverse("notice:notice-merchant", args=[merchant.handle]),
        "pages": _pages(merchant, facts, ""),
        **look(facts),
        **_contact(merchant),
    }


def look(facts: ShopFacts) -> dict[str, object]:
    """Colour, logo and face; dark only where the merchant wants it."""
    sheet = "dark_theme" if facts.dark else "theme"
    return {
        "dark": facts.dark,
        "logo_url": facts.logo_url,
        "logo_dark_url": facts.logo_dark_url,
        "typeface": facts.typeface,
        "theme_url": reverse(f"storefront:{sheet}", args=[facts.accent[1:].lower()]),
    }


def _contact(merchant: Merchant) -> dict[str, str]:
    """How customers reach the shop; at the foot of every page."""
    return {
        "contact_email": merchant.contact_email,
        "telephone": merchant.telephone,
        "telephone_link": "".join(c for c in merchant.telephone if c.isdigit() or c == "+"),
    }


def address(page: str, merchant: Merchant, *more: str) -> str:
    return reverse(f"storefront:{page}", args=[merchant.handle, *more])


def _categories(
    request: HttpRequest, merchant: Merchant, facts: ShopFacts, carry: str
) -> list[NavigationLink]:
    links: list[NavigationLink] = []
    for shelf in facts.shelves:
        if shelf.depth == 0 and len(links) < MOST_LINKS:
            url = address("category", merchant, shelf.slug)
            links.append(NavigationLink(shelf.name, url + carry, current=request.path == url))
    return links


def _pages(merchant: Merchant, facts: ShopFacts, carry: str) -> list[NavigationLink]:
    links = [
        NavigationLink(str(TextKind(kind).label), address("text", merchant, kind) + carry)
        for kind in facts.texts
    ]
    if is_on(SUPPORT, merchant):
        url = reverse("support:contact", args=[merchant.handle])
        links.append(NavigationLink(_("Write to us"), url + carry))
    if facts.newsletter_url:
        links.append(NavigationLink(_("Newsletter"), facts.newsletter_url))
    return links
