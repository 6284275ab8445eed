"""A shop's whole books in one file: orders, invoices, contacts, products. To take along, or to keep."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audience.actions.exports import standing_of
from tradepost.audience.actions.labels import WHY
from tradepost.audience.contacts import exporting
from tradepost.audience.models import CustomField
from tradepost.audience.queries import find_contacts, usable_contacts, with_lists
from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.catalog.models import Product
from tradepost.catalog.shopify.writing import write_listing
from tradepost.datamap.subjects import SubjectRef
from tradepost.jobs import storage
from tradepost.jobs.keeping.results import erase_files
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running, job_kind, start_job
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.export import csv_of, paper_name
from tradepost.orders.documents import invoice_pdf
from tradepost.orders.exports import LAYOUTS
from tradepost.orders.models import Invoice, Order

KIND = "backoffice.everything"
FOLDER = "exports/everything"
KEEP_FILES = timedelta(days=2)
_SLICE = 500
_INVOICES = 10  # each is drawn anew, which takes a moment


def file_of(job: Job) -> str:
    """Its name in the storage."""
    return f"{FOLDER}/{job.pk}.zip"


def start_everything(*, merchant: Merchant, by: Actor) -> Job:
    """Start the job; its result is fetched from ``backoffice_office:everything_file``."""
    look = record(
        actor=by,
        action="backoffice.everything",
        target=merchant,
        merchant_id=merchant.pk,
        reason=WHY["audience.export"],
    )
    title = _("Download of everything")
    return start_job(kind=KIND, title=title, merchant=merchant, by=by, look=look.pk)


@job_kind(KIND)
def write_everything(running: Running) -> None:
    """A cancelled or repeated run begins anew; a half-written file is removed."""
    job = running.job
    merchant = Merchant.objects.get(pk=job.merchant_id or 0)
    with storage.draft() as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as package:
            packing = _Packing(package, merchant, running)
            packing.fill()
        with running.showing():
            storage.files().put(file_of(job), draft)
            if isinstance(look := job.details.get("look"), int):
                packing.note(look)
    address = reverse("backoffice_office:everything_file", args=[merchant.handle, job.public_id])
    Job.objects.filter(pk=job.pk).update(result_url=address)


class _Packing:
    """Writes the parts one after another and says how far it is, counted in rows of all parts."""

    def __init__(self, package: zipfile.ZipFile, merchant: Merchant, running: Running) -> None:
        self.package, self.merchant, self.running = package, merchant, running
        self.orders = Order.objects.filter(merchant=merchant)
        papers = Invoice.objects.filter(merchant=merchant)
        self.invoices = papers.select_related("merchant").order_by("pk")
        self.contacts = usable_contacts(merchant, find_contacts(merchant=merchant))
        self.products = (
            Product.objects.filter(merchant=merchant)
            .select_related("merchant", "category")
            .prefetch_related("photos", "variants__product", "options")
            .order_by("pk")
        )
        parts = (self.orders, self.invoices, self.contacts, self.products)
        self.total, self.done = sum(rows.count() for rows in parts), 0

    def fill(self) -> None:
        for layout in LAYOUTS.values():
            self._lines(f"{layout.file_name}.csv", csv_of(self.merchant, layout))
        self._step(self.orders.count())
        self._lines("products.csv", write_listing(self.products.iterator(chunk_size=_SLICE)))
        self._step(self.products.count())
        self._contacts()
        self._invoices()

    def note(self, look: int) -> None:
        """Write down beside the look whose rows the file holds."""
        for rows in (self.orders, self.invoices, self.contacts):
            numbers = rows.order_by().values_list("pk", flat=True)
            note_sighting(look, rows.model, numbers)

    def _lines(self, name: str, lines: Iterator[str]) -> None:
        with self.package.open(name, "w") as file:
            for line in lines:
                file.write(line.encode())

    def _contacts(self) -> None:
        questions = list(CustomField.objects.filter(merchant=self.merchant))
        with storage.draft() as path:
            with exporting.writer("csv", path, exporting.columns(questions)) as out:
                for part in exporting.slices(with_lists(self.contacts), _SLICE):
                    standing = standing_of(self.merchant, part)
                    for contact in part:
                        out.write(exporting.record_of(contact, questions, standing))
                    self._step(len(part))
            self.package.write(path, "contacts.csv")

    def _invoices(self) -> None:
        for number, row in enumerate(self.invoices.iterator(chunk_size=_INVOICES), 1):
            self.package.writestr(paper_name(row), invoice_pdf(row))
            if number % _INVOICES == 0:
                self._step(_INVOICES)

    def _step(self, rows: int) -> None:
        self.done = min(self.done + rows, self.total)
        self.running.progress(self.done, self.total)


def remove_files_of(merchant: Merchant) -> None:
    """When the shop closes, the file goes with it, not two days later."""
    with scopes_disabled():
        for job in Job.objects.filter(merchant=merchant, kind=KIND):
            storage.files().delete(file_of(job))


def _old(now: datetime) -> list[str]:
    kept = storage.files().list(FOLDER)
    return [file.name for file in kept if file.changed_at < now - KEEP_FILES]


def files_due(now: datetime) -> int:
    return len(_old(now))


def purge_files(now: datetime) -> int:
    old = _old(now)
    for name in old:
        storage.files().delete(name)
    return len(old)


def scan(needle: bytes) -> Iterator[str]:
    for file in storage.files().list(FOLDER):
        with storage.files().open(file.name) as stream:
            if any(needle.lower() in part.lower() for part in _parts(stream)):
                yield file.name


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    """What is packed; a damaged package as it lies there."""
    try:
        with zipfile.ZipFile(stream) as package:
            yield from map(package.read, package.namelist())
    except zipfile.BadZipFile:
        stream.seek(0)
        yield stream.read()


def erase(subject: SubjectRef) -> int:
    """Delete the shop's file: it can be made again, without the person. Also one in the making."""
    return erase_files(
        storage.files().list(FOLDER), kind=KIND, merchant_id=subject.merchant_id, name_of=file_of
    )
