"""Bringing in a list of products: looked through first, then written by a job, product by product.

Run twice, or broken off and run again, it writes the same products once: they are known by their
handle, else by an article number.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.urls import reverse

from tradepost.audit.actions import record
from tradepost.catalog.actions.categories import ensure_category
from tradepost.catalog.actions.options import checked_options, write_variant
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.products import refresh_search, write_product
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.fetching import NotFetched, PictureFetcher
from tradepost.catalog.models import Product, ProductImport, ProductOption, Variant
from tradepost.catalog.shopify.reading import (
    ListedProduct,
    ListedVariant,
    Listing,
    Mistake,
    read_listing,
)
from tradepost.catalog.shopify.table import read_rows
from tradepost.catalog.types import CannotBeSaved, StockReason, TaxClass
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Cancelled, Running, job_kind, start_job
from tradepost.merchants.models import Merchant
from tradepost.ui.pictures import NotAPicture

KIND = "catalog.import"
REPORTED = 500
SHOWN = 20


class AlreadyRunning(Exception):
    """The import has been started before."""


def look_through(
    *, merchant: Merchant, by: models.Model | str, file_name: str, data: bytes
) -> ProductImport:
    """Read the file without changing any product, and keep it with what was found.

    Raises:
        Unreadable
    """
    rows = read_rows(data)
    listing = read_listing(rows, merchant.currency)
    stored = f"{merchant.public_id}/imports/{secrets.token_hex(12)}.csv"
    default_storage.save(stored, ContentFile(data))
    with transaction.atomic():
        row = ProductImport.objects.create(
            merchant=merchant,
            file_name=file_name[-200:],
            stored_as=stored,
            rows=len(rows),
            report=_preview(merchant, listing),
        )
        record(actor=by, action="catalog.look_through_import", target=row, merchant_id=merchant.pk)
    return row


def start_import(*, upload: ProductImport, by: models.Model) -> Job:
    """Bring in everything of the file that can be read.

    Raises:
        AlreadyRunning
    """
    merchant = upload.merchant
    with transaction.atomic():
        state = ProductImport.State
        started = ProductImport.objects.filter(pk=upload.pk, state=state.LOOKED_THROUGH)
        if not started.update(state=state.RUNNING):
            raise AlreadyRunning
        job = start_job(
            kind=KIND,
            title=upload.file_name,
            merchant=merchant,
            by=by,
            total=upload.report["new"] + upload.report["known"],
            upload=upload.pk,
        )
        ProductImport.objects.filter(pk=upload.pk).update(job_id=job.pk)
        report = reverse("catalog_office:import", args=[merchant.handle, upload.public_id])
        Job.objects.filter(pk=job.pk).update(result_url=report)
        record(actor=by, action="catalog.import", target=upload, merchant_id=merchant.pk)
    return job


@job_kind(KIND)
def bring_in(running: Running) -> None:
    """The job's work. What was written before a cancellation stays, and the report says so."""
    upload = ProductImport.objects.select_related("merchant").get(pk=running.job.details["upload"])
    with default_storage.open(upload.stored_as) as file:
        listing = read_listing(read_rows(file.read()), upload.merchant.currency)
    report: dict[str, Any] = {
        "created": 0,
        "changed": 0,
        "mistakes": [mistake.as_json() for mistake in listing.mistakes[:REPORTED]],
        "mistake_count": len(listing.mistakes),
        "not_fetched": [],
        "pictures": 0,
    }
    try:
        _bring_in_all(upload.merchant, listing.products, running, report)
    except Cancelled:
        report["cancelled"] = True
        raise
    finally:
        _close(upload, report)


def _bring_in_all(
    merchant: Merchant, products: list[ListedProduct], running: Running, report: dict[str, Any]
) -> None:
    fetcher = PictureFetcher(merchant)
    running.progress(0, len(products))
    for number, listed in enumerate(products, 1):
        try:
            product, is_new = write_listed(merchant=merchant, listed=listed)
        except CannotBeSaved as refused:
            mistake = Mistake(listed.line, refused.field, str(refused))
            report["mistakes"].append(mistake.as_json())
            report["mistake_count"] += 1
        else:
            report["created" if is_new else "changed"] += 1
            _bring_pictures(product, listed, fetcher, report)
        if number % 10 == 0 or number == len(products):
            running.progress(number)


def _close(upload: ProductImport, report: dict[str, Any]) -> None:
    report["not_fetched_count"] = len(report["not_fetched"])
    report["not_fetched"] = report["not_fetched"][:REPORTED]
    ProductImport.objects.filter(pk=upload.pk).update(report=report, state=ProductImport.State.DONE)


def write_listed(*, merchant: Merchant, listed: ListedProduct) -> tuple[Product, bool]:
    """Write one product of a list with its variants, in one transaction. Returns whether it is new.

    Raises:
        CannotBeSaved
    """
    with transaction.atomic():
        known = _known(merchant, listed)
        product = known or Product(merchant=merchant)
        product.merchant = merchant
        write_product(product, _fields(merchant, listed, product), reason=StockReason.IMPORT)
        _write_choices(product, listed)
        refresh_search(product)
        content_changed(merchant=merchant)
    return product, known is None


def _preview(merchant: Merchant, listing: Listing) -> dict[str, Any]:
    slugs = set(Product.objects.filter(merchant=merchant).values_list("slug", flat=True))
    skus = set(Product.objects.filter(merchant=merchant).values_list("sku", flat=True))
    skus |= set(Variant.objects.filter(merchant=merchant).values_list("sku", flat=True))
    known = [item.handle in slugs or not skus.isdisjoint(item.skus) for item in listing.products]
    return {
        "new": len(known) - sum(known),
        "known": sum(known),
        "mistakes": [mistake.as_json() for mistake in listing.mistakes[:REPORTED]],
        "mistake_count": len(listing.mistakes),
        "pictures": sum(len(item.pictures) for item in listing.products),
        "described": sum(p.described for item in listing.products for p in item.pictures),
        "products": [
            {
                "line": item.line,
                "name": item.name,
                "sku": ", ".join(item.skus[:3]),
                "price_minor": item.variants[0].price_minor,
                "variants": len(item.variants) if item.has_choices else 0,
                "pictures": len(item.pictures),
                "visible": item.visible,
                "known": is_known,
            }
            for item, is_known in list(zip(listing.products, known, strict=True))[:SHOWN]
        ],
    }


def _known(merchant: Merchant, listed: ListedProduct) -> Product | None:
    rows = Product.objects.select_for_update(of=("self",)).filter(merchant=merchant)
    by_handle = rows.filter(slug=listed.handle).first()
    if by_handle or not listed.skus:
        return by_handle
    variants = Variant.objects.filter(merchant=merchant, sku__in=listed.skus)
    number = variants.values_list("product_id", flat=True).first()
    return rows.filter(pk=number).first() if number else rows.filter(sku__in=listed.skus).first()


def _fields(merchant: Merchant, listed: ListedProduct, product: Product) -> dict[str, Any]:
    first = listed.variants[0]
    fields: dict[str, Any] = {
        "name": listed.name,
        "description": listed.description,
        "price_minor": first.price_minor,
        "compare_at_minor": first.compare_at_minor,
        "weight_grams": first.grams,
        "visible": listed.visible,
        "maker": listed.maker,
        "tags": listed.tags,
        "needs_delivery": first.delivered,
        "sku": "" if listed.has_choices else first.sku,
        "stock": None if listed.has_choices else first.stock,
        "tax_class": _tax_class(product, first),
    }
    if listed.kind:
        fields["category"] = ensure_category(merchant, listed.kind)
    if not product.pk:
        fields["slug"] = listed.handle
    return fields


def _tax_class(product: Product, first: ListedVariant) -> str:
    """The file only knows taxed or not; a reduced rate chosen here stays."""
    if not first.taxed:
        return TaxClass.ZERO
    return TaxClass.STANDARD if product.tax_class == TaxClass.ZERO else product.tax_class


def _write_choices(product: Product, listed: ListedProduct) -> None:
    if not listed.has_choices:
        product.options.all().delete()
        product.variants.all().delete()
        return
    options = checked_options(listed.option_values())
    product.options.all().delete()
    ProductOption.objects.bulk_create(
        ProductOption(
            merchant=product.merchant, product=product, name=name, values=values, position=place
        )
        for place, (name, values) in enumerate(options)
    )
    there = list(product.variants.all())
    kept = []
    for place, item in enumerate(listed.variants):
        row = _variant_of(there, item) or Variant(merchant=product.merchant, product=product)
        row.product, row.merchant = product, product.merchant
        row.choose(item.choice)
        row.position = place
        own = None if item.price_minor == product.price_minor else item.price_minor
        weight = None if item.grams == product.weight_grams else item.grams
        kept.append(
            (
                row,
                {
                    "own_price_minor": own,
                    "own_weight_grams": weight,
                    "stock": item.stock,
                    "sku": item.sku,
                },
            )
        )
    product.variants.exclude(pk__in=[row.pk for row, _fields in kept if row.pk]).delete()
    for row, fields in kept:
        write_variant(row, fields, reason=StockReason.IMPORT)


def _variant_of(there: Iterable[Variant], item: ListedVariant) -> Variant | None:
    by_sku = next((row for row in there if item.sku and row.sku == item.sku), None)
    return by_sku or next((row for row in there if row.options == item.choice), None)


def _bring_pictures(
    product: Product, listed: ListedProduct, fetcher: PictureFetcher, report: dict[str, Any]
) -> None:
    """Those not brought in before. What cannot be fetched is reported, never dropped silently."""
    there = {photo.source_url for photo in product.photos.all()}
    own = {photo.url for photo in product.photos.all()}
    for picture in listed.pictures:
        if picture.url in there or any(picture.url.endswith(url) for url in own):
            continue
        try:
            data = fetcher.fetch(picture.url)
            alt = picture.alt or product.name
            add_photo(product=product, data=data, alt=alt, by="system", source_url=picture.url)
            there.add(picture.url)
            report["pictures"] += 1
        except (NotFetched, NotAPicture) as refused:
            report["not_fetched"].append(
                {"line": picture.line, "url": picture.url[:300], "why": str(refused)}
            )
