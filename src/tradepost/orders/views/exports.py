"""Exports of orders, their lines and invoices: at once when they are short, as a job when they are long."""

import io

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tradepost.audit.types import Actor
from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.actions.export import (
    DIRECT,
    FORMATS,
    KIND,
    Wanted,
    export_file,
    note_rows,
    start_export,
    write_export,
)
from tradepost.orders.actions.record_view import note_look
from tradepost.orders.exports import LAYOUTS
from tradepost.orders.queries import ALL
from tradepost.orders.types import SEE_ORDERS
from tradepost.orders.views.lists import filter_in


@office_view(SEE_ORDERS)
@require_safe
def export(request: MerchantRequest) -> HttpResponseBase:
    """The page where it is put together; the file once a format is named in the address."""
    wanted = _wanted(request)
    if "format" not in request.GET:
        return _page(request, wanted)
    count = wanted.layout.found(request.merchant, wanted.chosen).count()
    look = note_look(
        merchant=request.merchant, by=Actor.user(request.user), what="export", count=count
    )
    if count > DIRECT or wanted.file_format == "zip":
        job = start_export(merchant=request.merchant, wanted=wanted, by=Actor.user(request.user))
        return redirect("jobs_office:job", request.merchant.handle, job.public_id)
    file = io.BytesIO()
    write_export(request.merchant, wanted, file)
    if look:
        note_rows(request.merchant, wanted, look)
    headers = {"Content-Disposition": f'attachment; filename="{wanted.file_name}"'}
    kind = FORMATS[wanted.file_format]
    return HttpResponse(file.getvalue(), content_type=kind, headers=headers)


def _wanted(request: MerchantRequest) -> Wanted:
    """Raises: Http404, for rows or a format that there are not."""
    rows, file_format = request.GET.get("rows", "order"), request.GET.get("format", "csv")
    if rows not in LAYOUTS or file_format not in FORMATS:
        raise Http404
    if file_format == "zip" and rows != "invoice":
        raise Http404
    return Wanted(
        layout=LAYOUTS[rows],
        file_format=file_format,
        chosen=filter_in(request)[1],
        columns=tuple(request.GET.getlist(f"{rows}_columns")),
    )


def _page(request: MerchantRequest, wanted: Wanted) -> HttpResponseBase:
    form, chosen = filter_in(request)
    form.initial["state"] = ALL
    context = {
        "form": form,
        "state": chosen.state or ALL,
        "layouts": LAYOUTS.values(),
        "layout": wanted.layout,
        "sort": chosen.sort,
    }
    return render(request, "orders/export.html", context)


@office_view(SEE_ORDERS)
@require_safe
def export_result(request: MerchantRequest, job_id: str) -> HttpResponseBase:
    job = Job.get_or_404(job_id, kind=KIND, state=Job.State.DONE)
    try:
        file = storage.files().open(export_file(job))
    except FileNotFoundError:
        raise Http404 from None
    name = Wanted.from_details(job.details).file_name
    return FileResponse(file, as_attachment=True, filename=name)
