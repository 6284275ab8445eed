"""An import from upload to report: stored, mapped, started, taken in slices, cancelled, resumed."""

from collections.abc import Iterator
from itertools import islice

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tradepost.audience import consent, files
from tradepost.audience.imports import mapping as columns
from tradepost.audience.imports.ahead import read_ahead
from tradepost.audience.imports.bulk import bulk_connection
from tradepost.audience.imports.reading import Unreadable, rows_of, store
from tradepost.audience.imports.rows import BadRow, Parse, Row, row_parser
from tradepost.audience.imports.taking import Result, Taker
from tradepost.audience.models import ContactList, CustomField, Import, ImportProblem
from tradepost.audience.types import AudienceError, ConsentKind, ConsentMissing
from tradepost.audit.actions import record
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Cancelled, Running, job_kind, start_job
from tradepost.lib.card_numbers import mask_card_numbers
from tradepost.merchants.models import Merchant

KIND = "audience.import"
SLICE = 50_000
MOST_PROBLEMS = 20_000


class NoAddressColumn(AudienceError):
    """No column is said to be the e-mail address."""


class NotReady(AudienceError):
    """The import runs, is over, or its file is gone."""


def upload(*, merchant: Merchant, upload: "UploadedFile[bytes]", by: models.Model) -> Import:
    """Keep the file in our own form and guess its columns.

    Raises:
        UnreadableFile
    """
    stored = store(upload)
    run = Import.objects.create(
        merchant=merchant,
        by_id=by.pk,
        file_name=(upload.name or "file")[:200],
        stored_as=stored.name,
        separator=stored.separator,
        head_rows=stored.head_rows,
        header=stored.header,
        rows=stored.rows,
    )
    questions = list(CustomField.objects.filter(merchant=merchant))
    run.mapping = columns.guess(run, [row for _number, row in sample(run)], questions)
    run.save(update_fields=["mapping"])
    record(actor=by, action="audience.upload", target=run, merchant_id=merchant.pk)
    return run


def settle(
    *,
    run: Import,
    mapping: dict[str, str],
    rule: str,
    contact_list: ContactList | None,
    consent_text: str,
    by: models.Model,
) -> Import:
    """Say what the columns are, and for a list, where the consents come from.

    Raises:
        NoAddressColumn
        ConsentMissing: a list is chosen, but no source of the consents stated.
        NotReady
    """
    if "email" not in mapping.values():
        raise NoAddressColumn
    if contact_list is not None and not consent_text.strip():
        raise ConsentMissing
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=run.pk)
        if held.state not in {Import.State.UPLOADED, Import.State.READY}:
            raise NotReady
        run.mapping, run.rule, run.contact_list = mapping, rule, contact_list
        run.wording = (
            consent.wording(merchant=run.merchant, kind=ConsentKind.NEWSLETTER, text=consent_text)
            if contact_list
            else None
        )
        run.state = Import.State.READY
        run.save()
        record(actor=by, action="audience.map_import", target=run, merchant_id=run.merchant_id)
    return run


def start(*, run: Import, by: models.Model) -> Job:
    """Start, or go on where a cancelled import stopped.

    Raises:
        NotReady
    """
    with transaction.atomic():
        run = Import.objects.select_for_update().get(pk=run.pk)
        if not run.may_start:
            raise NotReady
        job = start_job(
            kind=KIND,
            title=_("Import of %(file)s") % {"file": run.file_name},
            merchant=run.merchant,
            by=by,
            total=run.rows,
            run=run.pk,
        )
        Import.objects.filter(pk=run.pk).update(state=Import.State.RUNNING, job=job)
        record(
            actor=by,
            action="audience.import",
            target=run,
            merchant_id=run.merchant_id,
            detail={"rows": run.rows, "list": run.contact_list_id},
        )
    return job


def sample(run: Import, count: int = 8) -> list[tuple[int, list[str]]]:
    """The first people of the stored file as they are, with the numbers of their rows."""
    path = files.path_of(files.UPLOADS, run.stored_as)
    rows = enumerate(rows_of(path, run.separator, skip=run.head_rows), run.head_rows + 1)
    people = (
        (number, row) for number, row in rows if isinstance(row, list) and any(map(str.strip, row))
    )
    return list(islice(people, count))


@job_kind(KIND)
def work(running: Running) -> None:
    """Take slice after slice; each is one transaction with its checkpoint, so a crash repeats nothing."""
    run = Import.objects.select_related("merchant", "contact_list").get(
        pk=running.job.details["run"]
    )
    if run.state == Import.State.DONE:
        return
    try:
        with bulk_connection():
            for done in take_all(run):
                running.progress(min(done, running.job.total), running.job.total)
    except Cancelled:
        Import.objects.filter(pk=run.pk).update(state=Import.State.CANCELLED)
        raise
    Import.objects.filter(pk=run.pk).update(
        state=Import.State.DONE, rows=run.rows_done, finished_at=timezone.now()
    )
    running.progress(run.rows_done, run.rows_done)


def take_all(run: Import) -> Iterator[int]:
    """Take what is left of the file; yields after each slice how many rows are done.

    Raises:
        NotReady: another process takes the same file, or the list or the shop went meanwhile.
    """
    path = files.path_of(files.UPLOADS, run.stored_as)
    rows = rows_of(path, run.separator, skip=run.head_rows)
    parse = row_parser(run.mapping, list(CustomField.objects.filter(merchant=run.merchant)))
    taker = Taker(run)
    slices = _slices(islice(rows, run.rows_done, None), parse, first=run.rows_done + 1)
    for cells, good, bad in read_ahead(slices):
        with transaction.atomic():
            _hold(run)
            _checkpoint(run, len(cells), taker.take(good), bad, cells)
        yield run.rows_done


def _hold(run: Import) -> None:
    """Lock the row, which must still say what this process knows; the list cannot go before the commit."""
    same = Import.objects.select_for_update(of=("self",)).filter(
        pk=run.pk, rows_done=run.rows_done, contact_list=run.contact_list_id
    )
    if not same.values_list("pk").first():
        raise NotReady


Bad = list[tuple[int, str, str]]
Cells = list[list[str] | Unreadable]


def _slices(
    rows: Iterator[list[str] | Unreadable], parse: Parse, first: int
) -> Iterator[tuple[Cells, list[Row], Bad]]:
    while cells := list(islice(rows, SLICE)):
        yield cells, *_validate(parse, cells, first)
        first += len(cells)


def _validate(parse: Parse, cells: Cells, first: int) -> tuple[list[Row], Bad]:
    """Rows without any content are passed over."""
    good: list[Row] = []
    bad: Bad = []
    for number, row in enumerate(cells, first):
        if isinstance(row, Unreadable):
            text = _("Lines %(first)d to %(last)d: a quotation mark is not closed.")
            bad.append((number, "", text % row._asdict()))
            continue
        if not (row and row[0].strip()) and not any(map(str.strip, row)):
            continue
        try:
            good.append(parse(number, row))
        except BadRow as error:
            bad.append((number, _address_in(row), str(error)))
    return good, bad


def _address_in(row: list[str]) -> str:
    """As it will be looked for when a person asks for access or erasure."""
    return next((cell.strip().lower()[:320] for cell in row if "@" in cell), "")


def _checkpoint(run: Import, count: int, result: Result, bad: Bad, cells: Cells) -> None:
    first = run.rows_done + 1
    problems = sorted(bad + result.problems)
    room = max(MOST_PROBLEMS - run.refused, 0)
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                merchant_id=run.merchant_id,
                run=run,
                line=number + run.head_rows,
                address=address,
                reason=mask_card_numbers(reason)[:300],
                row=_as_kept(cells[number - first]),
            )
            for number, address, reason in problems[:room]
        ],
        batch_size=2_000,
    )
    run.rows_done += count
    run.added += result.added
    run.merged += result.merged
    run.refused += len(problems)
    run.save(update_fields=["rows_done", "added", "merged", "refused"])


def _as_kept(row: list[str] | Unreadable) -> list[str]:
    return [mask_card_numbers(cell)[:500] for cell in row] if isinstance(row, list) else []
