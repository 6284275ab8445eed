"""The shop window: first page, categories, search, one product, the merchant's texts."""

from collections.abc import Iterable, Mapping

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import get_language

from tradepost.catalog.models import Category, Product
from tradepost.catalog.texts import has_external_links, plain_text, shop_html
from tradepost.checkout.models import Cart
from tradepost.checkout.shop_layout import shop_frame
from tradepost.merchants.models import Merchant
from tradepost.storefront import queries, structured
from tradepost.storefront.access import shop_page
from tradepost.storefront.offers import card_offer, combinations, offer_of
from tradepost.storefront.shop_layout import address, carried_query, shop_facts
from tradepost.storefront.types import TextKind


@shop_page
def home(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> HttpResponse:
    facts = shop_facts(request, merchant)
    greeting = shop_html(facts.introduction)
    context = {
        "products": _offered(queries.newest(merchant), merchant),
        "shelves": [shelf for shelf in facts.shelves if shelf.depth == 0],
        "greeting": greeting,
        "leaves": has_external_links(greeting),
        "canonical": address("home", merchant),
        "words": facts.tagline or plain_text(facts.introduction, 160),
    }
    return _page(request, merchant, cart, "home", context)


@shop_page
def everything(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> HttpResponse:
    sort = request.GET.get("sort", "")
    page = _part(request, queries.everything(merchant, sort))
    context = {"page": page, "products": _offered(page, merchant), "sort": sort}
    context["canonical"] = _numbered(address("everything", merchant), page)
    return _page(request, merchant, cart, "everything", context)


@shop_page
def category(
    request: HttpRequest, merchant: Merchant, cart: Cart | None, slug: str
) -> HttpResponse:
    shelf = get_object_or_404(
        Category.objects.select_related("parent"), merchant=merchant, slug=slug
    )
    sort = request.GET.get("sort", "")
    page = _part(request, queries.on_shelf(merchant, shelf, sort))
    text = shop_html(shelf.description)
    context = {
        "category": shelf,
        "inner": shelf.children.all(),
        "text": text,
        "leaves": has_external_links(text),
        "page": page,
        "products": _offered(page, merchant),
        "sort": sort,
        "canonical": _numbered(address("category", merchant, slug), page),
        "words": plain_text(shelf.description, 160),
    }
    return _page(request, merchant, cart, "category", context)


@shop_page
def search(request: HttpRequest, merchant: Merchant, cart: Cart | None) -> HttpResponse:
    text = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    sort = request.GET.get("sort", "")
    context: dict[str, object] = {"q": text, "sort": sort, "unlisted": True}
    if text:
        page = _part(request, queries.found_by(merchant, text, sort))
        context |= {"page": page, "products": _offered(page, merchant)}
    return _page(request, merchant, cart, "search", context)


@shop_page
def product(request: HttpRequest, merchant: Merchant, cart: Cart | None, slug: str) -> HttpResponse:
    found = queries.product_at(merchant, slug)
    if found is None:
        moved = queries.moved_to(merchant, slug)
        if not moved:
            raise Http404
        to = address("product", merchant, moved) + carried_query(request, cart)
        return HttpResponsePermanentRedirect(to)
    facts = shop_facts(request, merchant)
    text = shop_html(found.description)
    context = _offered_choices(found, request, merchant) | {
        "product": found,
        "text": text,
        "leaves": has_external_links(text),
        "facts": facts,
        "rate": facts.tax_rate(found.tax_class),
        "missing": request.GET.get("missing", "")[:20],
        "canonical": address("product", merchant, found.slug),
        "words": plain_text(found.description, 160),
        "data": structured.product_data(
            found, merchant, includes_tax=facts.taxes.prices_include_tax
        ),
        "trail": structured.trail_data(_trail(found, merchant)),
    }
    return _page(request, merchant, cart, "product", context)


@shop_page
def text(request: HttpRequest, merchant: Merchant, cart: Cart | None, kind: str) -> HttpResponse:
    words = queries.text_of(merchant, TextKind(kind)) if kind in TextKind else ""
    if not words:
        raise Http404
    html = shop_html(words)
    context = {
        "title": TextKind(kind).label,
        "text": html,
        "leaves": has_external_links(html),
        "canonical": address("text", merchant, kind),
    }
    return _page(request, merchant, cart, "text", context)


def _page(
    request: HttpRequest,
    merchant: Merchant,
    cart: Cart | None,
    template: str,
    context: Mapping[str, object],
) -> HttpResponse:
    """Drawn without context processors: they would ask who the visitor is."""
    known: Mapping[str, object] = {
        "request": request,
        "merchant": merchant,
        "shop": shop_frame(request, merchant, cart),
        "carry": carried_query(request, cart),
        "facts": shop_facts(request, merchant),
        "base_url": structured.absolute(""),
    }
    return HttpResponse(render_to_string(f"storefront/{template}.html", {**known, **context}))


def _part(request: HttpRequest, rows: QuerySet[Product]) -> Page[Product]:
    return Paginator(rows, queries.A_PAGE).get_page(request.GET.get("page"))


def _offered(products: Iterable[Product], merchant: Merchant) -> list[tuple[Product, object]]:
    """Each product with its offer, for a card."""
    rows = [queries.give_merchant(row, merchant) for row in products]
    return [(row, card_offer(row)) for row in rows]


def _numbered(path: str, page: Page[Product]) -> str:
    return path if page.number == 1 else f"{path}?page={page.number}"


def _offered_choices(found: Product, request: HttpRequest, merchant: Merchant) -> dict[str, object]:
    """What the address chose, and everything that could be; the photo of the choice first."""
    offer, rows = offer_of(found, request.GET.dict()), combinations(found)
    return {
        "offer": offer,
        "combinations": rows,
        "photos": sorted(found.photos.all(), key=lambda photo: photo != offer.photo),
        "choices": structured.choices_data(
            card_offer(found), rows, get_language() or merchant.language
        ),
    }


def _trail(found: Product, merchant: Merchant) -> list[tuple[str, str]]:
    steps = [(merchant.name, address("home", merchant))]
    if found.category:
        shelf = found.category
        steps.append((shelf.name, address("category", merchant, shelf.slug)))
    return [*steps, (found.name, address("product", merchant, found.slug))]
