"""Long work of a shop: watch it, leave it, cancel it. Works without JavaScript by a page refresh."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tradepost.backoffice.jobs import JobCard, card_of, job_of_member, jobs_of_member
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
    card = card_of(row)
    context = {"row": row, "job": card, "result_url": _inside(request, row.result_url)}
    return render(request, "backoffice/job.html", context | _links(request, card))


@office_view(Permission.HOME)
def fragment(request: MerchantRequest, job_id: str) -> HttpResponse:
    row = job_of_member(request.membership, job_id)
    card = card_of(row)
    context = {"job": card, "result_url": _inside(request, row.result_url)}
    return render(request, "backoffice/job_fragment.html", context | _links(request, card))


@require_POST
@office_view(Permission.HOME)
def cancel(request: MerchantRequest, job_id: str) -> HttpResponse:
    row = job_of_member(request.membership, job_id)
    cancel_job(row)
    return redirect("jobs_office:job", request.merchant.handle, row.public_id)


def _links(request: MerchantRequest, card: JobCard) -> dict[str, str]:
    if card.is_over:
        return {}
    names = {"poll_url": "jobs_office:fragment", "cancel_url": "jobs_office:cancel"}
    where = [request.merchant.handle, card.public_id]
    return {key: reverse(name, args=where) for key, name in names.items()}


def _inside(request: MerchantRequest, url: str) -> str:
    """The result's address, if it leads into this installation."""
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}) else ""
