"""Long work of a shop, as its members meet it."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet

from tradepost.jobs.models import Job
from tradepost.jobs.runner import cancel_job
from tradepost.lib import clock
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role

TOLD_WITHIN = timedelta(days=14)


class NotYourJob(PermissionError):
    """Only whoever started the work, or an owner, may stop it or open what it made."""


def jobs_of_shop() -> QuerySet[Job]:
    """Needs the merchant's scope. Titles and counts name nobody, so every member may see them."""
    return Job.objects.select_related("started_by").order_by("-pk")


def may_handle(membership: Membership, job: Job) -> bool:
    return membership.role == Role.OWNER or job.started_by_id == membership.user_id


def cancel(*, job: Job, membership: Membership) -> None:
    """Raises: NotYourJob."""
    if not may_handle(membership, job):
        raise NotYourJob
    cancel_job(job)


def tell_finished(*, membership: Membership) -> list[Job]:
    """What this person started and what has ended since; each is told once. Needs the shop's scope."""
    ended = Job.objects.filter(
        started_by=membership.user_id,
        told_at=None,
        finished_at__gt=clock.now() - TOLD_WITHIN,
        state__in=[Job.State.DONE, Job.State.FAILED],
    )
    told = list(ended.order_by("pk")[:5])
    note_told(jobs=told, membership=membership)
    return told


def note_told(*, jobs: Sequence[Job], membership: Membership) -> None:
    """Whoever sees the end on the job's own page is not told again."""
    mine = [job.pk for job in jobs if job.is_over and job.started_by_id == membership.user_id]
    if mine:
        Job.objects.filter(pk__in=mine, told_at=None).update(told_at=clock.now())
