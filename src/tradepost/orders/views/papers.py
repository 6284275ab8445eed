"""Invoices and credit notes in the back office."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.orders.actions.record_view import note_look
from tradepost.orders.documents import invoice_context, invoice_pdf
from tradepost.orders.models import Invoice
from tradepost.orders.queries import invoices_of, missing_of_seller
from tradepost.orders.retention import accounting_ends
from tradepost.orders.types import SEE_ORDERS
from tradepost.ui.paging import page_of


@office_view(SEE_ORDERS)
@require_safe
def invoices(request: MerchantRequest) -> HttpResponseBase:
    words = request.GET.get("q", "")[:120]
    page = page_of(invoices_of(request.merchant, words), request, 50)
    note_look(
        merchant=request.merchant,
        by=Actor.user(request.user),
        what="invoices",
        shown=page,
    )
    return render(
        request,
        "orders/invoices.html",
        {"page": page, "words": words} | {"missing": missing_of_seller(request.merchant)},
    )


@office_view(SEE_ORDERS)
@require_safe
def invoice(request: MerchantRequest, invoice_id: str) -> HttpResponseBase:
    row = Invoice.get_or_404(invoice_id)
    note_look(merchant=request.merchant, by=Actor.user(request.user), what="invoice", shown=[row])
    context = invoice_context(row) | {"keep_until": accounting_ends(row)}
    return render(request, "orders/invoice.html", context)


@office_view(SEE_ORDERS)
@require_safe
def invoice_file(request: MerchantRequest, invoice_id: str) -> HttpResponseBase:
    row = Invoice.get_or_404(invoice_id)
    note_look(merchant=request.merchant, by=Actor.user(request.user), what="invoice", shown=[row])
    headers = {"Content-Disposition": f'inline; filename="{row.what}-{row}.pdf"'}
    return HttpResponse(invoice_pdf(row), content_type="application/pdf", headers=headers)
