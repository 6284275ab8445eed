"""Brings the spool into the database, in bulk, each line exactly once.

The place reached in a file moves in the same transaction as what was loaded, and only from the place
it was read from: two loaders, or one that was killed, can neither skip a line nor count it twice.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from operator import itemgetter
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django_scopes import scopes_disabled

from tradepost.audience.actions.activity import note_activity
from tradepost.audience.queries import tracked_contacts
from tradepost.campaigns.models import Campaign, SpoolFile, Tally
from tradepost.campaigns.tracking import spool
from tradepost.campaigns.tracking.bursts import LEAVE
from tradepost.campaigns.tracking.clock import milliseconds, moment, shown_hour
from tradepost.campaigns.tracking.corrections import without_scanners
from tradepost.campaigns.tracking.machines import PEOPLE, reader_of
from tradepost.campaigns.tracking.pipeline import (
    NOBODY,
    TOO_FAST,
    KnownCampaign,
    KnownFacts,
    Seen,
    run,
)
from tradepost.campaigns.tracking.tokens import BLOCK, signer
from tradepost.campaigns.types import TRACKING, Measuring, TrackingKind
from tradepost.delivery.models import Handover
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import merchants_with

CHUNK_BYTES = 4 * 1024 * 1024
_ROWS = 2000
_KINDS = {"o": TrackingKind.OPEN.value, "c": TrackingKind.CLICK.value, "u": LEAVE}
_HOUR = 3_600_000
_DAY = 24 * _HOUR
_LARGEST = 2**63 - 1  # row number
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
                offset=place + len(chunk), loaded_at=clock.now()
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
    outcome = run([event for event in events if event.kind != LEAVE], facts)
    evidence = [event for event in events if _is_evidence(event, facts)]
    outcome.events = without_scanners(outcome.events, evidence, facts)
    people = [event for event in outcome.events if event.contact != NOBODY]
    _note_activity(people, facts)
    first = _first_times(people, facts, outcome.dropped)
    total.kept += len(first)
    counts = _counts(first, [event for event in outcome.events if event.contact == NOBODY])
    for (campaign, kind, reason), count in outcome.dropped.items():
        if reason != "unknown campaign":
            counts[campaign, "drop", reason, kind] += count
    add_to_tallies(counts)
    return len(events)


def _is_evidence(event: Seen, facts: KnownFacts) -> bool:
    """What somebody did who agreed to be measured, machine or not; of others it is nobody's business."""
    standing = facts.campaigns.get(event.campaign)
    return (
        standing is not None
        and standing.measuring == Measuring.CONSENT
        and event.contact in facts.consenting
    )


def _read(chunk: bytes) -> list[Seen]:
    lines = [
        line for line in spool.parse(chunk) if len(line.block) == BLOCK and line.kind in _KINDS
    ]
    whose = signer().read_blocks([line.block for line in lines])
    return [
        Seen(at, _KINDS[kind], campaign, contact, link, signals, reader_of(browser))
        for (at, kind, _block, link, signals, browser), (campaign, contact) in zip(
            lines, whose, strict=True
        )
        if campaign <= _LARGEST and contact <= _LARGEST  # a damaged block is any number
    ]


def _note_activity(people: Sequence[Seen], facts: KnownFacts) -> None:
    """Whoever agreed to be measured and reads is not silent. To the day: a write a person and day."""
    days: dict[tuple[int, int], list[Seen]] = {}
    for event in people:
        merchant_id = facts.campaigns[event.campaign].merchant_id
        days.setdefault((event.at // _DAY, merchant_id), []).append(event)
    for (_day, merchant_id), some in sorted(days.items(), key=itemgetter(0)):
        note_activity(
            merchant=Merchant(pk=merchant_id),
            contact_ids={event.contact for event in some},
            at=moment(max(event.at for event in some)),
            slack=timedelta(days=1),
        )


def _facts(events: Sequence[Seen]) -> KnownFacts:
    numbers = {event.campaign for event in events}
    measured = merchants_with(TRACKING).filter(pk=OuterRef("merchant_id"))
    rows = Campaign.objects.filter(pk__in=numbers, started_at__isnull=False).values_list(
        "pk", "merchant_id", Exists(measured), "measuring", "started_at", "mailing_id", "links"
    )
    campaigns, mailings = {}, {}
    for pk, merchant_id, on, measuring, started_at, mailing_id, links in rows:
        if started_at is not None:
            at = milliseconds(started_at)
            campaigns[pk] = KnownCampaign(
                merchant_id, measuring if on else Measuring.OFF, at, len(links)
            )
        mailings[mailing_id] = pk
    people: dict[int, set[int]] = {}
    for event in events:
        if event.contact != NOBODY and event.campaign in campaigns:
            people.setdefault(campaigns[event.campaign].merchant_id, set()).add(event.contact)
    agreed = _consenting(people)
    earliest = min((event.at for event in events), default=0)
    return KnownFacts(
        campaigns=campaigns,
        consenting=agreed,
        handed_over=_handed_over(mailings, agreed, since=moment(earliest) - TOO_FAST),
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
    mailings: dict[int, int], contacts: Iterable[int], since: datetime
) -> dict[tuple[int, int], int]:
    """Hand-overs so late that an event of this batch can be an answer at once."""
    found: dict[tuple[int, int], int] = {}
    for some in batched(contacts, _ROWS, strict=False):
        rows = Handover.objects.filter(
            mailing_id__in=list(mailings), contact_id__in=some, settled_at__gt=since
        )
        for mailing_id, contact_id, at in rows.values_list(
            "mailing_id", "contact_id", "settled_at"
        ):
            if at is not None:
                found[mailings[mailing_id], contact_id] = milliseconds(at)
    return found


First = tuple[int, str, int, int]


def _first_times(
    people: Sequence[Seen], facts: KnownFacts, dropped: Counter[tuple[int, str, str]]
) -> dict[First, Seen]:
    """Write who did what for the first time; what was known already is dropped as a duplicate.

    By (campaign, kind, contact, link); link 0 of a click stands for any link at all.
    """
    fresh: dict[First, Seen] = {}
    repeats: Counter[tuple[int, str]] = Counter()
    for event in people:
        fresh.setdefault((event.campaign, event.kind, event.contact, event.link), event)
        if event.link:
            fresh.setdefault((event.campaign, event.kind, event.contact, 0), event)
            # Whoever follows a link has opened the letter, with its pictures or without.
            fresh.setdefault((event.campaign, TrackingKind.OPEN, event.contact, 0), event)
        repeats[event.campaign, event.kind] += 1
    first = {key: fresh[key] for key in _insert(fresh, facts)}
    for (campaign, kind, _contact, link), event in first.items():
        if link or (kind == TrackingKind.OPEN and event.kind == kind):
            repeats[campaign, kind] -= 1
    for (campaign, kind), count in repeats.items():
        dropped[campaign, kind, "duplicate"] += count
    return first


def _insert(fresh: Mapping[First, Seen], facts: KnownFacts) -> list[First]:
    """One INSERT that skips what is there and answers with what is new."""
    if not fresh:
        return []
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (
            facts.campaigns[campaign].merchant_id,
            campaign,
            contact,
            kind,
            link,
            str(adapt(moment(event.at))),
        )
        for (campaign, kind, contact, link), event in sorted(fresh.items(), key=itemgetter(0))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(rows=_ROWS_OF_JSON[connection.vendor]), [json.dumps(rows)])
        return [tuple(row) for row in cursor.fetchall()]


_INSERT = """
    INSERT INTO campaigns_event (merchant_id, campaign_id, contact_id, kind, link, at)
    SELECT * FROM ({rows}) AS fresh WHERE true
    ON CONFLICT (campaign_id, kind, contact_id, link) DO NOTHING
    RETURNING campaign_id, kind, contact_id, link
"""
_ROWS_OF_JSON = {
    "sqlite": "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
    " json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'),"
    " json_extract(value, '$[5]') FROM json_each(%s)",
    "postgresql": "SELECT (value->>0)::bigint, (value->>1)::bigint, (value->>2)::bigint, value->>3,"
    " (value->>4)::smallint, (value->>5)::timestamptz FROM json_array_elements(%s::json)",
}

Counts = Counter[tuple[int, str, str, str]]


def _counts(first: Mapping[First, Seen], nobody: Sequence[Seen]) -> Counts:
    """By (campaign, dimension, key, kind). A person's clicks on several links are one person."""
    hours: Counter[tuple[int, int, str, str]] = Counter()
    counts: Counts = Counter()
    for (campaign, kind, _contact, link), event in first.items():
        if link:
            counts[campaign, "link", str(link), PEOPLE] += 1
            continue  # the same person is counted by link 0 as somebody who clicked
        hours[campaign, event.at // _HOUR, kind, PEOPLE] += 1
        counts[campaign, "client", event.reader.client, kind] += 1
        counts[campaign, "device", event.reader.device, kind] += 1
    for event in nobody:
        who = ANONYMOUS if event.reader.who == PEOPLE else event.reader.who
        hours[event.campaign, event.at // _HOUR, event.kind, who] += 1
        if event.link:
            counts[event.campaign, "link", str(event.link), who] += 1
    for (campaign, hour, kind, who), count in hours.items():
        counts[campaign, "total", who, kind] += count
        shown = shown_hour(moment(hour * _HOUR))
        counts[campaign, "hour", shown, f"{kind}:{who[0]}"] += count
    return counts


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
