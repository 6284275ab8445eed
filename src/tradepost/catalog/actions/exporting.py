"""Products as a file in Shopify's layout, written by a job; and clearing away files of past jobs."""

import secrets
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.models import Product, ProductImport
from tradepost.catalog.shopify.writing import write_listing
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

KIND = "catalog.export"
KEEP_FILES = timedelta(days=7)
_SLICE = 200


def start_export(*, merchant: Merchant, by: Actor) -> Job:
    record(actor=by, action="catalog.export", target=merchant, merchant_id=merchant.pk)
    total = Product.objects.filter(merchant=merchant).count()
    return start_job(
        kind=KIND, title=_("Export of products"), merchant=merchant, by=by, total=total
    )


@job_kind(KIND)
def write_export(running: Running) -> None:
    """The job's work; its result is kept for a week."""
    merchant = Merchant.objects.get(pk=running.job.merchant_id or 0)
    rows = (
        Product.objects.filter(merchant=merchant)
        .select_related("merchant", "category")
        .prefetch_related("photos", "variants__product", "variants__photo", "options")
        .order_by("pk")
    )
    total = rows.count()
    lines = []
    for done, part in enumerate(write_listing(rows.iterator(chunk_size=_SLICE)), 1):
        lines.append(part)
        if done % _SLICE == 0:
            running.progress(min(done, total), total)
    name = f"{merchant.public_id}/exports/{secrets.token_hex(12)}.csv"
    default_storage.save(name, ContentFile("".join(lines).encode()))
    Job.objects.filter(pk=running.job.pk).update(
        details=running.job.details | {"file": name},
        result_url=reverse(
            "catalog_office:export_file", args=[merchant.handle, running.job.public_id]
        ),
    )
    running.progress(total, total)


def drop_old_files() -> int:
    """Delete uploaded lists and written exports after a week; returns how many files went."""
    before = clock.now() - KEEP_FILES
    with scopes_disabled():
        uploads = ProductImport.objects.filter(uploaded_at__lt=before).exclude(stored_as="")
        names = list(uploads.values_list("stored_as", flat=True))
        exports = Job.objects.filter(kind=KIND, finished_at__lt=before, details__has_key="file")
        names += [str(job.details["file"]) for job in exports]
        for name in names:
            default_storage.delete(name)
        uploads.update(stored_as="")
        for job in exports:
            Job.objects.filter(pk=job.pk).update(details={}, result_url="")
    return len(names)
