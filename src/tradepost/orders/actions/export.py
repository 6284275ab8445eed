"""Exports, as jobs where they are large, whose file can be fetched for a day."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.jobs import storage
from tradepost.jobs.keeping.results import erase_files
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.record_view import WHY
from tradepost.orders.documents import invoice_pdf
from tradepost.orders.exports import LAYOUTS, csv_lines, write_xlsx
from tradepost.orders.exports.columns import Column, ExportLayout, Record
from tradepost.orders.models import Invoice
from tradepost.orders.queries import OrderFilter

KIND = "orders.export"
FOLDER = "exports/orders"
DIRECT = 500  # more rows than this make a job
KEEP_FILES = timedelta(days=1)
_SLICE = 500
_PAPERS = 10  # each is drawn anew, which takes a moment
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An export as it was asked for. ``zip``: the list as CSV and each invoice and credit note as PDF."""

    layout: ExportLayout
    file_format: str
    chosen: OrderFilter
    columns: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        return f"{self.layout.file_name}.{self.file_format}"

    def as_details(self) -> dict[str, object]:
        """For a job's row, which keeps JSON."""
        return {
            "layout": self.layout.name,
            "format": self.file_format,
            "columns": list(self.columns),
            "chosen": self.chosen.as_details(),
        }

    @classmethod
    def from_details(cls, details: dict[str, Any]) -> "Wanted":
        return cls(
            layout=LAYOUTS[details.get("layout", "order")],
            file_format=details["format"],
            chosen=OrderFilter.from_details(details["chosen"]),
            columns=tuple(details.get("columns", ())),
        )


def export_file(job: Job) -> str:
    """Its name in the storage."""
    return f"{FOLDER}/{job.pk}.{job.details['format']}"


def start_export(*, merchant: Merchant, wanted: Wanted, by: Actor) -> Job:
    """Start the job; its result is fetched from ``orders_office:export_file``."""
    look = record(
        actor=by,
        action="orders.export",
        merchant_id=merchant.pk,
        reason=WHY["export"],
        detail={"format": wanted.file_format, "rows": wanted.layout.name},
    )
    return start_job(
        kind=KIND,
        title=_("Export of invoices") if wanted.layout.name == "invoice" else _("Export of orders"),
        merchant=merchant,
        by=by,
        total=wanted.layout.found(merchant, wanted.chosen).count(),
        **wanted.as_details() | {"look": look.pk},
    )


@job_kind(KIND)
def run_export(running: Running) -> None:
    """A cancelled or repeated run begins anew; a half-written file is removed."""
    job = running.job
    merchant, wanted = (
        Merchant.objects.get(pk=job.merchant_id or 0),
        Wanted.from_details(job.details),
    )
    with storage.draft() as draft:
        with draft.open("xb") as file, translation.override(merchant.language):
            write_export(merchant, wanted, file, running)
        with running.showing():
            storage.files().put(export_file(job), draft)
            if isinstance(look := job.details.get("look"), int):
                note_rows(merchant, wanted, look)
    job.result_url = reverse("orders_office:export_file", args=[merchant.handle, job.public_id])
    job.save(update_fields=["result_url"])


def note_rows(merchant: Merchant, wanted: Wanted, look: Entry | int) -> None:
    """Write down beside the look whose rows the file holds."""
    found = wanted.layout.found(merchant, wanted.chosen).order_by()
    note_sighting(look, found.model, found.values_list("pk", flat=True))


def write_export(
    merchant: Merchant, wanted: Wanted, file: BinaryIO, running: Running | None = None
) -> None:
    if wanted.file_format == "zip":
        _write_papers(merchant, wanted, file, running)
        return
    columns = wanted.layout.chosen(wanted.columns)
    rows = records_of(merchant, wanted.layout, wanted.chosen, running)
    if wanted.file_format == "xlsx":
        write_xlsx(columns, rows, file, about=_about(merchant, wanted))
        return
    file.writelines(line.encode() for line in csv_lines(columns, rows))


def records_of(
    merchant: Merchant, layout: ExportLayout, chosen: OrderFilter, running: Running | None = None
) -> Iterator[Record]:
    """Slice by slice, in the order of the list."""
    numbers = list(layout.found(merchant, chosen).values_list("pk", flat=True))
    for start in range(0, len(numbers), _SLICE):
        yield from layout.records(merchant, numbers[start : start + _SLICE])
        if running:
            running.progress(min(start + _SLICE, len(numbers)), len(numbers))


def csv_of(merchant: Merchant, layout: ExportLayout) -> Iterator[str]:
    """Everything there is, with all columns."""
    return csv_lines(list(layout.columns), records_of(merchant, layout, OrderFilter()))


def _write_papers(
    merchant: Merchant, wanted: Wanted, file: BinaryIO, running: Running | None
) -> None:
    """The list, and each paper; two years may count from the same number, so the year is in the name."""
    found = wanted.layout.found(merchant, wanted.chosen)
    columns: list[Column] = wanted.layout.chosen(wanted.columns)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open("invoices.csv", "w") as table:
            for line in csv_lines(columns, records_of(merchant, wanted.layout, wanted.chosen)):
                table.write(line.encode())
        total = found.count()
        papers = found.select_related("merchant").iterator(chunk_size=_PAPERS)
        for number, paper in enumerate(papers, start=1):
            package.writestr(paper_name(paper), invoice_pdf(paper))
            if running and (number % _PAPERS == 0 or number == total):
                running.progress(number, total)


def paper_name(paper: Invoice) -> str:
    year = paper.merchant.day_of(paper.issued_at).year
    return f"invoices/{year}/{paper.what}-{_plain(str(paper))}.pdf"


def _plain(name: str) -> str:
    """What a shop writes before its numbers may hold a slash, which parts folders."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)


def _about(merchant: Merchant, wanted: Wanted) -> list[str]:
    chosen, now = wanted.chosen, clock.now()
    return [
        f"{merchant.name}: {wanted.layout.label}",
        _("Days and times are those of the shop: %(zone)s.") % {"zone": merchant.time_zone},
        _("Written on %(day)s.") % {"day": merchant.day_of(now).isoformat()},
        *(f"{name}: {value}" for name, value in chosen.as_details().items() if name != "sort"),
    ]


def remove_exports_of(merchant: Merchant) -> None:
    """When the shop closes, the files go with it, not a day later."""
    with scopes_disabled():
        for job in Job.objects.filter(merchant=merchant, kind=KIND):
            storage.files().delete(export_file(job))


def _old_files(now: datetime) -> list[str]:
    kept = storage.files().list(FOLDER)
    return [file.name for file in kept if file.changed_at < now - KEEP_FILES]


def count_due_exports(now: datetime) -> int:
    return len(_old_files(now))


def purge_exports(now: datetime) -> int:
    old = _old_files(now)
    for name in old:
        storage.files().delete(name)
    return len(old)


def scan_exports(needle: bytes) -> Iterator[str]:
    """Also inside of XLSX and ZIP files; what PDFs hold is packed once more, and lives a day as well."""
    for file in storage.files().list(FOLDER):
        if any(needle in part for part in _parts(file.name)):
            yield file.name


def _parts(name: str) -> Iterator[bytes]:
    with storage.files().open(name) as stream:
        if not zipfile.is_zipfile(stream):
            stream.seek(0)
            yield stream.read()
            return
        with zipfile.ZipFile(stream) as package:
            yield from map(package.read, package.namelist())


def erase_exports(subject: SubjectRef) -> int:
    """Delete the shop's files: they can be made again, without the person. Also those in the making."""
    return erase_files(
        storage.files().list(FOLDER),
        kind=KIND,
        merchant_id=subject.merchant_id,
        name_of=export_file,
    )
