"""Long work of a shop: watch it, leave it, cancel it. Works without JavaScript by a page refresh."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tradepost.backoffice.jobs import job_of_member, jobs_of_member
from tradepost.jobs.models import Job
from tradepost.jobs.runner import cancel_job
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import Permission

_A_PAGE = 25


@office_view(Permission.HOME)
def job_list(request: MerchantRequest) -> HttpResponse:
    page = Paginator(jobs_of_member(request.membership), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "backoffice/jobs.html", {"page": page})


@office_view(Permission.HOME)
def job(request: MerchantRequest, job_id: str) -> HttpResponse:
    row = job_of_member(request.membership, job_id)
    return render(request, "backoffice/job.html", _context(request, row))


@office_view(Permission.HOME)
def fragment(request: MerchantRequest, job_id: str) -> HttpResponse:
    row = job_of_member(request.membership, job_id)
    return render(request, "ui/job.html", _context(request, row))


@require_POST
@office_view(Permission.HOME)
def cancel(request: MerchantRequest, job_id: str) -> HttpResponse:
    row = job_of_member(request.membership, job_id)
    cancel_job(row)
    return redirect("jobs_office:job", request.merchant.handle, row.public_id)


def _context(request: MerchantRequest, row: Job) -> dict[str, Any]:
    context: dict[str, Any] = {"job": row}
    if not row.is_over:
        where = [request.merchant.handle, row.public_id]
        context["poll_url"] = reverse("jobs_office:fragment", args=where)
        context["cancel_url"] = reverse("jobs_office:cancel", args=where)
    return context
