"""Brings the spool into the database, in bulk, each line exactly once.

The place reached in a file moves in the same transaction as what was loaded, and only from the place
it was read from: two loaders, or one that was killed, can neither skip a line nor count it twice.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import batched
from operator import itemgetter
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.audience.actions.activity import note_activity
from tradepost.audience.models import Contact
from tradepost.audience.queries import tracked_contacts
from tradepost.campaigns.models import Campaign, Event, SpoolFile, Tally
from tradepost.campaigns.tracking import spool
from tradepost.campaigns.tracking.machines import PEOPLE
from tradepost.campaigns.tracking.pipeline import NOBODY, Facts, Seen, Standing, run, seen
from tradepost.campaigns.tracking.tokens import BLOCK, signer
from tradepost.campaigns.types import EventKind
from tradepost.delivery.models import Handover
from tradepost.merchants.models import Merchant

CHUNK_BYTES = 512 * 1024
_ROWS = 2000
ANONYMOUS = "anonymous"


@dataclass
class Loaded:
    """``lines`` read, ``kept`` as first times of people, ``files`` removed."""

    lines: int = 0
    kept: int = 0
    files: int = 0


def load(place: Path | None = None) -> Loaded:
    """Load every spool file of this machine to its end; remove those whose writer is gone."""
    total = Loaded()
    for path in spool.files(place or spool.folder()):
        try:
            # The lock is asked for first: a file that nobody wrote to before it was read to its
            # end will not grow any more.
            with spool.left_by_its_writer(path) as abandoned:
                _load_file(path, total)
                if abandoned:
                    _remove(path)
                    total.files += 1
        except FileNotFoundError:
            continue  # another loader was quicker
    return total


def _load_file(path: Path, total: Loaded) -> None:
    row, _is_new = SpoolFile.objects.get_or_create(name=path.name)
    place = row.offset
    while chunk := spool.read_chunk(path, place, CHUNK_BYTES):
        with scopes_disabled(), transaction.atomic():
            moved = SpoolFile.objects.filter(pk=row.pk, offset=place).update(
                offset=place + len(chunk), loaded_at=timezone.now()
            )
            if not moved:
                return
            total.lines += _load_chunk(chunk, total)
        spool.blank(path, place, place + len(chunk))
        place += len(chunk)


def _remove(path: Path) -> None:
    """The file first: a row without a file is swept up, a file without a row would load again."""
    path.unlink()
    SpoolFile.objects.filter(name=path.name).delete()


def _load_chunk(chunk: bytes, total: Loaded) -> int:
    events = _read(chunk)
    facts = _facts(events)
    outcome = run(events, facts)
    people = [event for event in outcome.events if event.contact != NOBODY]
    _note_activity(people, facts)
    first = _first_times(people, outcome.dropped)
    total.kept += len(first)
    nobody = [event for event in outcome.events if event.contact == NOBODY]
    counts = _counts(first, nobody)
    for (campaign, kind, reason), count in outcome.dropped.items():
        if reason != "unknown campaign":
            counts[campaign, "drop", reason, kind] += count
    add_to_tallies(counts)
    return len(events)


def _read(chunk: bytes) -> list[Seen]:
    lines = [line for line in spool.parse(chunk) if len(line.block) == BLOCK and line.kind in "oc"]
    whose = signer().read_blocks([line.block for line in lines])
    return [
        seen(line.at, line.kind, campaign, contact, line.link, line.signals, line.browser)
        for line, (campaign, contact) in zip(lines, whose, strict=True)
    ]


def _note_activity(people: Sequence[Seen], facts: Facts) -> None:
    """Whoever agreed to be measured and reads is not silent. To the day: one write a merchant and day."""
    days: dict[tuple[date, int], list[Seen]] = {}
    for event in people:
        merchant_id = facts.campaigns[event.campaign].merchant_id
        days.setdefault((event.at.date(), merchant_id), []).append(event)
    for (_day, merchant_id), some in sorted(days.items(), key=itemgetter(0)):
        note_activity(
            merchant=Merchant(pk=merchant_id),
            contact_ids={event.contact for event in some},
            at=max(event.at for event in some),
        )


def _facts(events: Sequence[Seen]) -> Facts:
    numbers = {event.campaign for event in events}
    rows = Campaign.objects.filter(pk__in=numbers, started_at__isnull=False).values_list(
        "pk", "merchant_id", "measuring", "started_at", "mailing_id"
    )
    campaigns, mailings = {}, {}
    for pk, merchant_id, measuring, started_at, mailing_id in rows:
        if started_at is not None:
            campaigns[pk] = Standing(merchant_id, measuring, started_at)
        mailings[mailing_id] = pk
    people: dict[int, set[int]] = {}
    for event in events:
        if event.contact != NOBODY and event.campaign in campaigns:
            people.setdefault(campaigns[event.campaign].merchant_id, set()).add(event.contact)
    return Facts(
        campaigns=campaigns,
        consenting=_consenting(people),
        handed_over=_handed_over(mailings, {one for ids in people.values() for one in ids}),
        now=timezone.now(),
    )


def _consenting(people: dict[int, set[int]]) -> frozenset[int]:
    """Each contact is asked about under its own merchant: a token cannot cross tenants."""
    agreed: set[int] = set()
    for merchant_id, contacts in people.items():
        merchant = Merchant(pk=merchant_id)
        for some in batched(contacts, _ROWS, strict=False):
            agreed |= tracked_contacts(merchant=merchant, contact_ids=some)
    return frozenset(agreed)


def _handed_over(
    mailings: dict[int, int], contacts: Iterable[int]
) -> dict[tuple[int, int], datetime]:
    found: dict[tuple[int, int], datetime] = {}
    for some in batched(contacts, _ROWS, strict=False):
        rows = Handover.objects.filter(
            mailing_id__in=list(mailings), contact_id__in=some, settled_at__isnull=False
        )
        for mailing_id, contact_id, at in rows.values_list(
            "mailing_id", "contact_id", "settled_at"
        ):
            if at is not None:
                found[mailings[mailing_id], contact_id] = at
    return found


def _first_times(people: list[Seen], dropped: Counter[tuple[int, str, str]]) -> list[Seen]:
    """Write who did what for the first time; what was known already is dropped as a duplicate."""
    fresh: dict[tuple[int, str, int, int], Seen] = {}
    for event in people:
        for link in {event.link, 0}:
            key = (event.campaign, event.kind.value, event.contact, link)
            fresh.setdefault(key, replace(event, link=link))
    first: list[Seen] = []
    for some in batched(fresh.items(), _ROWS, strict=False):
        first.extend(fresh[key] for key in _insert([event for _key, event in some]))
    repeats = Counter((event.campaign, event.kind.value) for event in people)
    repeats.subtract(
        (event.campaign, event.kind.value)
        for event in first
        if event.link or event.kind == EventKind.OPEN
    )
    for (campaign, kind), count in repeats.items():
        dropped[campaign, kind, "duplicate"] += max(count, 0)
    return first


def _insert(events: Sequence[Seen]) -> list[tuple[int, str, int, int]]:
    """One INSERT that skips what is there and answers with what is new; alike on both databases."""
    merchants = dict(
        Campaign.objects.filter(pk__in={event.campaign for event in events}).values_list(
            "pk", "merchant_id"
        )
    )
    alive = set(
        Contact.objects.filter(pk__in={event.contact for event in events}).values_list(
            "pk", flat=True
        )
    )
    rows = [event for event in events if event.contact in alive]
    if not rows:
        return []
    values = ",".join(["(%s,%s,%s,%s,%s,%s)"] * len(rows))
    adapt = connection.ops.adapt_datetimefield_value
    parameters: list[int | str] = []
    for event in rows:
        parameters += [merchants[event.campaign], event.campaign, event.contact]
        parameters += [event.kind.value, event.link, str(adapt(event.at))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {connection.ops.quote_name(Event._meta.db_table)}"  # noqa: S608  no value is spliced in
            f" (merchant_id, campaign_id, contact_id, kind, link, at) VALUES {values}"
            " ON CONFLICT (campaign_id, kind, contact_id, link) DO NOTHING"
            " RETURNING campaign_id, kind, contact_id, link",
            parameters,
        )
        return [tuple(row) for row in cursor.fetchall()]


Counts = Counter[tuple[int, str, str, str]]


def _counts(first: Sequence[Seen], nobody: Sequence[Seen]) -> Counts:
    """By (campaign, dimension, key, kind). A person's clicks on several links are one person."""
    counts: Counts = Counter()
    for event in (*first, *nobody):
        kind, campaign = event.kind.value, event.campaign
        who = _who(event)
        if event.link:
            counts[campaign, "link", str(event.link), who] += 1
        if event.link and who == PEOPLE:
            continue  # the same person is counted by link 0 as somebody who clicked
        counts[campaign, "total", who, kind] += 1
        counts[campaign, "hour", event.at.strftime("%Y-%m-%dT%H"), f"{kind}:{who[0]}"] += 1
        if who == PEOPLE:
            counts[campaign, "client", event.client, kind] += 1
            counts[campaign, "device", event.device, kind] += 1
    return counts


def _who(event: Seen) -> str:
    """``people`` are those who agreed to be measured; others who look like people stay anonymous."""
    if event.contact != NOBODY:
        return PEOPLE
    return ANONYMOUS if event.who == PEOPLE else event.who


def add_to_tallies(counts: Counts) -> None:
    """Add to the counts that are there, make those that are not; order kept against deadlocks."""
    table = connection.ops.quote_name(Tally._meta.db_table)
    for some in batched(sorted(item for item in counts.items() if item[1]), _ROWS, strict=False):
        values = ",".join(["(%s,%s,%s,%s,%s)"] * len(some))
        parameters = [part for key, count in some for part in (*key, count)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (campaign_id, dimension, key, kind, count)"  # noqa: S608  no value is spliced in
                f" VALUES {values} ON CONFLICT (campaign_id, dimension, key, kind)"
                f" DO UPDATE SET count = {table}.count + excluded.count",
                parameters,
            )
