"""Long work of a shop, as its members meet it."""

from django.db.models import QuerySet

from tradepost.jobs.models import Job
from tradepost.jobs.runner import cancel_job
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role


class NotYours(PermissionError):
    """Only whoever started the work, or an owner, may stop it or open what it made."""


def jobs_of_shop() -> QuerySet[Job]:
    """Needs the merchant's scope. Titles and counts name nobody, so every member may see them."""
    return Job.objects.select_related("started_by").order_by("-pk")


def may_handle(membership: Membership, job: Job) -> bool:
    return membership.role == Role.OWNER or job.started_by_id == membership.user_id


def cancel(*, job: Job, membership: Membership) -> None:
    """Raises: NotYours."""
    if not may_handle(membership, job):
        raise NotYours
    cancel_job(job)
