"""What programs read: the theme's sheet, maps of the site, robots.txt."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tradepost.checkout.models import Cart
from tradepost.merchants.models import Merchant
from tradepost.storefront.access import shop_page
from tradepost.storefront.queries import shop_handles, sitemap_rows
from tradepost.storefront.shop_layout import address, shop_facts
from tradepost.storefront.structured import absolute
from tradepost.ui.drawing.colour import theme_sheet

_XML = "application/xml"
_CLOSED = ("/office/", "/account/", "/accounts/", "/cart/", "/checkout/", "/cf/", "/buy/", "/api/")


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def theme(request: HttpRequest, accent: str, *, dark: bool = False) -> HttpResponse:
    """The address holds the colour and the look, so the sheet needs no shop and never changes."""
    return _sheet(accent, dark=dark)


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def preview_theme(request: HttpRequest, accent: str) -> HttpResponse:
    """The same colours for a part of a page of the back office, which keeps its own."""
    return _sheet(accent, dark=True, root=".look-preview")


def _sheet(accent: str, *, dark: bool, root: str = ":root") -> HttpResponse:
    try:
        sheet = theme_sheet(f"#{accent}", dark=dark, root=root)
    except ValueError:
        raise Http404 from None
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@shop_page
def sitemap(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> HttpResponse:
    facts = shop_facts(request, merchant)
    pages = [address("home", merchant), address("everything", merchant)]
    pages += [address("category", merchant, shelf.slug) for shelf in facts.shelves]
    pages += [address("text", merchant, kind) for kind in facts.texts]
    rows = [(absolute(page), None) for page in pages]
    rows += [
        (absolute(address("product", merchant, slug)), at)  # type: ignore[misc]  # dates or none
        for slug, at in sitemap_rows(merchant)
    ]
    return HttpResponse(
        render_to_string("storefront/sitemap.xml", {"rows": rows}), content_type=_XML
    )


@require_safe
@cache_control(public=True, max_age=3600)
def sitemaps(request: HttpRequest) -> HttpResponse:
    """The map of the shops' maps."""
    addresses = [absolute(reverse("storefront:sitemap", args=[h])) for h in shop_handles()]
    content = render_to_string("storefront/sitemaps.xml", {"addresses": addresses})
    return HttpResponse(content, content_type=_XML)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED)]
    lines += ["", f"Sitemap: {settings.TRADEPOST.base_url}{reverse('storefront:sitemaps')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
