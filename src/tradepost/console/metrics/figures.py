"""What the figures are, and how each is read.

They name no person and no shop. What would be slow to count is not: waiting rows are found by an index
that holds nothing else, settled mail is counted for the last hour, mailings keep their own counts.
"""

import logging
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Count, Sum
from django_scopes import scopes_disabled
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from tradepost import __version__
from tradepost.console.health import QUIET_SENDER
from tradepost.console.machine.queues import queue_figures
from tradepost.datamap.registry import schedule
from tradepost.delivery.models import Mail, Mailing, Sender
from tradepost.jobs.lives import MACHINE
from tradepost.jobs.models import Alarm, Job, OutboxDelivery, Turn
from tradepost.lib import clock
from tradepost.lib.request_figures import BUCKETS, RequestFigures, figures_of_all
from tradepost.lib.small_cells import may_be_shown

logger = logging.getLogger(__name__)
_MAILING_STATES = (
    "total", "sent", "bounced", "suppressed", "no_consent", "uncertain", "failed", "cancelled", "complained",
)  # fmt: skip
_OF_PEOPLE = frozenset({"suppressed", "no_consent", "complained"})
_TOTAL = "total"


class MetricCollector(Collector):
    def __init__(self, data: Path) -> None:
        self._data = data
        self._one_at_a_time = threading.Lock()

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked for until somebody scrapes."""
        return []

    def collect(self) -> Iterable[Metric]:
        with self._one_at_a_time:
            return [*_of_the_machine(self._data), *_of_the_database(), *_of_the_web(self._data)]


def _of_the_machine(data: Path) -> Iterator[Metric]:
    yield _gauge("info", "The version that runs", {"version": {__version__: 1}})
    disk = shutil.disk_usage(data)
    sizes = {"total": disk.total, "free": disk.free}
    yield _gauge("disk_bytes", "The disk with the data folder", {"part": sizes})


def _of_the_database() -> list[Metric]:
    """One figure only while it is away: that it is."""
    up: list[Metric] = []
    try:
        with scopes_disabled():
            found = [*_queues(), *_turns(), *_mail(), *_others()]
        up = found
    except (DatabaseError, InterfaceError):
        logger.warning("the database does not answer; its figures are left out")
    finally:
        connections.close_all()
    return [_one("database_up", "1 when the database answers", int(bool(up))), *up]


def _queues() -> Iterator[Metric]:
    found = queue_figures()
    lengths = {one.name: one.length for one in found}
    ages = {one.name: one.oldest_seconds for one in found}
    yield _gauge("queue_length", "What waits and could be done now", {"queue": lengths})
    yield _gauge("queue_oldest_seconds", "How long the oldest of it waits", {"queue": ages})


def _turns() -> Iterator[Metric]:
    now = clock.now()
    rows = list(Turn.objects.exclude(last_at=None))
    ages = {row.name: _seconds(now - row.last_at) for row in rows if row.last_at}
    every = {item.name: item.every.total_seconds() for item in schedule}
    base = {row.name: row.name.partition(MACHINE)[0] for row in rows}
    periods = {name: every[turn] for name, turn in base.items() if turn in every}
    failed = {row.name: int(bool(row.error)) for row in rows}
    yield _gauge("turn_age_seconds", "Since the scheduler last began it", {"turn": ages})
    yield _gauge("turn_period_seconds", "How often it is due", {"turn": periods})
    yield _gauge("turn_failed", "1 when its last run failed", {"turn": failed})


def _mail() -> Iterator[Metric]:
    since = clock.now() - timedelta(hours=1)
    settled = Mail.objects.filter(settled_at__gt=since).values_list("state")
    counts = _without_small_groups(dict(settled.annotate(count=Count("pk"))))
    yield _gauge(
        "mail_settled_last_hour", "Single letters, by what became of them", {"state": counts}
    )
    sums = Mailing.objects.aggregate(**{state: Sum(state) for state in _MAILING_STATES})
    known = _without_small_groups({state: count or 0 for state, count in sums.items()})
    yield _gauge("mailing_messages", "Messages of all mailings that are kept", {"state": known})
    running = dict(Mailing.objects.values_list("state").annotate(count=Count("pk")))
    yield _gauge("mailings", "Mailings that are kept", {"state": running})


def _without_small_groups(counts: Mapping[str, int]) -> dict[str, int]:
    """What people did, and the sum of all, only of groups that point at nobody (share.aggregate-only)."""
    k = settings.TRADEPOST.smallest_group
    acts = {("", state): count for state, count in counts.items() if state in _OF_PEOPLE}
    total = {("", _TOTAL): counts[_TOTAL]} if _TOTAL in counts else {}
    cells = may_be_shown(acts, k).cells() | may_be_shown(total, k).cells()
    shown = {state: count for (_row, state), count in cells.items() if count is not None}
    technical = {s: n for s, n in counts.items() if s != _TOTAL and s not in _OF_PEOPLE}
    return technical | shown


def _others() -> Iterator[Metric]:
    jobs = dict(Job.objects.values_list("state").annotate(count=Count("pk")))
    yield _gauge("jobs", "Jobs that are kept", {"state": jobs})
    alive = Sender.objects.filter(beat_at__gt=clock.now() - QUIET_SENDER).count()
    yield _one("senders", "Sender processes that are alive", alive)
    alarms = Alarm.objects.filter(over_at=None).count()
    yield _one("alarms", "What operators must look at", alarms)
    given_up = OutboxDelivery.objects.exclude(set_aside_at=None).count()
    yield _one("events_given_up", "Events that a listener was not told of", given_up)


def _of_the_web(data: Path) -> Iterator[Metric]:
    processes = dict(figures_of_all(data / "metrics"))
    answered = CounterMetricFamily(
        "tradepost_requests", "Requests by the status of their answer", labels=["process", "status"]
    )
    took = HistogramMetricFamily(
        "tradepost_request_seconds",
        "From the whole request to the whole answer",
        labels=["process"],
    )
    for name, figures in processes.items():
        for status, count in figures.statuses.items():
            answered.add_metric([name, str(status)], count)
        took.add_metric([name], _cumulated(figures), figures.seconds)
    yield answered
    yield took


def _cumulated(figures: RequestFigures) -> list[tuple[str, float]]:
    bounds, total, found = [*map(str, BUCKETS), "+Inf"], 0, []
    for bound, count in zip(bounds, figures.buckets, strict=True):
        total += count
        found.append((bound, float(total)))
    return found


def _gauge(name: str, says: str, values: Mapping[str, Mapping[str, float]]) -> Metric:
    """``values``: the label's name, and a figure for each of its words."""
    [(label, figures)] = values.items()
    metric = GaugeMetricFamily(f"tradepost_{name}", says, labels=[label])
    for word, figure in sorted(figures.items()):
        metric.add_metric([word], figure)
    return metric


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tradepost_{name}", says, value=value)


def _seconds(age: timedelta) -> float:
    return max(age.total_seconds(), 0.0)
