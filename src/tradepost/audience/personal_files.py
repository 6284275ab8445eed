"""Personal data of the audience that lies outside columns: uploaded and exported files.

Also ends the consents of an erased person, so that the evidence starts to age.
"""

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO

from django_scopes import scopes_disabled

from tradepost.audience import files
from tradepost.audience.models import ConsentRecord, ContactExport, Import
from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.subjects import SubjectRef
from tradepost.jobs import storage
from tradepost.jobs.runner import begin_anew
from tradepost.lib import clock
from tradepost.lib.naming import Names
from tradepost.lib.tables import LONGEST_ROW, UnreadableRow, rows_of
from tradepost.merchants.models import Merchant


def scan_uploads(needle: bytes) -> Iterator[str]:
    for name in files.holding(files.UPLOADS, needle):
        yield f"uploaded file {name}"


def erase_from_uploads(subject: SubjectRef) -> int:
    """Rows that name the person become empty rows, so that a running import still counts right."""
    return erase_many_from_uploads([subject])


def erase_many_from_uploads(subjects: Sequence[SubjectRef]) -> int:
    """The same for several of one merchant: each file is read once."""
    merchant_id = subjects[0].merchant_id
    with scopes_disabled():
        runs = Import.objects.exclude(stored_as="")
        if merchant_id is not None:
            runs = runs.filter(merchant_id=merchant_id)
        held = list(runs)
    emails = [subject.email for subject in subjects]
    return sum(_blank_rows(run, emails) for run in held)


def uploaded_about(subject: SubjectRef) -> Iterator[dict[str, object]]:
    """Rows of uploaded files that name the person, for the person's copy."""
    with scopes_disabled():
        runs = list(Import.objects.filter(merchant=subject.merchant_id).exclude(stored_as=""))
    for run in runs:
        with suppress(FileNotFoundError), _opened(run) as source:
            names = _looking_for([subject.email], run)
            for row in rows_of(source, run.separator, columns=LONGEST_ROW):
                if isinstance(row, list) and any(map(names, row)):
                    yield {"file": run.file_name, "row": "; ".join(row)}


def _opened(run: Import) -> IO[str]:
    return files.opened_as_text(files.UPLOADS, run.stored_as, "latin-1")


def _blank_rows(run: Import, emails: Sequence[str]) -> int:
    """As Latin-1 every byte is one letter, and comes out as it went in, whatever the charset."""
    try:
        found = _opened(run)
    except FileNotFoundError:
        return 0
    if run.state == Import.State.RECEIVED:
        found.close()
        return _let_go(run)
    with storage.draft() as rest:
        with found as source, rest.open("w", encoding="latin-1", newline="") as target:
            blanked = _without(source, target, run, emails)
        if blanked:
            storage.files().put(files.place_of(files.UPLOADS, run.stored_as), rest)
    return blanked


def _without(source: IO[str], target: IO[str], run: Import, emails: Sequence[str]) -> int:
    """Copy all rows, those that name one of the people as empty ones; returns how many those are."""
    blanked = 0
    names = _looking_for(emails, run)
    out = csv.writer(target, delimiter=run.separator)
    for row in rows_of(source, run.separator, columns=LONGEST_ROW):
        if isinstance(row, UnreadableRow) or any(map(names, row)):
            blanked += 1
            row = ["", ""] if isinstance(row, UnreadableRow) else [""] * max(len(row), 2)
        out.writerow(row)
    return blanked


def _looking_for(emails: Sequence[str], run: Import) -> Callable[[str], bool]:
    """Whether a cell names one of them; an address with other letters is looked for in the file's charset."""
    plain = Names(email for email in emails if email.isascii())
    others = [email for email in emails if not email.isascii()]

    def names(cell: str) -> bool:
        content = cell.encode("latin-1")
        if plain.stand_in(content):
            return True
        words = content.decode(run.charset, "replace").lower() if others else ""
        return any(email in words for email in others)

    return names


def _let_go(run: Import) -> int:
    """What no job has read yet: nobody knows what is inside, so all of it goes."""
    files.remove(files.UPLOADS, run.stored_as)
    return Import.objects.filter(pk=run.pk).update(stored_as="", state=Import.State.UNREADABLE)


def scan_exports(needle: bytes) -> Iterator[str]:
    found = set(files.holding(files.EXPORTS, needle))
    for name in files.names(files.EXPORTS):
        if name.endswith(".xlsx") and _inside(name, needle):
            found.add(name)
    for name in sorted(found):
        yield f"exported file {name}"


def _inside(name: str, needle: bytes) -> bool:
    try:
        with files.opened(files.EXPORTS, name) as stream, zipfile.ZipFile(stream) as package:
            return any(needle.lower() in package.read(part).lower() for part in package.namelist())
    except FileNotFoundError:  # gone since it was listed
        return False


def erase_from_exports(subject: SubjectRef) -> int:
    """All export files of the merchant go: they live a day, and can be asked for again. Those that are
    being made begin anew."""
    begin_anew(kind=files.EXPORT_JOB, merchant_id=subject.merchant_id)
    with scopes_disabled():
        rows = ContactExport.objects.exclude(stored_as="")
        if subject.merchant_id is not None:
            rows = rows.filter(merchant_id=subject.merchant_id)
        for row in rows:
            files.remove(files.EXPORTS, row.stored_as)
        return rows.update(stored_as="")


def remove_files_of(merchant: Merchant) -> None:
    """When the shop closes, what it uploaded and exported goes with it, not a week later."""
    with scopes_disabled():
        for run in Import.objects.filter(merchant=merchant).exclude(stored_as=""):
            files.remove(files.UPLOADS, run.stored_as)
        for export in ContactExport.objects.filter(merchant=merchant).exclude(stored_as=""):
            files.remove(files.EXPORTS, export.stored_as)


def scan_nothing(needle: bytes) -> Iterator[str]:  # noqa: ARG001  a store's scan
    """Consent records hold a keyed hash, so no needle is found in them."""
    return iter(())


def end_consents(subject: SubjectRef) -> int:
    """What an erased person agreed to is over; the record stays as evidence and ages from now."""
    return end_consents_of([subject])


def end_consents_of(subjects: Sequence[SubjectRef]) -> int:
    """The same for several of one merchant."""
    keys = [subject.key for subject in subjects]
    merchant_id = subjects[0].merchant_id
    with scopes_disabled():
        rows = ConsentRecord.objects.filter(**among("email_key", keys), withdrawn_at__isnull=True)
        if merchant_id is not None:
            rows = rows.filter(merchant_id=merchant_id)
        return rows.update(withdrawn_at=clock.now(), withdrawn_how="erased", network="")
