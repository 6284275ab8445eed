"""How long the record of work stays: what a job was called, what a task was handed."""

from datetime import datetime, timedelta

from django.db.models import Model, QuerySet
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tradepost.jobs.models import Job

JOBS_FOR = timedelta(days=90)
TASKS_FOR = timedelta(days=7)
BATCH = 1000


def _jobs(now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(finished_at__lt=now - JOBS_FOR)


def jobs_due(now: datetime) -> int:
    with scopes_disabled():
        return _jobs(now).count()


def purge_jobs(now: datetime) -> int:
    gone = 0
    with scopes_disabled():
        while numbers := list(_jobs(now).values_list("pk", flat=True)[:BATCH]):
            Job.objects.filter(pk__in=numbers).delete()
            gone += len(numbers)
    return gone


def _tasks(now: datetime) -> QuerySet[Model]:
    return DBTaskResult.objects.filter(finished_at__lt=now - TASKS_FOR)


def tasks_due(now: datetime) -> int:
    return _tasks(now).count()


def purge_tasks(now: datetime) -> int:
    gone = 0
    while numbers := list(_tasks(now).values_list("pk", flat=True)[:BATCH]):
        DBTaskResult.objects.filter(pk__in=numbers).delete()
        gone += len(numbers)
    return gone
