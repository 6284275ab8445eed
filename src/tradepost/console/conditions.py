"""What an operator must look at, read from what the processes write anyway."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tradepost.backups.models import Backup
from tradepost.backups.queries import late_since
from tradepost.console.models import Installation, RelayCertificate
from tradepost.datamap.rooms import Periodic
from tradepost.delivery.models import Mail
from tradepost.delivery.personal_files import damaged
from tradepost.delivery.retention import DAMAGED_FOR
from tradepost.jobs.lives import MACHINE, machine
from tradepost.jobs.models import Job, OutboxDelivery, Turn, Unpublished
from tradepost.jobs.scheduler import heavy_turns_wait
from tradepost.lib import clock
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

STUCK_AFTER = timedelta(hours=2)
LATE_BY = timedelta(minutes=10)
STANDING_AFTER = timedelta(minutes=15)
LEAST_FREE_BYTES = 500 * 1024 * 1024
LEAST_FREE_SHARE = 0.05


class Condition(NamedTuple):
    """``name`` stays the same for as long as it lasts; ``at_once``: told without waiting for it to pass."""

    name: str
    text: str
    at_once: bool = False


def conditions(schedule: Iterable[Periodic], now: datetime | None = None) -> list[Condition]:
    now = now or clock.now()
    with scopes_disabled():
        return [
            *_turns(schedule, now),
            *_broken_promises(),
            *_late_backup(),
            *_relay_certificate(),
            *map(_here, (*_disk(), *_damaged_files())),
            *_standing_queues(now),
            *_events_given_up(),
        ]


def _here(condition: Condition) -> Condition:
    """Of this machine: another one may be well."""
    name = machine()
    text = f"{name.partition(' ')[0]}: {condition.text}"
    return condition._replace(name=f"{condition.name}{MACHINE}{name}", text=text)


def _turns(schedule: Iterable[Periodic], now: datetime) -> Iterator[Condition]:
    items = {item.name: item for item in schedule}
    for turn in Turn.objects.exclude(last_at=None).order_by("name"):
        item = items.get(turn.name.partition(MACHINE)[0])
        if item and (text := turn_trouble(turn, item, now)):
            yield Condition(f"turn {turn.name}".replace(MACHINE, " on "), text)


def turn_trouble(turn: Turn, item: Periodic, now: datetime) -> str:
    """What is wrong with a turn of the clockwork, in words; empty where all is well."""
    if turn.last_at is None or item.is_stopped():
        return ""
    age = now - turn.last_at
    if turn.running and age > max(STUCK_AFTER, 2 * item.every):
        return _("“%s” does not come to an end.") % turn.name
    if not turn.running and age > 2 * item.every + LATE_BY and not _may_wait(item):
        return _("“%s” is late: the scheduler does not take it.") % turn.name
    if turn.error:
        text = _("“%(name)s” fails: %(error)s. The scheduler's log says why.")
        return text % {"name": turn.name, "error": turn.error}
    return ""


def _may_wait(item: Periodic) -> bool:
    """After a longer rest of the whole installation a heavy turn is overdue, and taken in a while."""
    return item.heavy and heavy_turns_wait()


def _broken_promises() -> Iterator[Condition]:
    broken = PromiseResult.objects.filter(state=PromiseState.BROKEN, check_name="")
    for name in broken.order_by("promise").values_list("promise", flat=True):
        text = _("The promise %s is broken; `tradepost promises` prints the evidence.") % name
        yield Condition(f"promise {name}", text, at_once=True)


def _late_backup() -> Iterator[Condition]:
    """A demo is not backed up."""
    here = Installation.objects.filter(is_demo=False).first()
    if here and (since := late_since(here.made_at)):
        last = Backup.objects.first()
        day = date_format(timezone.localtime(since), "SHORT_DATETIME_FORMAT")
        text = _("There is no backup since %(day)s. %(why)s")
        said = {"day": day, "why": last.error if last else ""}
        yield Condition("backup", (text % said).strip(), at_once=True)


def _relay_certificate() -> Iterator[Condition]:
    """As it was last looked at, which is once a day."""
    for row in RelayCertificate.objects.all():
        if row.tone not in {"warn", "bad"}:
            continue
        if row.ends_at:
            day = date_format(timezone.localtime(row.ends_at), "SHORT_DATE_FORMAT")
            text = _("The certificate of the mail relay %(name)s is good until %(day)s.")
            yield Condition("relay certificate", text % {"name": row.name, "day": day})
        else:
            text = _("The mail relay %(name)s shows no good certificate (%(why)s).")
            said = {"name": row.name, "why": row.trouble}
            yield Condition("relay certificate", text % said, at_once=True)


def _events_given_up() -> Iterator[Condition]:
    rows = OutboxDelivery.objects.exclude(set_aside_at=None).order_by("listener")
    for listener, count in rows.values_list("listener").annotate(count=Count("pk")):
        text = _("“%(name)s” was not told of %(count)s events; `tradepost events` lists them.")
        yield Condition(
            f"events {listener}", text % {"name": listener, "count": count}, at_once=True
        )


def _disk() -> Iterator[Condition]:
    disk = shutil.disk_usage(settings.TRADEPOST.data)
    if disk.free < LEAST_FREE_BYTES or disk.free < disk.total * LEAST_FREE_SHARE:
        megabytes = disk.free // 1024**2
        text = _("The disk with the data fills up: %s MB are free.") % megabytes
        yield Condition("disk", text, at_once=True)


def _damaged_files() -> Iterator[Condition]:
    """What was moved aside because it could not be read (lib.files.move_aside)."""
    if count := len(damaged.files()):
        text = _(
            "Files could not be read and lie in folders named “damaged” now: %(count)s. They are"
            " deleted after %(days)s days."
        ) % {"count": count, "days": DAMAGED_FOR.days}
        yield Condition("damaged files", text, at_once=True)


def _standing_queues(now: datetime) -> Iterator[Condition]:
    since = now - STANDING_AFTER
    stands: dict[str, Callable[[], bool]] = {
        _("Tasks wait and no worker takes them."): lambda: (
            DBTaskResult.objects.ready()
            .filter(enqueued_at__lt=since)
            .exclude(run_after__gt=since, run_after__lt=now)
            .exists()
        ),
        _("Jobs wait and no worker takes them."): lambda: Job.objects.filter(
            state=Job.State.WAITING, created_at__lt=since
        ).exists(),
        _("Tasks wait for the broker."): lambda: Unpublished.objects.filter(
            created_at__lt=since
        ).exists(),
        _("Mail waits and no sender takes it."): lambda: Mail.objects.filter(
            due_at__lt=since
        ).exists(),
    }
    for number, (text, stand) in enumerate(stands.items()):
        if stand():
            yield Condition(f"queue {number}", text)
