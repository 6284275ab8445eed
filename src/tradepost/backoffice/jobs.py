"""Which jobs a member may see, and how one is told."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tradepost.jobs.models import Job
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role


@dataclass(frozen=True)
class JobCard:
    """The shape that ``ui/job.html`` draws."""

    public_id: str
    label: str
    state: str
    done: int
    total: int
    rate: float
    seconds_left: float | None
    message: str
    is_over: bool


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


def card_of(row: Job) -> JobCard:
    return JobCard(
        public_id=row.public_id,
        label=row.title,
        state=row.state,
        done=row.done,
        total=row.total,
        rate=row.rate_per_second,
        seconds_left=row.seconds_left,
        message=_message(row),
        is_over=row.is_over,
    )


def _message(row: Job) -> str:
    if row.state == Job.State.FAILED:
        return _("It stopped because of a fault (%(fault)s). You can start it again.") % {
            "fault": row.error or _("no answer")
        }
    if row.cancel_asked and not row.is_over:
        return _("It will stop at the next step.")
    return ""
