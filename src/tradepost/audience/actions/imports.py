"""An import from upload to report: stored, mapped, started, taken in slices, cancelled, resumed."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tradepost.audience import files
from tradepost.audience.consent import records
from tradepost.audience.imports import mapping as columns
from tradepost.audience.imports.bulk import bulk_connection
from tradepost.audience.imports.history import (
    plain_word,
)
from tradepost.audience.imports.loader import Result, Taker
from tradepost.audience.imports.read_ahead import read_ahead
from tradepost.audience.imports.reading import UnreadableFile, UnreadableRow, receive, rows_of
from tradepost.audience.imports.reading import read as read_file
from tradepost.audience.imports.rows import ContactRow, Parse
from tradepost.audience.imports.stored import parser_of, sample, statuses_to_ask
from tradepost.audience.models import ContactList, CustomField, Import, ImportProblem
from tradepost.audience.types import AudienceError, BadRow, ConsentKind, ConsentMissing
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Cancelled, Running, job_kind, start_job
from tradepost.lib import clock
from tradepost.lib.quiet_logs import without_people
from tradepost.lib.tables import MOST_COLUMNS
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant

KIND = "audience.import"
READ = "audience.read_upload"
SLICE = 50_000
MOST_CELLS = 1_000_000  # of a slice, so that wide rows do not fill the memory
MOST_PROBLEMS = 20_000


class NoAddressColumn(AudienceError):
    """No column is said to be the e-mail address."""


class StatusUnknown(AudienceError):
    """The file has a word for a status of which nobody said what it means; ``args`` are the words."""


class ImportNotReady(AudienceError):
    """The import runs, is over, or its file is gone."""


def upload(*, merchant: Merchant, upload: "UploadedFile[bytes]", by: Actor) -> Import:
    """Keep the file as it came, and have a job read it.

    Raises:
        UnreadableFile: what its first bytes or its size say already.
    """
    name = receive(upload)
    with transaction.atomic():
        run = Import.objects.create(
            merchant=merchant,
            by_id=by.account_id,
            file_name=_file_name(upload.name or "file"),
            stored_as=name,
            state=Import.State.RECEIVED,
        )
        title = _("Reading %(file)s") % {"file": run.file_name}
        run.job = start_job(kind=READ, title=title[:200], merchant=merchant, by=by, run=run.pk)
        run.save(update_fields=["job"])
        record(actor=by, action="audience.upload", target=run, merchant_id=merchant.pk)
    return run


def _file_name(name: str) -> str:
    """The name goes into the evidence of consents, which stays when people go: no addresses in it."""
    return typed(without_people(name[:1_000]), 200)


def read(*, run: Import, waiting: Callable[[], None] | None = None) -> Import:
    """Bring what was uploaded into our form, and guess its columns; once. ``waiting`` may raise."""
    if run.state != Import.State.RECEIVED:
        return run
    try:
        stored = read_file(run.stored_as, waiting)
    except UnreadableFile as error:
        files.remove(files.UPLOADS, run.stored_as)
        run.state, run.stored_as = Import.State.UNREADABLE, ""
        run.refusal = str(error)[:300]
        run.save(update_fields=["state", "stored_as", "refusal"])
        return run
    run.stored_as, run.separator, run.head_rows = stored.name, stored.separator, stored.head_rows
    run.charset, run.charset_is_certain = stored.charset, stored.charset_is_certain
    run.header, run.rows = stored.header, stored.rows
    run.state = Import.State.UPLOADED
    questions = list(CustomField.objects.filter(merchant=run.merchant))
    run.mapping = columns.guess(run, [row for _number, row in sample(run)], questions)
    run.save()
    return run


@job_kind(READ)
def work_reading(running: Running) -> None:
    """In a process of its own under a memory limit; this one waits, and can be cancelled."""
    run = Import.objects.select_related("merchant").get(pk=running.job.details["run"])

    def waiting() -> None:
        running.progress(0, 1)

    with override(run.merchant.language):
        read(run=run, waiting=waiting)
    running.progress(1, 1)


def settle(
    *,
    run: Import,
    mapping: dict[str, str],
    rule: str,
    contact_list: ContactList | None,
    consent_text: str,
    by: Actor,
    charset: str = "",
    status_words: dict[str, str] | None = None,
) -> Import:
    """Say what the columns are, how the file is written, what its words for a status mean, and for a
    list, where the consents come from.

    Raises:
        NoAddressColumn
        ConsentMissing: a list is chosen, but no source of the consents stated.
        StatusUnknown
        ImportNotReady
    """
    if "email" not in mapping.values():
        raise NoAddressColumn
    chosen = {plain_word(word): meaning for word, meaning in (status_words or {}).items()}
    if unknown := statuses_to_ask(run, mapping, chosen):
        raise StatusUnknown(*unknown)
    if contact_list is not None and not consent_text.strip():
        raise ConsentMissing
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=run.pk)
        if held.state not in {Import.State.UPLOADED, Import.State.READY}:
            raise ImportNotReady
        run.mapping, run.rule, run.contact_list = mapping, rule, contact_list
        run.charset, run.status_words = charset or run.charset, chosen
        run.wording = (
            records.wording(merchant=run.merchant, kind=ConsentKind.NEWSLETTER, text=consent_text)
            if contact_list
            else None
        )
        run.state = Import.State.READY
        run.save()
        record(actor=by, action="audience.map_import", target=run, merchant_id=run.merchant_id)
    return run


def start(*, run: Import, by: Actor) -> Job:
    """Start, or go on where a cancelled import stopped.

    Raises:
        ImportNotReady
    """
    with transaction.atomic():
        run = Import.objects.select_for_update().get(pk=run.pk)
        if not run.may_start:
            raise ImportNotReady
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
        state=Import.State.DONE, rows=run.rows_done, finished_at=clock.now()
    )
    running.progress(run.rows_done, run.rows_done)


def take_all(run: Import) -> Iterator[int]:
    """Take what is left of the file; yields after each slice how many rows are done.

    Raises:
        ImportNotReady: another process takes the same file, or the list or the shop went meanwhile.
    """
    rows = rows_of(run.stored_as, run.separator, charset=run.charset, skip=run.head_rows)
    parse = parser_of(run)
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
        raise ImportNotReady


Bad = list[tuple[int, str, str]]
Cells = list[list[str] | UnreadableRow]


def _slices(
    rows: Iterator[list[str] | UnreadableRow], parse: Parse, first: int
) -> Iterator[tuple[Cells, list[ContactRow], Bad]]:
    while cells := _slice(rows):
        yield cells, *_validate(parse, cells, first)
        first += len(cells)


def _slice(rows: Iterator[list[str] | UnreadableRow]) -> Cells:
    """As many rows as one transaction takes, fewer where they are wide."""
    taken: Cells = []
    cells = 0
    for row in islice(rows, SLICE):
        taken.append(row)
        cells += len(row)
        if cells >= MOST_CELLS:
            break
    return taken


def _validate(parse: Parse, cells: Cells, first: int) -> tuple[list[ContactRow], Bad]:
    """Rows without any content are passed over."""
    good: list[ContactRow] = []
    bad: Bad = []
    for number, row in enumerate(cells, first):
        if isinstance(row, UnreadableRow):
            bad.append((number, "", _why_unreadable(row)))
            continue
        if not (row and row[0].strip()) and not any(map(str.strip, row)):
            continue
        try:
            good.append(parse(number, row))
        except BadRow as error:
            bad.append((number, _address_in(row), str(error)))
    return good, bad


def _why_unreadable(row: UnreadableRow) -> str:
    if row.is_too_wide:
        return _("The row has more than %(number)d columns.") % {"number": MOST_COLUMNS}
    text = _("Lines %(first)d to %(last)d: a quotation mark is not closed.")
    return text % {"first": row.first, "last": row.last}


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
                reason=typed(reason, 300),
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
    run.kept_out = dict(Counter(run.kept_out) + result.kept_out)
    run.save(update_fields=["rows_done", "added", "merged", "refused", "kept_out"])


def _as_kept(row: list[str] | UnreadableRow) -> list[str]:
    return [typed(cell, 500) for cell in row] if isinstance(row, list) else []
