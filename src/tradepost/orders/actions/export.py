"""Large exports, as jobs whose file can be fetched for a day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.merchants.models import Merchant
from tradepost.orders.exports import csv_rows, write_xlsx
from tradepost.orders.models import Order
from tradepost.orders.queries import OrderFilter, orders_of, with_everything

DIRECT = 500  # more rows than this make a job
KEEP_FILES = timedelta(days=1)
_SLICE = 500
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_folder() -> Path:
    folder = Path(settings.TRADEPOST.data) / "exports" / "orders"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def export_file(job: Job) -> Path:
    return export_folder() / f"{job.pk}.{job.details['format']}"


def start_export(
    *, merchant: Merchant, chosen: OrderFilter, file_format: str, by: models.Model
) -> Job:
    """Start the job; its result is fetched from ``orders_office:export_file``."""
    record(
        actor=by,
        action="orders.export",
        merchant_id=merchant.pk,
        detail={"format": file_format, "state": chosen.state},
    )
    return start_job(
        kind="orders.export",
        title=_("Export of orders"),
        merchant=merchant,
        by=by,
        total=orders_of(merchant, chosen).count(),
        format=file_format,
        chosen=chosen.as_details(),
    )


@job_kind("orders.export")
def run_export(running: Running) -> None:
    job = running.job
    merchant = Merchant.objects.get(pk=job.merchant_id or 0)
    rows = in_slices(merchant, OrderFilter.from_details(job.details["chosen"]), running)
    draft = export_file(job).with_suffix(".part")
    try:
        _write(rows, draft, job.details["format"])
        draft.replace(export_file(job))
    finally:
        draft.unlink(missing_ok=True)
    job.result_url = reverse("orders_office:export_file", args=[merchant.handle, job.public_id])
    job.save(update_fields=["result_url"])


def in_slices(
    merchant: Merchant, chosen: OrderFilter, running: Running | None = None
) -> Iterator[Order]:
    """Orders with lines and addresses, three queries a slice, newest first."""
    rows = orders_of(merchant, chosen)
    numbers = list(rows.values_list("pk", flat=True))
    for start in range(0, len(numbers), _SLICE):
        part = numbers[start : start + _SLICE]
        found = {row.pk: row for row in with_everything(Order.objects.filter(pk__in=part))}
        yield from (found[number] for number in part if number in found)
        if running:
            running.progress(min(start + _SLICE, len(numbers)), len(numbers))


def _write(rows: Iterator[Order], path: Path, file_format: str) -> None:
    if file_format == "xlsx":
        write_xlsx(rows, str(path))
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_rows(rows))


def remove_exports_of(merchant: Merchant) -> None:
    """When the shop closes, the files go with it, not a day later."""
    with scopes_disabled():
        for job in Job.objects.filter(merchant=merchant, kind="orders.export"):
            export_file(job).unlink(missing_ok=True)


def _old_files(now: datetime) -> list[Path]:
    cut = (now - KEEP_FILES).timestamp()
    return [path for path in export_folder().iterdir() if path.stat().st_mtime < cut]


def count_due_exports(now: datetime) -> int:
    return len(_old_files(now))


def purge_exports(now: datetime) -> int:
    old = _old_files(now)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def scan_exports(needle: bytes) -> Iterator[str]:
    """Files that hold the bytes plainly; XLSX files are compressed and live a day as well."""
    for path in export_folder().iterdir():
        if needle in path.read_bytes():
            yield f"exports/orders/{path.name}"


def erase_exports(subject: Any) -> int:
    """Delete all files: they can be made again, without the person."""
    files = list(export_folder().iterdir())
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)
