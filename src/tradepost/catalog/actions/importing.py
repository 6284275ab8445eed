"""Bringing in a list of products: looked through first, then written by a job, product by product.

Run twice, or broken off and run again, it writes the same products once: they are known by their
handle, else by an article number.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.categories import ensure_category
from tradepost.catalog.actions.matching import free_numbers, known_ones, known_product
from tradepost.catalog.actions.options import checked_options, write_variant
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.prices import note_prices
from tradepost.catalog.actions.products import refresh_search, refuse_beyond_plan, write_product
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.layouts.apart import ReadList, read_apart
from tradepost.catalog.models import (
    Photo,
    Product,
    ProductImport,
    ProductOption,
    Variant,
)
from tradepost.catalog.picture_downloads import NotFetched, PictureFetcher
from tradepost.catalog.shopify.listed import (
    ListedProduct,
    ListedVariant,
    Listing,
    Mistake,
    reported,
)
from tradepost.catalog.shopify.table import UnreadableList, refuse_at_sight
from tradepost.catalog.types import CannotBeSaved, StockReason, TaxClass
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Cancelled, Running, job_kind, start_job
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant
from tradepost.ui.drawing.pictures import NotAPicture

KIND = "catalog.import"
READ = "catalog.read_upload"
REPORTED = 500
SHOWN = 20


class AlreadyRunning(Exception):
    """The import has been started before."""


def receive(
    *, merchant: Merchant, by: Actor, file: "UploadedFile[bytes]", file_name: str
) -> ProductImport:
    """Keep the bytes as they came, and have a job look through them.

    Raises:
        UnreadableList: what their number and the first of them say already.
    """
    refuse_at_sight(file.size or 0, file.read(16))
    file.seek(0)
    stored = f"{merchant.public_id}/imports/{secrets.token_hex(12)}.csv"
    default_storage.save(stored, file)
    with transaction.atomic():
        row = ProductImport.objects.create(
            merchant=merchant,
            file_name=typed(file_name[-200:], 200),
            stored_as=stored,
            state=ProductImport.State.RECEIVED,
        )
        title = _("Reading %(file)s") % {"file": row.file_name}
        job = start_job(kind=READ, title=title[:200], merchant=merchant, by=by, upload=row.pk)
        ProductImport.objects.filter(pk=row.pk).update(job_id=job.pk)
        report = reverse("catalog_office:import", args=[merchant.handle, row.public_id])
        Job.objects.filter(pk=job.pk).update(result_url=report)
        record(actor=by, action="catalog.look_through_import", target=row, merchant_id=merchant.pk)
    return row


@job_kind(READ)
def look_through(running: Running) -> None:
    """Say what is in the file, without changing any product; a file that cannot be read is let go."""
    upload = ProductImport.objects.select_related("merchant").get(pk=running.job.details["upload"])
    state = ProductImport.State
    if upload.state != state.RECEIVED:
        return
    changes: dict[str, object]
    with override(upload.merchant.language):
        try:
            found = _read(upload, running)
        except UnreadableList as refused:
            default_storage.delete(upload.stored_as)
            changes = {"state": state.UNREADABLE, "report": {"refusal": str(refused)}}
            changes["stored_as"] = ""
        else:
            report = _preview(upload.merchant, found.listing)
            changes = {"state": state.LOOKED_THROUGH, "report": report, "rows": found.rows}
    ProductImport.objects.filter(pk=upload.pk).update(**changes)
    running.progress(1, 1)


def _read(upload: ProductImport, running: Running) -> ReadList:
    """By a process of its own; this one waits, and can be cancelled. Raises: UnreadableList."""

    def waiting() -> None:
        running.progress(0, 1)

    with default_storage.open(upload.stored_as) as file:
        data = file.read()
    merchant = upload.merchant
    return read_apart(data, currency=merchant.currency, site=merchant.website, waiting=waiting)


def start_import(*, upload: ProductImport, by: Actor) -> Job:
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
    merchant = upload.merchant
    with override(merchant.language):
        listing = _read(upload, running).listing
    report: dict[str, Any] = {"created": 0, "changed": 0, "not_fetched": [], "pictures": 0}
    try:
        _bring_in_all(merchant, listing, running, report)
    except Cancelled:
        report["cancelled"] = True
        raise
    finally:
        _close(upload, report | _said(listing))


def _bring_in_all(
    merchant: Merchant, listing: Listing, running: Running, report: dict[str, Any]
) -> None:
    fetcher = PictureFetcher(merchant)
    handles = frozenset(listed.handle for listed in listing.products)
    total = len(listing.products)
    running.progress(0, total)
    for number, listed in enumerate(listing.products, 1):
        try:
            product, is_new = write_listed(
                merchant=merchant, listed=listed, warnings=listing.warnings, handles=handles
            )
        except CannotBeSaved as refused:
            listing.mistakes.append(Mistake(listed.line, refused.field, str(refused)))
        else:
            report["created" if is_new else "changed"] += 1
            _bring_pictures(product, listed, fetcher, report)
        if number % 10 == 0 or number == total:
            running.progress(number)


def _said(listing: Listing) -> dict[str, object]:
    """What the preview and the final report both say of a file."""
    return {
        "layout": listing.layout,
        "not_taken": listing.not_taken,
        "notes": listing.notes,
        "mistakes": reported(listing.mistakes, REPORTED),
        "mistake_count": len(listing.mistakes),
        "warnings": reported(listing.warnings, REPORTED),
        "warning_count": len(listing.warnings),
    }


def _close(upload: ProductImport, report: dict[str, Any]) -> None:
    report["not_fetched_count"] = len(report["not_fetched"])
    report["not_fetched"] = report["not_fetched"][:REPORTED]
    ProductImport.objects.filter(pk=upload.pk).update(report=report, state=ProductImport.State.DONE)


def write_listed(
    *,
    merchant: Merchant,
    listed: ListedProduct,
    warnings: list[Mistake],
    handles: frozenset[str] = frozenset(),
) -> tuple[Product, bool]:
    """Write one product of a list with its variants, in one transaction. Returns whether it is new.

    An article number that another product of the shop has is left empty, with a warning. ``handles``:
    those of the whole list, whose products are never taken for one another.

    Raises:
        CannotBeSaved
    """
    with transaction.atomic():
        known = known_product(merchant, listed, handles)
        if known is None:
            refuse_beyond_plan(merchant)
        product = known or Product(merchant=merchant)
        product.merchant = merchant
        free_numbers(product, listed, warnings)
        write_product(product, _fields(merchant, listed, product), reason=StockReason.IMPORT)
        _write_choices(product, listed)
        note_prices(product)
        refresh_search(product)
        content_changed(merchant=merchant)
    return product, known is None


def _preview(merchant: Merchant, listing: Listing) -> dict[str, object]:
    known = known_ones(merchant, listing)
    return _said(listing) | {
        "new": len(known) - sum(known),
        "known": sum(known),
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


def _fields(merchant: Merchant, listed: ListedProduct, product: Product) -> dict[str, object]:
    first = listed.variants[0]
    fields: dict[str, object] = {
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
        fields["slug"] = listed.slug or listed.name
    if listed.handle:
        fields["list_handle"] = listed.handle
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
    options = checked_options(listed.option_values(), made=len(listed.variants))
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
    # Two rows may have changed numbers with each other.
    product.variants.update(sku="")
    for row, fields in kept:
        write_variant(row, fields, reason=StockReason.IMPORT)


def _variant_of(there: Iterable[Variant], item: ListedVariant) -> Variant | None:
    by_sku = next((row for row in there if item.sku and row.sku == item.sku), None)
    return by_sku or next((row for row in there if row.options == item.choice), None)


def _bring_pictures(
    product: Product, listed: ListedProduct, fetcher: PictureFetcher, report: dict[str, Any]
) -> None:
    """Those not brought in before. What cannot be fetched is reported, never dropped silently."""
    photos = list(product.photos.all())
    for picture in listed.pictures:
        if _photo_of(picture.url, photos):
            continue
        try:
            data = fetcher.fetch(picture.url)
            alt = picture.alt or product.name[:200]
            photos.append(
                add_photo(
                    product=product, data=data, alt=alt, by=Actor.job(KIND), source_url=picture.url
                )
            )
            report["pictures"] += 1
        except (NotFetched, NotAPicture) as refused:
            report["not_fetched"].append(
                {"line": picture.line, "url": picture.url[:300], "why": str(refused)}
            )
    _hang_choices(product, listed, photos)


def _photo_of(url: str, photos: list[Photo]) -> Photo | None:
    """Fetched before from there, or our own, as an export of ours names it."""
    return next((p for p in photos if p.source_url == url or (url and url.endswith(p.url))), None)


def _hang_choices(product: Product, listed: ListedProduct, photos: list[Photo]) -> None:
    """The photo of each choice that has one of its own."""
    shown = {
        tuple(v.choice.items()): _photo_of(v.picture, photos) for v in listed.variants if v.picture
    }
    for row in product.variants.all() if shown else ():
        photo = next((p for choice, p in shown.items() if dict(choice) == row.options), None)
        if photo and row.photo_id != photo.pk:
            Variant.objects.filter(pk=row.pk).update(photo=photo)
    if shown:
        content_changed(merchant=product.merchant)
