"""Reads of the catalogue. All need the merchant's scope."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from tradepost.catalog.models import (
    CatalogSettings,
    Category,
    ContentVersion,
    Photo,
    Product,
    ProductImport,
    StockMovement,
    TaxRate,
    Variant,
    same_sku,
)
from tradepost.catalog.search import matching
from tradepost.jobs.models import Job
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

LOW_STOCK = 3
SORTS = {
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "price": ("price_minor", "pk"),
    "-price": ("-price_minor", "-pk"),
    "stock": ("stock", "pk"),
    "-stock": ("-stock", "-pk"),
    "created": ("created_at", "pk"),
    "-created": ("-created_at", "-pk"),
}


@dataclass(frozen=True)
class SearchResult:
    """A product and, where the article number names one, its variant."""

    product: Product
    variant: Variant | None = None

    @property
    def price_minor(self) -> int:
        return (self.variant or self.product).price_minor

    @property
    def sku(self) -> str:
        return (self.variant.sku if self.variant else "") or self.product.sku

    @property
    def stock(self) -> int | None:
        return (self.variant or self.product).stock

    @property
    def name(self) -> str:
        return str(self.variant or self.product)

    @property
    def needs_choice(self) -> bool:
        """The article number is the product's own, and only its variants can be sold."""
        return self.variant is None and self.product.variants.exists()


def find_by_sku(merchant: Merchant, sku: str) -> SearchResult | None:
    """The visible product or variant with that article number; see ``SearchResult.needs_choice``."""
    wanted = sku.strip()
    if not wanted:
        return None
    variant = (
        Variant.objects.filter(same_sku(wanted), merchant=merchant, product__visible=True)
        .select_related("product", "product__merchant", "merchant")
        .first()
    )
    if variant:
        return SearchResult(variant.product, variant)
    product = (
        Product.objects.filter(same_sku(wanted), merchant=merchant, visible=True)
        .select_related("merchant")
        .first()
    )
    return SearchResult(product) if product else None


def visible_products(merchant: Merchant) -> QuerySet[Product]:
    """What the shop shows, with photos and variants at a constant number of queries."""
    return (
        Product.objects.filter(merchant=merchant, visible=True)
        .select_related("merchant", "category")
        .prefetch_related(
            Prefetch("photos", queryset=Photo.objects.all()),
            Prefetch("variants", queryset=Variant.objects.select_related("merchant")),
            "options",
        )
    )


@dataclass(frozen=True)
class ProductFilter:
    """What the list of products is asked for, as it stands in the address."""

    text: str = ""
    category: Category | None = None
    without_category: bool = False
    visible: bool | None = None
    stock: str = ""  # "none", "low", "counted"
    sort: str = "name"


def office_products(merchant: Merchant, wanted: ProductFilter) -> QuerySet[Product]:
    """The office's and the API's list, hidden ones included; photos and variants at a constant cost."""
    rows = matching(Product.objects.filter(merchant=merchant), wanted.text)
    if wanted.category or wanted.without_category:
        rows = rows.filter(category=wanted.category)
    if wanted.visible is not None:
        rows = rows.filter(visible=wanted.visible)
    if wanted.stock:
        rows = _by_stock(rows, wanted.stock)
    return (
        rows.select_related("merchant", "category")
        .prefetch_related("photos", "variants")
        .order_by(*SORTS.get(wanted.sort, SORTS["name"]))
    )


def _by_stock(rows: QuerySet[Product], which: str) -> QuerySet[Product]:
    """By the product's own count where it has no variants, else by any variant's."""
    conditions = {"none": Q(stock=0), "low": Q(stock__lte=LOW_STOCK), "counted": Q(stock__gte=0)}
    condition = conditions.get(which)
    if condition is None:
        return rows
    variants = Variant.objects.filter(product=OuterRef("pk"))
    has, meets = Exists(variants), Exists(variants.filter(condition))
    return rows.filter((Q(has) & Q(meets)) | (~Q(has) & condition))


def product_for_office(merchant: Merchant, public_id: str) -> Product:
    """Raises: Http404."""
    product = Product.get_or_404(public_id, merchant=merchant)
    product.merchant = merchant
    return product


def has_price_settings(merchant: Merchant) -> bool:
    return CatalogSettings.objects.filter(merchant=merchant).exists()


def has_products(merchant: Merchant) -> bool:
    return Product.objects.filter(merchant=merchant).exists()


def variants_of(product: Product) -> list[Variant]:
    """With product and merchant filled in, so that prices cost no query."""
    rows = list(product.variants.all())
    for row in rows:
        row.product, row.merchant = product, product.merchant
    return rows


def movements_of(product: Product, most: int = 20) -> QuerySet[StockMovement]:
    return StockMovement.objects.filter(product=product).select_related("variant")[:most]


@dataclass
class Shelf:
    """A category with what stands inside it; ``depth`` counts from 0."""

    category: Category
    depth: int = 0
    inner: list["Shelf"] = field(default_factory=list)

    @property
    def indented(self) -> str:
        return "\u2014 " * self.depth + self.category.name

    def within(self) -> Iterator["Shelf"]:
        """Itself and everything inside, in the order of the page."""
        yield self
        for shelf in self.inner:
            yield from shelf.within()


def shelves(merchant: Merchant) -> list[Shelf]:
    """The categories as a tree, in one query. A loop (from two edits at once) is cut open."""
    rows = list(
        Category.objects.filter(merchant=merchant).annotate(
            product_count=Count("products", filter=Q(products__visible=True))
        )
    )
    inside: dict[int | None, list[Category]] = {}
    for row in rows:
        inside.setdefault(row.parent_id, []).append(row)
    placed: set[int] = set()

    def build(parent: int | None, depth: int) -> list[Shelf]:
        found = [row for row in inside.get(parent, []) if row.pk not in placed]
        placed.update(row.pk for row in found)
        return [Shelf(row, depth, build(row.pk, depth + 1)) for row in found]

    return build(None, 0) + [
        shelf for row in rows if row.pk not in placed for shelf in build(row.parent_id, 0)
    ]


def all_shelves(merchant: Merchant) -> list[Shelf]:
    return [inner for shelf in shelves(merchant) for inner in shelf.within()]


def content_version(merchant: Merchant) -> int:
    number = ContentVersion.objects.filter(merchant=merchant).values_list("number", flat=True)
    return number.first() or 0


# Answered for every look at a shop page, so written by hand: the ORM takes four times as long to
# put the same question.
_OPEN_SHOP = """
    SELECT merchant.id, merchant.name, merchant.currency, merchant.language, merchant.closing_at,
           merchant.home_country, merchant.website, COALESCE(version.number, 0)
    FROM merchants_merchant AS merchant
    LEFT JOIN catalog_contentversion AS version ON version.merchant_id = merchant.id
    WHERE merchant.handle = %s AND (merchant.closing_at IS NULL OR merchant.closing_at > %s)
"""


def shop_fingerprint(handle: str) -> tuple[object, ...] | None:
    """Everything that, when it changes, makes kept pages of the shop stale; None: no such shop, or
    one that has closed.

    The first element is the merchant's row number. The only read here that needs no scope.
    """
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(clock.now())
        cursor.execute(_OPEN_SHOP, [handle, now])
        row: tuple[object, ...] | None = cursor.fetchone()
    return row


def tax_rates(merchant: Merchant) -> QuerySet[TaxRate]:
    return TaxRate.objects.filter(merchant=merchant)


def recent_imports(merchant: Merchant, most: int = 10) -> QuerySet[ProductImport]:
    return ProductImport.objects.filter(merchant=merchant)[:most]


def job_of_import(upload: ProductImport) -> Job | None:
    return Job.objects.filter(pk=upload.job_id).first() if upload.job_id else None
