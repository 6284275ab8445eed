"""Lists of products in and out."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.catalog.actions.exporting import KIND as EXPORT
from tradepost.catalog.actions.exporting import start_export
from tradepost.catalog.actions.importing import AlreadyRunning, receive, start_import
from tradepost.catalog.forms import ImportForm
from tradepost.catalog.models import ProductImport
from tradepost.catalog.queries import job_of_import, recent_imports
from tradepost.catalog.shopify.table import UnreadableList
from tradepost.catalog.types import CHANGE_CATALOG, SEE_CATALOG
from tradepost.jobs.models import Job
from tradepost.merchants.access import MerchantRequest, office_view


@office_view(CHANGE_CATALOG)
def imports(request: MerchantRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = receive(
                merchant=request.merchant,
                by=Actor.user(request.user),
                file=file,
                file_name=file.name,
            )
        except UnreadableList as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("catalog_office:import", request.merchant.handle, upload.public_id)
    context = {"form": form, "uploads": recent_imports(request.merchant)}
    return render(request, "catalog/imports.html", context, status=400 if form.errors else 200)


@office_view(CHANGE_CATALOG)
def look(request: MerchantRequest, import_id: str) -> HttpResponse:
    upload = ProductImport.get_or_404(import_id, merchant=request.merchant)
    context = {"upload": upload, "report": upload.report, "job": job_of_import(upload)}
    return render(request, "catalog/import.html", context)


@require_POST
@office_view(CHANGE_CATALOG)
def start(request: MerchantRequest, import_id: str) -> HttpResponse:
    upload = ProductImport.get_or_404(import_id, merchant=request.merchant)
    upload.merchant = request.merchant
    try:
        job = start_import(upload=upload, by=Actor.user(request.user))
    except AlreadyRunning:
        messages.warning(request, _("This import has been started before."))
        return redirect("catalog_office:import", request.merchant.handle, import_id)
    return redirect("jobs_office:job", request.merchant.handle, job.public_id)


@require_POST
@office_view(SEE_CATALOG)
def export(request: MerchantRequest) -> HttpResponse:
    job = start_export(merchant=request.merchant, by=Actor.user(request.user))
    return redirect("jobs_office:job", request.merchant.handle, job.public_id)


@office_view(SEE_CATALOG)
def export_file(request: MerchantRequest, job_id: str) -> HttpResponseBase:
    job = Job.get_or_404(job_id, merchant=request.merchant, kind=EXPORT)
    name = job.details.get("file", "")
    if not name or not default_storage.exists(name):
        raise Http404
    return FileResponse(
        default_storage.open(name),
        as_attachment=True,
        filename=f"{request.merchant.handle}-products.csv",
        content_type="text/csv; charset=utf-8",
    )
