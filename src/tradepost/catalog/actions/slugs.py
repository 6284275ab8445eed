"""Addresses of products and categories: readable, free, and led on when they change."""

import re

from django.utils.text import slugify

from tradepost.catalog.models import Category, FormerAddress, Product
from tradepost.lib.typed_text import without_secrets
from tradepost.merchants.models import Merchant

_ENDING = re.compile(r"-(\d{1,6})$")


def readable(text: str) -> str:
    """In plain letters where nothing is lost but accents, else in the letters of its own script."""
    plain, own = slugify(text), slugify(text, allow_unicode=True)
    return plain if len(plain) >= len(own) else own


def free_slug(
    model: type[Product | Category], *, merchant: Merchant, wanted: str, but: int | None = None
) -> str:
    """``wanted`` as an address, with a number behind it where it is taken by another row than ``but``."""
    start = (
        slugify(without_secrets(wanted), allow_unicode=True)[:200].strip("-_")
        or model._meta.model_name
        or "page"
    )
    taken = set(
        model._default_manager.filter(merchant=merchant, slug__startswith=start)
        .exclude(pk=but or 0)
        .values_list("slug", flat=True)
    )
    if start not in taken:
        return start
    numbers = (int(match[1]) for slug in taken if (match := _ENDING.search(slug)))
    return f"{start}-{max(numbers, default=1) + 1}"


def note_move(*, product: Product, old: str) -> None:
    """Lead visitors of the old address on; an address in use again leads nowhere else."""
    addresses = FormerAddress.objects.filter(merchant=product.merchant)
    addresses.filter(slug=product.slug).delete()
    if old and old != product.slug:
        addresses.filter(slug=old).delete()
        FormerAddress.objects.create(merchant=product.merchant, product=product, slug=old)
