"""How long conversations stay, and what goes with their files."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django_scopes import scopes_disabled

from tradepost.datamap.held import without_held
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.jobs import storage
from tradepost.jobs.storage import StoredFile
from tradepost.merchants.models import Merchant
from tradepost.rights.queries import period_of
from tradepost.support.actions.files import FOLDER, forget_files_of
from tradepost.support.models import Conversation, MessageFile

RULE = "support.conversation"
AFTER_LAST = timedelta(days=730)
WITHOUT_ROW = timedelta(days=1)
_BATCH = 200


def _due(merchant: Merchant | None, now: datetime) -> QuerySet[Conversation]:
    """Of a shop's desk, or the operator's."""
    chosen = period_of(RULE, merchant.pk) if merchant else None
    cut = now - (chosen or AFTER_LAST)
    return without_held(Conversation.objects.filter(merchant=merchant, last_at__lt=cut))


def count_due(now: datetime) -> int:
    with scopes_disabled():
        return sum(_due(merchant, now).count() for merchant in [*Merchant.objects.all(), None])


def purge(now: datetime) -> int:
    gone = 0
    with scopes_disabled():
        for merchant in [*Merchant.objects.all(), None]:
            while numbers := list(_due(merchant, now).values_list("pk", flat=True)[:_BATCH]):
                with transaction.atomic():
                    forget_files_of(numbers)
                    Conversation.objects.filter(pk__in=numbers).delete()
                gone += len(numbers)
    return gone


def _strays(now: datetime) -> Iterator[StoredFile]:
    """Files whose message was never kept: the transaction that wrote it was rolled back."""
    with scopes_disabled():
        known = set(MessageFile.objects.values_list("stored_as", flat=True).iterator())
    for file in storage.files().list(FOLDER):
        if file.name not in known and file.changed_at < now - WITHOUT_ROW:
            yield file


def count_strays(now: datetime) -> int:
    return sum(1 for _file in _strays(now))


def purge_strays(now: datetime) -> int:
    gone = 0
    for file in list(_strays(now)):
        storage.files().delete(file.name)
        gone += 1
    return gone


def scan(needle: bytes) -> Iterator[str]:
    for file in storage.files().list(FOLDER):
        with storage.files().open(file.name) as stream:
            if needle in stream.read() or needle in file.name.encode():
                yield f"file of a message {file.name}"


def erase_many(subjects: Sequence[SubjectRef]) -> int:
    with scopes_disabled():
        rows = Conversation.objects.filter(
            merchant=subjects[0].merchant_id, email__in=[ref.email for ref in subjects]
        )
        # In whatever order: SQLite would read all of the shop's to find them in ours.
        return forget_files_of(list(rows.order_by().values_list("pk", flat=True)))


def erase(subject: SubjectRef) -> int:
    return erase_many([subject])


RULES = (
    KeepRule(
        id=RULE,
        label="Conversations with customers",
        since="the last message",
        why="whoever asks again is answered with what was said before, until claims from a purchase lapse",
        period=AFTER_LAST,
        due=count_due,
        purge=purge,
        choice=(timedelta(days=30), timedelta(days=5 * 365)),
    ),
    KeepRule(
        id="support.stray-files",
        label="Files of messages that were not kept",
        since="the file was written",
        why="a program that stopped half-way left it",
        period=WITHOUT_ROW,
        due=count_strays,
        purge=purge_strays,
    ),
)


def _store(id: str, meaning: str, subject: Subject) -> Store:
    return Store(
        id=id,
        meaning=meaning,
        kinds=(Kind.FILE, Kind.MESSAGE),
        subject=subject,
        purpose=Purpose.SUPPORT,
        basis=Basis.INTEREST,
        keep=RULE,
        scan=scan,
        erase=erase,
        erase_many=erase_many,
    )


STORES = (
    _store(
        "support.files",
        "files that came with messages to a shop, or went with its answers",
        Subject.CUSTOMER,
    ),
    _store(
        "support.members-files",
        "files that came with questions to the operator, or went with the answers",
        Subject.MEMBER,
    ),
)
