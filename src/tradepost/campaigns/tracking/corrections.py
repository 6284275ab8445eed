"""Takes out what a scanner did: of what is being loaded, and of what was counted as a person's before."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from operator import attrgetter

from django.db.models import F
from django.db.models.functions import Greatest

from tradepost.campaigns.models import Event, Tally
from tradepost.campaigns.tracking.bursts import TOGETHER, Request, Span, bursts
from tradepost.campaigns.tracking.clock import milliseconds, moment, shown_hour
from tradepost.campaigns.tracking.machines import A_MACHINE, MACHINE, PEOPLE, Reader
from tradepost.campaigns.tracking.pipeline import NOBODY, KnownFacts, Seen
from tradepost.campaigns.types import TrackingKind

_ROWS = 2000
_MOST_REQUESTS = 500  # of one person that are looked at; more is a machine in any case
Pair = tuple[int, int]  # campaign, contact
Counts = Counter[tuple[int, str, str, str]]


@dataclass
class _Known:
    """Of one person and letter: what is being loaded, and the rows of before."""

    now: list[Seen] = field(default_factory=list)
    before: list[Event] = field(default_factory=list)

    def requests(self) -> list[Request]:
        found = [Request(event.at, event.kind, event.link) for event in self.now]
        found += [Request(milliseconds(row.at), row.kind, row.link) for row in self.before]
        return found[:_MOST_REQUESTS]


def without_scanners(
    events: Sequence[Seen], evidence: Sequence[Seen], facts: KnownFacts
) -> list[Seen]:
    """The same events; those of a scanner without their person and as a machine's.

    ``evidence`` is everything that measured people's letters were asked for, also what counts for
    nobody. What a scanner had counted before is uncounted: its rows go, and a machine's requests are added.
    """
    known = _known(evidence)
    spans: dict[Pair, list[Span]] = {}
    for pair, one in known.items():
        if found := bursts(one.requests(), facts.campaigns[pair[0]].links):
            spans[pair] = found
    if not spans:
        return list(events)
    _uncount({pair: known[pair] for pair in spans}, spans)
    return [
        event._replace(contact=NOBODY, reader=A_MACHINE)
        if _is_in(event.at, spans.get((event.campaign, event.contact), ()))
        else event
        for event in events
    ]


def _is_in(at: int, spans: Iterable[Span]) -> bool:
    return any(span.holds(at) for span in spans)


def _known(events: Sequence[Seen]) -> dict[Pair, _Known]:
    """Only of people who did more than open: a pixel alone is no burst."""
    doing = {(one.campaign, one.contact) for one in events if one.kind != TrackingKind.OPEN}
    known: dict[Pair, _Known] = defaultdict(_Known)
    for event in events:
        if (event.campaign, event.contact) in doing:
            known[event.campaign, event.contact].now.append(event)
    if not doing:
        return known
    slack = timedelta(milliseconds=TOGETHER)
    first = moment(min(event.at for event in events)) - slack
    last = moment(max(event.at for event in events)) + slack
    campaigns = {campaign for campaign, _contact in doing}
    contacts = sorted({contact for _campaign, contact in doing})
    for some in batched(contacts, _ROWS, strict=False):
        rows = Event.objects.filter(
            campaign_id__in=campaigns, contact_id__in=some, at__gte=first, at__lte=last
        )
        for row in rows:
            if (row.campaign_id, row.contact_id) in doing:
                known[row.campaign_id, row.contact_id].before.append(row)
    return known


def _uncount(known: Mapping[Pair, _Known], spans: Mapping[Pair, list[Span]]) -> None:
    gone: list[int] = []
    less: Counts = Counter()
    more: Counts = Counter()
    for pair, one in known.items():
        rows = [row for row in one.before if _is_in(milliseconds(row.at), spans[pair])]
        gone += [row.pk for row in rows]
        reader = min(one.now, key=attrgetter("at")).reader
        clicked_at = {row.at for row in rows if row.kind == TrackingKind.CLICK}
        for row in rows:
            _take_back(row, reader, less)
            # A click counts as an open too; only what was fetched is added to the machines'.
            was_fetched = row.link or (row.kind == TrackingKind.OPEN and row.at not in clicked_at)
            if was_fetched:
                _as_machine(row, more)
    for some in batched(gone, _ROWS, strict=False):
        Event.objects.filter(pk__in=some).delete()
    _add(less, -1)
    _add(more, 1)


def _take_back(row: Event, reader: Reader, less: Counts) -> None:
    """A row keeps no browser; the one that the scanner shows now is taken for what it was before."""
    campaign, kind = row.campaign_id, row.kind
    if row.link:
        less[campaign, "link", str(row.link), PEOPLE] += 1
        return
    less[campaign, "total", PEOPLE, kind] += 1
    less[campaign, "hour", shown_hour(row.at), f"{kind}:{PEOPLE[0]}"] += 1
    less[campaign, "client", reader.client, kind] += 1
    less[campaign, "device", reader.device, kind] += 1


def _as_machine(row: Event, more: Counts) -> None:
    campaign, kind = row.campaign_id, row.kind
    more[campaign, "total", MACHINE, kind] += 1
    more[campaign, "hour", shown_hour(row.at), f"{kind}:{MACHINE[0]}"] += 1
    if row.link:
        more[campaign, "link", str(row.link), MACHINE] += 1


def _add(counts: Counts, sign: int) -> None:
    """In one order, against deadlocks. Scanners are few, so a statement a count will do."""
    for (campaign, dimension, key, kind), count in sorted(counts.items()):
        rows = Tally.objects.filter(campaign_id=campaign, dimension=dimension, key=key, kind=kind)
        changed = rows.update(count=Greatest(F("count") + sign * count, 0))
        if not changed and sign > 0:
            Tally.objects.create(
                campaign_id=campaign, dimension=dimension, key=key, kind=kind, count=count
            )
