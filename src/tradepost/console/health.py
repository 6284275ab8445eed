"""Signs of life of the processes, read from what they write anyway."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from tradepost.backups.queries import last_good
from tradepost.backups.types import LATE_AFTER
from tradepost.delivery.models import Sender
from tradepost.jobs.models import Alarm, Turn
from tradepost.lib import clock

_QUIET_SCHEDULER = timedelta(minutes=1)
QUIET_SENDER = timedelta(minutes=2)
_SLOW_WORKER = timedelta(minutes=2)


@dataclass(frozen=True)
class Sign:
    name: str
    state: str
    tone: str
    at: datetime | None
    note: str = ""


def signs_of_life() -> list[Sign]:
    return [*_alarms(), _scheduler(), _worker(), *_senders(), _backup(), *_failed_turns()]


def _alarms() -> Iterator[Sign]:
    for alarm in Alarm.objects.filter(over_at=None).order_by("since"):
        yield Sign(_("Alarm"), _("look at it"), "bad", alarm.since, alarm.text)


def _judge(name: str, at: datetime | None, longest: timedelta, note: str = "") -> Sign:
    if at is None:
        return Sign(name, _("not seen yet"), "quiet", None, note)
    alive = clock.now() - at < longest
    return Sign(name, _("running") if alive else _("silent"), "good" if alive else "bad", at, note)


def _scheduler() -> Sign:
    last = Turn.objects.exclude(last_at=None).order_by("-last_at").first()
    return _judge(_("Scheduler"), last.last_at if last else None, _QUIET_SCHEDULER)


def _worker() -> Sign:
    """Waiting tasks that nobody takes mean that no worker runs; none waiting means nothing is wrong."""
    now = clock.now()
    waiting = DBTaskResult.objects.filter(status="READY").exclude(run_after__gt=now)
    oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    done = DBTaskResult.objects.exclude(finished_at=None).order_by("-finished_at").first()
    at = done.finished_at if done else None
    count = waiting.count()
    note = ngettext("%(count)d task waits", "%(count)d tasks wait", count) % {"count": count}
    if oldest and now - oldest > _SLOW_WORKER:
        return Sign(_("Worker"), _("silent"), "bad", at, note)
    return Sign(_("Worker"), _("running"), "good", at, note)


def _senders() -> Iterator[Sign]:
    found = list(Sender.objects.order_by("-beat_at")[:5])
    if not found:
        yield Sign(_("Sender"), _("not seen yet"), "quiet", None)
    for sender in found:
        yield _judge(_("Sender"), sender.beat_at, QUIET_SENDER)


def _backup() -> Sign:
    last = last_good()
    return _judge(_("Backup"), last.began_at if last else None, LATE_AFTER)


def _failed_turns() -> Iterator[Sign]:
    for turn in Turn.objects.exclude(error="").order_by("name"):
        yield Sign(turn.name, _("failed"), "bad", turn.last_at, turn.error)
