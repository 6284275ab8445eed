"""What an open or click goes through before it counts: named steps, in order, on one page.

Each step sees a batch, and passes an event on, drops it with a reason, or passes it on without its
person. Nothing here writes; the loader writes what comes out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tradepost.campaigns.tracking.machines import MACHINE, PEOPLE, reader_of
from tradepost.campaigns.types import EventKind, Measuring

LATE_AFTER = timedelta(days=90)
TOO_FAST = timedelta(seconds=2)
NOBODY = 0
_KINDS = {"o": EventKind.OPEN, "c": EventKind.CLICK}


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the spool, read. ``contact`` 0: nobody in particular."""

    at: datetime
    kind: EventKind
    campaign: int
    contact: int
    link: int
    signals: str
    who: str
    client: str
    device: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the loader knows of a campaign."""

    merchant_id: int
    measuring: str
    started_at: datetime


@dataclass(frozen=True)
class Facts:
    """Looked up once for a batch. ``handed_over`` and ``known`` by (campaign, contact)."""

    campaigns: Mapping[int, Standing]
    consenting: frozenset[int]
    handed_over: Mapping[tuple[int, int], datetime]
    now: datetime


@dataclass
class Outcome:
    """What came out: events to count, and what was dropped, by (campaign, kind, reason)."""

    events: list[Seen]
    dropped: Counter[tuple[int, str, str]] = field(default_factory=Counter)


Step = Callable[[Seen, Facts], "Seen | str"]


def seen(
    at: int, kind: str, campaign: int, contact: int, link: int, signals: str, browser: str
) -> Seen:
    """Raises: KeyError, for a kind that is no open and no click."""
    reader = reader_of(browser)
    return Seen(
        at=datetime.fromtimestamp(at / 1000, UTC),
        kind=_KINDS[kind],
        campaign=campaign,
        contact=contact,
        link=link,
        signals=signals,
        who=reader.who,
        client=reader.client,
        device=reader.device,
    )


def tracking_is_on(event: Seen, facts: Facts) -> Seen | str:
    standing = facts.campaigns.get(event.campaign)
    if standing is None:
        return "unknown campaign"
    return "tracking off" if standing.measuring == Measuring.OFF else event


def not_too_late(event: Seen, facts: Facts) -> Seen | str:
    """First times are remembered as long as events are kept; later ones could count twice."""
    started = facts.campaigns[event.campaign].started_at
    return "too late" if event.at - started > LATE_AFTER else event


def no_objection_by_signal(event: Seen, facts: Facts) -> Seen | str:
    """Do Not Track, Global Privacy Control: not measured, not even anonymously."""
    return "do not track" if "D" in event.signals else event


def with_consent_only(event: Seen, facts: Facts) -> Seen | str:
    """Asked when it counts, not when it was sent: a withdrawal stops pixels already in the post."""
    if event.contact == NOBODY:
        return event
    per_person = facts.campaigns[event.campaign].measuring == Measuring.CONSENT
    if per_person and event.contact in facts.consenting:
        return event
    return replace(event, contact=NOBODY)


def told_from_machines(event: Seen, facts: Facts) -> Seen | str:
    """A prefetch, a HEAD, or an answer within two seconds of the hand-over is no person."""
    handed_over = facts.handed_over.get((event.campaign, event.contact))
    at_once = handed_over is not None and event.at - handed_over < TOO_FAST
    if "P" in event.signals or "H" in event.signals or at_once:
        event = replace(event, who=MACHINE)
    if event.who == PEOPLE:
        return event
    # Machines and whoever cannot be told apart are counted as what they are, never as a person.
    return replace(event, contact=NOBODY)


STEPS: tuple[Step, ...] = (
    tracking_is_on,
    not_too_late,
    no_objection_by_signal,
    with_consent_only,
    told_from_machines,
)


def run(events: Iterable[Seen], facts: Facts) -> Outcome:
    """Duplicates are the database's to find: see ``loader._first_times``."""
    outcome = Outcome([])
    for event in events:
        result = _through(event, facts)
        if isinstance(result, str):
            outcome.dropped[event.campaign, event.kind.value, result] += 1
        else:
            outcome.events.append(result)
    return outcome


def _through(event: Seen, facts: Facts) -> Seen | str:
    for step in STEPS:
        result = step(event, facts)
        if isinstance(result, str):
            return result
        event = result
    return event
