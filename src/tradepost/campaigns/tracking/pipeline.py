"""What an open or click goes through before it counts: named steps, in order, on one page.

Each step passes an event on, drops it with a reason, or passes it on without its person. Nothing here
writes; the loader writes what comes out. A hundred thousand events a second go through here, so times
stay numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from tradepost.campaigns.tracking.machines import A_MACHINE, PEOPLE, Reader
from tradepost.campaigns.types import Measuring

LATE_AFTER = timedelta(days=90)
TOO_FAST = timedelta(seconds=2)
NOBODY = 0
_MILLISECOND = timedelta(milliseconds=1)
_LATE_AFTER, _TOO_FAST = LATE_AFTER // _MILLISECOND, TOO_FAST // _MILLISECOND


class Seen(NamedTuple):
    """One line of the spool, read. ``at`` in milliseconds since 1970; ``contact`` 0: nobody in particular."""

    at: int
    kind: str
    campaign: int
    contact: int
    link: int
    signals: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    """What the loader knows of a campaign; ``started`` in milliseconds since 1970; ``links`` of the letter."""

    merchant_id: int
    measuring: str
    started: int
    links: int = 0


@dataclass(frozen=True)
class KnownFacts:
    """Looked up once for a batch. ``handed_over``: milliseconds by (campaign, contact)."""

    campaigns: Mapping[int, KnownCampaign]
    consenting: frozenset[int]
    handed_over: Mapping[tuple[int, int], int]


@dataclass
class LoadResult:
    """What came out: events to count, and what was dropped, by (campaign, kind, reason)."""

    events: list[Seen]
    dropped: Counter[tuple[int, str, str]] = field(default_factory=Counter)


Step = Callable[[Seen, KnownFacts], "Seen | str"]


def tracking_is_on(event: Seen, facts: KnownFacts) -> Seen | str:
    standing = facts.campaigns.get(event.campaign)
    if standing is None:
        return "unknown campaign"
    return "tracking off" if standing.measuring == Measuring.OFF else event


def not_too_late(event: Seen, facts: KnownFacts) -> Seen | str:
    """First times are remembered as long as events are kept; later ones could count twice."""
    started = facts.campaigns[event.campaign].started
    return "too late" if event.at - started > _LATE_AFTER else event


def no_objection_by_signal(event: Seen, facts: KnownFacts) -> Seen | str:  # noqa: ARG001  the form of every step
    """Do Not Track, Global Privacy Control: not measured, not even anonymously."""
    return "do not track" if "D" in event.signals else event


def with_consent_only(event: Seen, facts: KnownFacts) -> Seen | str:
    """Asked when it counts, not when it was sent: a withdrawal stops pixels already in the post."""
    if event.contact == NOBODY:
        return event
    per_person = facts.campaigns[event.campaign].measuring == Measuring.CONSENT
    if per_person and event.contact in facts.consenting:
        return event
    return event._replace(contact=NOBODY)


def told_from_machines(event: Seen, facts: KnownFacts) -> Seen | str:
    """A prefetch, a HEAD, or an answer within two seconds of the hand-over is no person.

    Machines and whoever cannot be told apart are counted as what they are, never as a person.
    """
    handed_over = facts.handed_over.get((event.campaign, event.contact))
    at_once = handed_over is not None and event.at - handed_over < _TOO_FAST
    if at_once or "P" in event.signals or "H" in event.signals:
        return event._replace(contact=NOBODY, reader=A_MACHINE)
    if event.contact == NOBODY or event.reader.who == PEOPLE:
        return event
    return event._replace(contact=NOBODY)


STEPS: tuple[Step, ...] = (
    tracking_is_on,
    not_too_late,
    no_objection_by_signal,
    with_consent_only,
    told_from_machines,
)


def run(events: Iterable[Seen], facts: KnownFacts) -> LoadResult:
    """Duplicates are the database's to find: see ``loader._first_times``."""
    outcome = LoadResult([])
    for event in events:
        result = _through(event, facts)
        if isinstance(result, str):
            outcome.dropped[event.campaign, event.kind, result] += 1
        else:
            outcome.events.append(result)
    return outcome


def _through(event: Seen, facts: KnownFacts) -> Seen | str:
    for step in STEPS:
        result = step(event, facts)
        if isinstance(result, str):
            return result
        event = result
    return event
