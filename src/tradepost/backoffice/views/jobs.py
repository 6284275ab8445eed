"""Long work of a shop: watch it, leave it, cancel it. Works without JavaScript by a page refresh."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.backoffice import jobs
from tradepost.jobs.models import Job
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import HOME
from tradepost.ui.paging import page_of

_A_PAGE = 25


@office_view(HOME)
def job_list(request: MerchantRequest) -> HttpResponse:
    page = page_of(jobs.jobs_of_shop(), request, _A_PAGE)
    return render(request, "backoffice/jobs.html", {"page": page})


@office_view(HOME)
def job(request: MerchantRequest, job_id: str) -> HttpResponse:
    return render(request, "backoffice/job.html", _context(request, Job.get_or_404(job_id)))


@office_view(HOME)
def fragment(request: MerchantRequest, job_id: str) -> HttpResponse:
    return render(request, "ui/job.html", _context(request, Job.get_or_404(job_id)))


@require_POST
@office_view(HOME)
def cancel(request: MerchantRequest, job_id: str) -> HttpResponse:
    row = Job.get_or_404(job_id)
    try:
        jobs.cancel(job=row, membership=request.membership)
    except jobs.NotYourJob:
        messages.error(request, _("Only whoever started this, or an owner, can cancel it."))
    return redirect("jobs_office:job", request.merchant.handle, row.public_id)


def _context(request: MerchantRequest, row: Job) -> dict[str, object]:
    """``result_url`` is emptied on the copy that is shown to people who may not open the result."""
    where = [request.merchant.handle, row.public_id]
    mine = jobs.may_handle(request.membership, row)
    if not mine:
        row.result_url = ""
    jobs.note_told(jobs=[row], membership=request.membership)
    context: dict[str, object] = {"job": row}
    if not row.is_over:
        context["poll_url"] = reverse("jobs_office:fragment", args=where)
        context["cancel_url"] = reverse("jobs_office:cancel", args=where) if mine else ""
    return context
