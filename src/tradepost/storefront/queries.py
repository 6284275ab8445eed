"""What the shop window shows. All need the merchant's scope."""

from django.db.models import F, Prefetch, Q, QuerySet
from django.urls import reverse

from tradepost.audience.models import OptInForm
from tradepost.audience.types import OPT_IN_FORMS
from tradepost.catalog.models import Category, FormerAddress, Photo, Product, ProductOption, Variant
from tradepost.catalog.queries import all_shelves
from tradepost.catalog.search import matching
from tradepost.catalog.tax import tax_table
from tradepost.checkout.queries import delivery_methods, settings_of
from tradepost.checkout.types import DeliveryRule
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import merchants_with
from tradepost.modules.switches import is_on
from tradepost.storefront.models import ShopFront, picture_names, picture_url
from tradepost.storefront.types import SHOP_FRONT, Delivery, ShelfLink, ShopFacts, TextKind

NEWEST = 12
A_PAGE = 24
SORTS = {
    "": ("-created_at", "-pk"),
    "price": ("price_minor", "pk"),
    "-price": ("-price_minor", "-pk"),
    "name": ("name", "pk"),
}


def front_of(merchant: Merchant) -> ShopFront:
    """The shop's row, or an unsaved one with the defaults."""
    found = ShopFront.objects.filter(merchant=merchant).first()
    return found or ShopFront(merchant=merchant)


def facts_of(merchant: Merchant) -> ShopFacts:
    """Everything around a page, read once for each version of the shop; a handful of queries."""
    front = front_of(merchant)
    banner = zip(picture_names(front.banner), front.banner.get("widths", ()), strict=True)
    start = picture_url(front.banner).rsplit("/", 1)[0]
    return ShopFacts(
        accent=front.accent,
        typeface=front.typeface,
        tagline=front.tagline,
        introduction=front.introduction,
        dark=front.dark,
        logo_url=picture_url(front.logo),
        logo_dark_url=picture_url(front.logo_dark) if front.dark else "",
        banner_url=picture_url(front.banner),
        banner_srcset=", ".join(
            f"{start}/{name.rsplit('/', 1)[-1]} {width}w" for name, width in banner
        ),
        shelves=tuple(
            ShelfLink(shelf.category.name, shelf.category.slug, shelf.depth)
            for shelf in all_shelves(merchant)
        ),
        texts=tuple(kind for kind in TextKind if text_of(merchant, kind, front)),
        newsletter_url=_newsletter_url(merchant),
        taxes=tax_table(merchant),
        deliveries=tuple(_deliveries(merchant)),
    )


def text_of(merchant: Merchant, kind: TextKind, front: ShopFront | None = None) -> str:
    """A page of the merchant's own words; the terms are those the checkout shows."""
    if kind == TextKind.TERMS:
        return settings_of(merchant).terms
    return str(getattr(front or front_of(merchant), kind.value))


def missing_texts(merchant: Merchant) -> list[TextKind]:
    front = front_of(merchant)
    return [kind for kind in TextKind if not text_of(merchant, kind, front).strip()]


def cards(merchant: Merchant) -> QuerySet[Product]:
    """Visible products with what a card needs, at a constant number of queries."""
    return (
        Product.objects.filter(merchant=merchant, visible=True)
        .defer("description", "search_text", "tags", "maker")
        .prefetch_related(Prefetch("photos", queryset=Photo.objects.filter(position=0)), "variants")
    )


def newest(merchant: Merchant) -> QuerySet[Product]:
    return cards(merchant).order_by(*SORTS[""])[:NEWEST]


def on_shelf(merchant: Merchant, category: Category, sort: str) -> QuerySet[Product]:
    """Products of the category and of those right inside it."""
    inside = Q(category=category) | Q(category__parent=category)
    return cards(merchant).filter(inside).order_by(*SORTS.get(sort, SORTS[""]))


def everything(merchant: Merchant, sort: str) -> QuerySet[Product]:
    return cards(merchant).order_by(*SORTS.get(sort, SORTS[""]))


def found_by(merchant: Merchant, text: str, sort: str) -> QuerySet[Product]:
    return matching(cards(merchant), text).order_by(*SORTS.get(sort, SORTS[""]))


def product_at(merchant: Merchant, slug: str) -> Product | None:
    """A visible product with all that its page shows: five queries."""
    product = (
        Product.objects.filter(merchant=merchant, visible=True, slug=slug)
        .select_related("category")
        .prefetch_related(
            Prefetch("photos", queryset=Photo.objects.all()),
            Prefetch("options", queryset=ProductOption.objects.all()),
            Prefetch("variants", queryset=Variant.objects.select_related("photo")),
        )
        .first()
    )
    if product:
        give_merchant(product, merchant)
    return product


def give_merchant(product: Product, merchant: Merchant) -> Product:
    """Rows that were read for one merchant need not ask for it again."""
    product.merchant = merchant
    for variant in product.variants.all():
        variant.product, variant.merchant = product, merchant
    return product


def moved_to(merchant: Merchant, slug: str) -> str:
    """Where a product that used to stand here is now; empty when nowhere."""
    former = FormerAddress.objects.filter(merchant=merchant, slug=slug, product__visible=True)
    return former.values_list("product__slug", flat=True).first() or ""


def sitemap_rows(merchant: Merchant, most: int = 40_000) -> QuerySet[Product, tuple[str, object]]:
    rows = Product.objects.filter(merchant=merchant, visible=True).order_by("pk")
    return rows.values_list("slug", "updated_at")[:most]


def shop_handles(most: int = 10_000) -> list[str]:
    """Open shops with a front, for the map of all shops."""
    open_shops = merchants_with(SHOP_FRONT).exclude(closing_at__lte=clock.now())
    return list(open_shops.order_by("pk").values_list("handle", flat=True)[:most])


def _deliveries(merchant: Merchant) -> list[Delivery]:
    """Those that go to the shop's own country."""
    found = []
    for method in delivery_methods(merchant).filter(active=True):
        if not method.goes_to(merchant.home_country):
            continue
        price = method.price_minor if method.rule == DeliveryRule.FLAT else None
        found.append(Delivery(method.name, method.estimate, price, method.free_from_minor))
    return found


def _newsletter_url(merchant: Merchant) -> str:
    """The hosted page of the shop's opt-in form, if it has one that is open."""
    if not is_on(OPT_IN_FORMS, merchant):
        return ""
    form = OptInForm.objects.filter(merchant=merchant, is_open=True).order_by(F("pk")).first()
    return reverse("audience:subscribe", args=[form.public_id]) if form else ""
