"""The spool as the data map sees it: what it may hold of a person, and how that is removed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django_scopes import scopes_disabled

from tradepost.audience.models import Contact
from tradepost.campaigns.models import Event, SpoolFile
from tradepost.campaigns.tracking import loader, spool
from tradepost.campaigns.tracking.tokens import BLOCK, signer
from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.subjects import SubjectRef
from tradepost.lib import clock

SPOOL_FOR = timedelta(hours=1)
EVENTS_FOR = timedelta(days=90)
_BATCH = 5000


def scan(needle: bytes) -> Iterator[str]:
    for path in spool.files(spool.folder()):
        if needle in path.read_bytes():
            yield f"spool {path.name}"


def erase(subject: SubjectRef) -> int:
    """Overwrite the person in lines that are not loaded yet; they will count as nobody's."""
    return erase_many([subject])


def erase_many(subjects: Sequence[SubjectRef]) -> int:
    """The same for several of one merchant: each file is read once."""
    merchant_id = subjects[0].merchant_id
    with scopes_disabled():
        people = Contact.objects.filter(**among("email", [subject.email for subject in subjects]))
        if merchant_id is not None:
            people = people.filter(merchant_id=merchant_id)
        whose = set(people.values_list("pk", flat=True))
    if not whose:
        return 0
    return sum(_erase_in(path, whose) for path in spool.files(spool.folder()))


def _erase_in(path: Path, whose: set[int]) -> int:
    """In place and of the same length, so that a process that is writing is not disturbed."""
    gone = place = 0
    with path.open("r+b") as file:
        for raw in file.readlines():
            parts = raw.split(b"\t", 6)
            if len(parts) == 7 and len(parts[3]) == 2 * BLOCK:
                block = bytes.fromhex(parts[3].decode())
                ((_campaign, contact),) = signer().read_blocks([block])
                if contact in whose:
                    file.seek(place + len(b"\t".join(parts[:3])) + 1)
                    file.write(signer().nobody(block).hex().encode())
                    gone += 1
            place += len(raw)
    return gone


def spool_due(now: datetime) -> int:
    """Files with lines that nobody has loaded for too long; in ordinary life there are none."""
    oldest = (now - SPOOL_FOR).timestamp()
    loaded = dict(SpoolFile.objects.values_list("name", "offset"))
    waiting = 0
    for path in spool.files(spool.folder()):
        status = path.stat()
        waiting += status.st_mtime < oldest and status.st_size > loaded.get(path.name, 0)
    return waiting


def spool_purge(now: datetime) -> int:
    """Load what is there: loaded lines are overwritten, and files without a writer removed."""
    del now
    return loader.load().lines


def events_due(now: datetime) -> int:
    with scopes_disabled():
        return Event.objects.filter(at__lt=now - EVENTS_FOR).count()


def events_purge(now: datetime) -> int:
    """Who opened and clicked goes; the tallies stay. Also rows of spool files that are gone."""
    gone = 0
    with scopes_disabled():
        rows = Event.objects.filter(at__lt=now - EVENTS_FOR).order_by("pk")
        while keys := list(rows.values_list("pk", flat=True)[:_BATCH]):
            Event.objects.filter(pk__in=keys).delete()
            gone += len(keys)
    SpoolFile.objects.filter(loaded_at__lt=clock.now() - timedelta(days=30)).delete()
    return gone
