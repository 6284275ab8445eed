"""What waits and could be done now, by queue: for the page of health and for the figures of Prometheus.

Waiting rows are found by indexes that hold nothing else, so a long queue costs no more than a short one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Min, Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from tradepost.datamap.rooms import Text
from tradepost.delivery.models import Mail
from tradepost.jobs.models import Job, OutboxDelivery, Unpublished
from tradepost.lib import clock

_LABELS: Mapping[str, Text] = {
    "tasks": _("Tasks"),
    "jobs": _("Jobs"),
    "broker": _("Tasks that wait for the broker"),
    "mail": _("Single mails"),
    "events": _("Events that listeners wait for"),
}


@dataclass(frozen=True, kw_only=True)
class QueueFigure:
    """``oldest_seconds``: how long the first of them has been waiting; 0 where none is."""

    name: str
    length: int
    oldest_seconds: float

    @property
    def label(self) -> Text:
        return _LABELS[self.name]


def queue_figures() -> list[QueueFigure]:
    """One query a queue. Needs no shop's scope: call it with scopes disabled."""
    now = clock.now()
    tasks = DBTaskResult.objects.ready().exclude(run_after__gt=now)
    untold = OutboxDelivery.objects.filter(finished_at=None, set_aside_at=None)
    waiting: Mapping[str, tuple[QuerySet[Model], str]] = {
        "tasks": (tasks, "enqueued_at"),
        "jobs": (Job.objects.filter(state=Job.State.WAITING), "created_at"),
        "broker": (Unpublished.objects.all(), "created_at"),
        "mail": (Mail.objects.filter(due_at__lte=now), "due_at"),
        "events": (untold.filter(due_at__lte=now), "due_at"),
    }
    found = []
    for name, (rows, since) in waiting.items():
        row = rows.aggregate(length=Count("pk"), oldest=Min(since))
        age = (now - row["oldest"]).total_seconds() if row["oldest"] else 0.0
        found.append(QueueFigure(name=name, length=row["length"], oldest_seconds=max(age, 0.0)))
    return found
