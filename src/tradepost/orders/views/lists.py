"""The list of orders, what can be done to many at once, and exports."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tradepost.jobs.models import Job
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import Permission
from tradepost.orders.actions import handle
from tradepost.orders.actions.export import DIRECT, FORMATS, export_file, in_slices, start_export
from tradepost.orders.actions.look import note_look
from tradepost.orders.exports import csv_rows, write_xlsx
from tradepost.orders.forms import FilterForm
from tradepost.orders.models import Order
from tradepost.orders.queries import OrderFilter, orders_of
from tradepost.orders.types import OrderState

PER_PAGE = 50
BULK = {
    "pick_up": handle.pick_up,
    "put_back": handle.put_back,
    "archive": handle.archive,
    "unarchive": handle.unarchive,
}


def _chosen(request: MerchantRequest) -> tuple[FilterForm, OrderFilter]:
    """The filter in the address; what makes no sense there is left out."""
    form = FilterForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    return form, OrderFilter(
        search=given.get("q", ""),
        state=given.get("state", ""),
        payment=given.get("payment", ""),
        placed_from=given.get("since"),
        placed_until=given.get("until"),
        sort=request.GET.get("sort", "-number"),
    )


@office_view(Permission.SEE_ORDERS)
@require_safe
def orders(request: MerchantRequest) -> HttpResponseBase:
    form, chosen = _chosen(request)
    page = Paginator(orders_of(request.merchant, chosen), PER_PAGE).get_page(
        request.GET.get("page")
    )
    note_look(merchant=request.merchant, by=request.user, what="list", count=len(page))
    address = request.GET.copy()
    address.pop("state", None)
    address.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "chosen": chosen,
        "states": OrderState.choices,
        "rest_of_address": address.urlencode(),
        "address": request.GET.urlencode(),
        "may_change": request.membership.may(Permission.CHANGE_ORDERS),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "orders/orders.html", context)


@office_view(Permission.CHANGE_ORDERS)
@require_POST
def bulk(request: MerchantRequest) -> HttpResponseBase:
    """Pick up, archive, or take either back, for the ticked orders."""
    action = BULK.get(request.POST.get("do", ""))
    if action is None:
        return HttpResponseBadRequest("do")
    ticked = [Order.get_or_404(text) for text in request.POST.getlist("order")[:500]]
    done, left = handle.handle_many(orders=ticked, action=action, by=request.user)
    messages.success(
        request, ngettext("%(n)d order done.", "%(n)d orders done.", done) % {"n": done}
    )
    if left:
        text = ngettext(
            "%(n)d order was left as it was: its state does not allow this.",
            "%(n)d orders were left as they were: their state does not allow this.",
            left,
        )
        messages.warning(request, text % {"n": left})
    address = request.POST.get("address", "")
    return redirect(f"{reverse('orders_office:orders', args=[request.merchant.handle])}?{address}")


@office_view(Permission.SEE_ORDERS)
@require_safe
def export(request: MerchantRequest) -> HttpResponseBase:
    """The filtered list as a file: at once when it is short, as a job when it is long."""
    file_format = request.GET.get("format", "csv")
    if file_format not in FORMATS:
        raise Http404
    _form, chosen = _chosen(request)
    count = orders_of(request.merchant, chosen).count()
    note_look(merchant=request.merchant, by=request.user, what="export", count=count)
    if count > DIRECT:
        job = start_export(
            merchant=request.merchant, chosen=chosen, file_format=file_format, by=request.user
        )
        return redirect("jobs_office:job", request.merchant.handle, job.public_id)
    rows = in_slices(request.merchant, chosen)
    return _as_file(file_format, rows)


def _as_file(file_format: str, rows: object) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="orders.{file_format}"'}
    if file_format == "csv":
        text = list(csv_rows(rows))  # type: ignore[arg-type]  # read now: the scope closes after the view
        return StreamingHttpResponse(text, content_type=FORMATS["csv"], headers=headers)
    book = io.BytesIO()
    write_xlsx(rows, book)  # type: ignore[arg-type]  # xlsxwriter has no types
    return HttpResponse(book.getvalue(), content_type=FORMATS["xlsx"], headers=headers)


@office_view(Permission.SEE_ORDERS)
@require_safe
def export_result(request: MerchantRequest, job_id: str) -> HttpResponseBase:
    job = Job.get_or_404(job_id, kind="orders.export", state=Job.State.DONE)
    path = export_file(job)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"orders{path.suffix}")
