"""From the outbox to whoever listens: tried again with growing pauses, at last set aside with an alarm.

The rows are the truth (``jobs.models``); the task only says "look at event 17", so a lost message is
made good by :func:`sweep`, and a repeated one finds nothing to do.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.tasks import task
from django_scopes import scope, scopes_disabled

from tradepost.datamap.events import Occurred
from tradepost.jobs.models import OutboxDelivery, OutboxEvent
from tradepost.jobs.outages import outage_of
from tradepost.lib import clock
from tradepost.modules.subscriptions import events, subscriptions
from tradepost.modules.switches import SWITCHED, is_on

logger = logging.getLogger(__name__)

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21_600, 43_200))
MOST_ATTEMPTS = len(PAUSES) + 1
HELD_FOR = timedelta(minutes=5)  # a listener that took it and fell silent has died
LOST_AFTER = timedelta(minutes=2)  # a message that nobody followed is sent again
OUTAGE_PAUSE = timedelta(seconds=10)
KEEP_FOR = timedelta(days=30)
SLICE = 500


class NobodyListens(LookupError):
    """The event or the listener of a row is declared by no room any more."""


def put_into_outbox(
    *,
    event: str,
    payload: dict[str, object],
    merchant_id: int | None,
    at: datetime,
    listeners: Iterable[str],
) -> int:
    """Write the event and one delivery a listener, in the caller's transaction; returns its number."""
    with scopes_disabled():
        row = OutboxEvent.objects.create(
            name=event, payload=payload, merchant_id=merchant_id, at=at
        )
        OutboxDelivery.objects.bulk_create(
            OutboxDelivery(event=row, listener=name, due_at=at, queued_at=at) for name in listeners
        )
    deliver.enqueue(row.pk)  # seen by workers when the transaction is committed
    return row.pk


@task
def deliver(event_id: int) -> None:
    """Tell everybody who has not been told and whose time has come."""
    with scopes_disabled():
        due = list(open_deliveries().filter(event_id=event_id, due_at__lte=clock.now()))
    for delivery in due:
        _deliver(delivery)


def open_deliveries() -> models.QuerySet[OutboxDelivery]:
    return OutboxDelivery.objects.filter(finished_at=None, set_aside_at=None)


def _deliver(delivery: OutboxDelivery) -> None:
    if not _claim(delivery):
        return
    try:
        _tell(delivery)
    except Exception as error:  # noqa: BLE001  whatever a listener raises, the others are told
        _put_off(delivery, error)


def _claim(delivery: OutboxDelivery) -> bool:
    """Count the attempt before it is made: one that kills its worker counts, too."""
    now = clock.now()
    return bool(
        open_deliveries()
        .filter(pk=delivery.pk, due_at__lte=now, attempts__lt=MOST_ATTEMPTS)
        .update(attempts=F("attempts") + 1, due_at=now + HELD_FOR)
    )


def _tell(delivery: OutboxDelivery) -> None:
    """The call and the note that it was made are one transaction."""
    with transaction.atomic():
        # First the note: a second worker waits for this row, and then finds it finished.
        mine = open_deliveries().filter(pk=delivery.pk).update(finished_at=clock.now())
        if not mine:
            return
        with scopes_disabled():
            row = OutboxEvent.objects.select_related("merchant").get(pk=delivery.event_id)
        if _is_off(row, delivery.listener):
            return  # off is off: it counts as told
        if row.merchant is None:
            _call(row, delivery.listener)
            return
        with scope(merchant=row.merchant):
            _call(row, delivery.listener)


def _is_off(row: OutboxEvent, name: str) -> bool:
    """Not for the switch itself: whoever is off from now on has to hear that."""
    if row.name == SWITCHED.name:
        return False
    module = subscriptions[name].module if name in subscriptions else ""
    return bool(module) and not is_on(module, row.merchant)


def _call(row: OutboxEvent, listener: str) -> None:
    """Raises: NobodyListens, and whatever the listener raises."""
    if row.name not in events or listener not in subscriptions:
        raise NobodyListens(f"{row.name} → {listener}")
    payload = events[row.name].unpacked(row.payload)
    subscriptions[listener].call(Occurred(row.name, payload, row.merchant_id, row.at, row.pk))


def _put_off(delivery: OutboxDelivery, error: Exception) -> None:
    """A neighbour that is away is waited for and counts as no attempt; the last failure sets aside."""
    row, now = open_deliveries().filter(pk=delivery.pk), clock.now()
    who = f"event {delivery.event_id} for {delivery.listener}"
    if what := outage_of(error):
        logger.warning("%s waits for %s", who, what)
        row.update(attempts=F("attempts") - 1, due_at=now + OUTAGE_PAUSE, queued_at=None)
        return
    name = type(error).__name__
    logger.error("%s failed: %s", who, name, exc_info=error)
    attempts = delivery.attempts + 1
    if attempts < MOST_ATTEMPTS:
        row.update(error=name, due_at=now + PAUSES[attempts - 1], queued_at=None)
    else:
        row.update(error=name, set_aside_at=now)


def sweep() -> int:
    """Enqueue again what is due and whose message is lost or used up; returns how many events."""
    now = clock.now()
    with scopes_disabled():
        spent = open_deliveries().filter(attempts__gte=MOST_ATTEMPTS, due_at__lte=now)
        if died := spent.filter(error="").update(error="WorkerDied", set_aside_at=now):
            logger.error("%s deliveries of events are set aside: workers died over them", died)
        spent.update(set_aside_at=now)
        unseen = models.Q(queued_at=None) | models.Q(queued_at__lt=now - LOST_AFTER)
        due = open_deliveries().filter(unseen, due_at__lte=now).order_by("due_at")[:SLICE]
        found = list(due.values_list("pk", "event_id"))
        OutboxDelivery.objects.filter(pk__in=[pk for pk, _event in found]).update(queued_at=now)
    numbers = list(dict.fromkeys(event for _pk, event in found))
    for number in numbers:
        deliver.enqueue(number)
    return len(numbers)


def set_aside() -> list[OutboxDelivery]:
    """What was given up, oldest first; at most a slice."""
    with scopes_disabled():
        return list(OutboxDelivery.objects.exclude(set_aside_at=None).order_by("pk")[:SLICE])


def try_again() -> int:
    """What was set aside is tried anew; returns how many deliveries."""
    with scopes_disabled():
        return OutboxDelivery.objects.exclude(set_aside_at=None).update(
            set_aside_at=None, attempts=0, error="", due_at=clock.now(), queued_at=None
        )


def due_events(now: datetime) -> int:
    with scopes_disabled():
        return _over(now).count()


def purge_events(now: datetime) -> int:
    with scopes_disabled():
        rows = list(_over(now).values_list("pk", flat=True)[:1000])
        OutboxEvent.objects.filter(pk__in=rows).delete()
    return len(rows)


def _over(now: datetime | None) -> models.QuerySet[OutboxEvent]:
    """Old, and nobody waits for it."""
    waiting = open_deliveries().filter(event=OuterRef("pk"))
    old = OutboxEvent.objects.filter(at__lt=(now or clock.now()) - KEEP_FOR)
    return old.filter(~Exists(waiting))
