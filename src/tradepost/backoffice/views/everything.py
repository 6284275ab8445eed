"""Downloading the whole shop."""

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tradepost.audit.types import Actor
from tradepost.backoffice.actions.everything import KIND, file_of, start_everything
from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import CHANGE_SETTINGS


@office_view(CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: MerchantRequest) -> HttpResponse:
    if request.method == "POST":
        job = start_everything(merchant=request.merchant, by=Actor.user(request.user))
        return redirect("jobs_office:job", request.merchant.handle, job.public_id)
    return render(request, "backoffice/everything.html")


@office_view(CHANGE_SETTINGS)
@require_safe
def everything_file(request: MerchantRequest, job_id: str) -> HttpResponseBase:
    job = Job.get_or_404(job_id, kind=KIND)
    try:
        file = storage.files().open(file_of(job))
    except FileNotFoundError:
        raise Http404 from None
    name = f"{request.merchant.handle}-{job.created_at:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
