"""A product saved as a whole: itself, its options and combinations, the photos it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tradepost.audit.types import Actor
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.photos import change_photos, delete_photo
from tradepost.catalog.actions.products import change_product, create_product
from tradepost.catalog.models import Photo, Product, Variant
from tradepost.merchants.models import Merchant


@dataclass(frozen=True)
class ProductChanges:
    """What somebody changed on the page of a product. ``options`` None: they stay as they are."""

    fields: Mapping[str, Any]
    variants: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    removed_variants: Sequence[int] = ()
    options: Sequence[tuple[str, Sequence[str]]] | None = None
    photos: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    removed_photos: Sequence[Photo] = ()


def save_product(
    *, merchant: Merchant, product: Product | None, changes: ProductChanges, by: Actor
) -> tuple[Product, list[Variant] | None]:
    """Save all of it or nothing; returns the variants where the options were changed.

    Raises:
        CannotBeSaved
    """
    with transaction.atomic():
        if product is None:
            product = create_product(merchant=merchant, by=by, **changes.fields)
        elif changes.fields:
            product = change_product(product=product, by=by, **changes.fields)
        if changes.variants or changes.removed_variants:
            change_variants(
                product=product,
                changes=changes.variants,
                remove=changes.removed_variants,
                by=by,
            )
        made = None
        if changes.options is not None:
            made = set_options(product=product, options=changes.options, by=by)
        for photo in changes.removed_photos:
            delete_photo(photo=photo, by=by)
        if changes.photos:
            change_photos(product=product, changes=changes.photos, by=by)
    return product, made
