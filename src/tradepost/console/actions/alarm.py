"""Alarms: raised once for each condition, mailed to the operators, and followed by an all-clear."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tradepost.console.conditions import Condition, conditions
from tradepost.datamap.registry import schedule
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.types import Stream
from tradepost.identity.models import User
from tradepost.jobs.lives import MACHINE, machine
from tradepost.jobs.models import Alarm, Turn
from tradepost.lib import clock

logger = logging.getLogger(__name__)

LASTS_FOR = timedelta(minutes=5)  # what passes sooner is not worth a mail


def look_after() -> int:
    """The scheduler's turn, on each machine, since each has a disk; returns how many alarms stand."""
    return note(conditions(schedule))


@transaction.atomic
def note(found: list[Condition]) -> int:
    """Raise, keep and end alarms; mail what is new and what is over, in one letter each."""
    now = clock.now()
    for condition in found:
        _raise(condition)
    names = {condition.name for condition in found}
    gone = Alarm.objects.select_for_update().filter(over_at=None).exclude(name__in=names)
    gone = gone.exclude(pk__in=_of_other_machines())
    over = [alarm for alarm in gone if alarm.told_at]
    gone.update(over_at=now)
    at_once = [condition.name for condition in found if condition.at_once]
    standing = Alarm.objects.filter(over_at=None)
    untold = standing.select_for_update().filter(told_at=None)  # two machines tell once
    fresh = list(
        (untold.filter(since__lte=now - LASTS_FOR) | untold.filter(name__in=at_once)).order_by(
            "name"
        )
    )
    for alarm in fresh:
        logger.error("alarm: %s", alarm.text)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in fresh]).update(told_at=now)
    _tell(fresh, over)
    return standing.count()


def _of_other_machines() -> list[int]:
    """Alarms that only another machine can end; one that takes no turns any more ends none."""
    turns = Turn.objects.filter(name__contains=MACHINE).values_list("name", flat=True)
    others = {name.partition(MACHINE)[2] for name in turns} - {machine()}
    alarms = Alarm.objects.filter(over_at=None, name__contains=MACHINE).values_list("pk", "name")
    return [pk for pk, name in alarms if name.partition(MACHINE)[2] in others]


def _raise(condition: Condition) -> None:
    text = condition.text[:400]
    alarm, is_new = Alarm.objects.get_or_create(name=condition.name, defaults={"text": text})
    if not is_new and alarm.over_at:
        Alarm.objects.filter(pk=alarm.pk).update(
            text=text, since=clock.now(), told_at=None, over_at=None
        )


def _tell(fresh: list[Alarm], over: list[Alarm]) -> None:
    if not fresh and not over:
        return
    for user in User.objects.filter(is_operator=True, is_active=True):
        queue_mail(
            to=user.email,
            template="console/alarm",
            context={
                "fresh": [alarm.text for alarm in fresh],
                "over": [alarm.text for alarm in over],
                "site": settings.TRADEPOST.base_url,
                "link": settings.TRADEPOST.base_url + reverse("console:health"),
            },
            stream=Stream.SERVICE,
            language=user.language,
        )
