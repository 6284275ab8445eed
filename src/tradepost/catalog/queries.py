"""Reads of the catalogue. All need the merchant's scope."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from tradepost.catalog.models import Photo, Product, Variant
from tradepost.merchants.models import Merchant


@dataclass(frozen=True)
class Found:
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


def find_by_sku(merchant: Merchant, sku: str) -> Found | None:
    """The visible product or variant with that article number."""
    wanted = sku.strip()
    if not wanted:
        return None
    variant = (
        Variant.objects.filter(merchant=merchant, sku=wanted, product__visible=True)
        .select_related("product", "product__merchant", "merchant")
        .first()
    )
    if variant:
        return Found(variant.product, variant)
    product = (
        Product.objects.filter(merchant=merchant, sku=wanted, visible=True)
        .select_related("merchant")
        .first()
    )
    return Found(product) if product else None


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
