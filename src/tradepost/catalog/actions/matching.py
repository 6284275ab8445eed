"""Which products of the shop are those of a list, and which article numbers are still free."""

from dataclasses import replace

from django.utils.translation import gettext as _

from tradepost.catalog.actions.products import sku_in_use
from tradepost.catalog.models import Product, Variant, same_sku
from tradepost.catalog.shopify.listed import ListedProduct, Listing, Mistake
from tradepost.merchants.models import Merchant


def known_ones(merchant: Merchant, listing: Listing) -> list[bool]:
    """Whether each product of the list is in the shop, by the rules of :func:`known_product`."""
    rows = list(
        Product.objects.filter(merchant=merchant).values("pk", "slug", "sku", "list_handle")
    )
    by_handle = {row["list_handle"] for row in rows} - {""}
    by_slug = {row["slug"] for row in rows if not row["list_handle"]}
    handles = {item.handle for item in listing.products}
    free = {row["pk"] for row in rows if row["list_handle"] not in handles}
    skus = {row["sku"].casefold() for row in rows if row["pk"] in free}
    variants = Variant.objects.filter(merchant=merchant).exclude(sku="")
    for sku, number in variants.values_list("sku", "product_id"):
        if number in free:
            skus.add(sku.casefold())
    return [
        item.handle in by_handle
        or item.slug in by_slug
        or not skus.isdisjoint(sku.casefold() for sku in item.skus)
        for item in listing.products
    ]


def known_product(
    merchant: Merchant, listed: ListedProduct, handles: frozenset[str]
) -> Product | None:
    """By the handle as the list writes it, by the address, else by an article number."""
    rows = Product.objects.select_for_update(of=("self",)).filter(merchant=merchant)
    found = rows.filter(list_handle=listed.handle).first() if listed.handle else None
    found = found or rows.filter(slug=listed.slug, list_handle="").first()
    if found:
        return found
    rows = rows.exclude(list_handle__in=handles - {""})
    for sku in listed.skus:
        number = Variant.objects.filter(same_sku(sku), merchant=merchant)
        pk = number.values_list("product_id", flat=True).first()
        found = rows.filter(pk=pk).first() if pk else rows.filter(same_sku(sku)).first()
        if found:
            return found
    return None


def free_numbers(product: Product, listed: ListedProduct, warnings: list[Mistake]) -> None:
    """Leave article numbers empty that something else in the shop has."""
    own = {row.sku.casefold(): row for row in product.variants.all()} if product.pk else {}
    for place, item in enumerate(listed.variants):
        variant = own.get(item.sku.casefold())
        if sku_in_use(product.merchant, item.sku, product=product, variant=variant):
            message = _(
                "Another product of your shop has this article number; here it is left empty."
            )
            warnings.append(Mistake(item.line, "SKU", message, item.sku))
            listed.variants[place] = replace(item, sku="")
