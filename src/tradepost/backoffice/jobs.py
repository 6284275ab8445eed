"""Which jobs a member may see."""

from django.db.models import Q, QuerySet
from django.http import Http404

from tradepost.jobs.models import Job
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role


def jobs_of_member(membership: Membership) -> QuerySet[Job]:
    """All of the shop's jobs for its owner; for others the ones they started themselves."""
    mine = Q() if membership.role == Role.OWNER else Q(started_by=membership.user_id)
    return Job.objects.filter(mine).order_by("-pk")


def job_of_member(membership: Membership, public_id: str) -> Job:
    """Raises: Http404, for a job of another shop or another member alike."""
    row = Job.get_or_404(public_id)
    if membership.role != Role.OWNER and row.started_by_id != membership.user_id:
        raise Http404
    return row
