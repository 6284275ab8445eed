"""The operator's records of processing, and the agreements with its shops."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_scopes import scope

from tradepost.console.views import OperatorRequest, operator_view
from tradepost.merchants.queries import merchant_by_handle
from tradepost.processing.exports.downloads import pdf
from tradepost.processing.exports.papers import agreement_pdf, record_json, record_pdf
from tradepost.processing.queries import operators_record
from tradepost.processing.types import PartiesBlank, ProcessingRecord, RecordOf


def _record(of: str) -> ProcessingRecord:
    """Raises: Http404."""
    try:
        return operators_record(RecordOf(of))
    except ValueError:
        raise Http404 from None


@operator_view
@require_safe
def record(request: OperatorRequest, of: str) -> HttpResponse:
    return render(request, "console/record.html", {"record": _record(of), "kinds": RecordOf})


@operator_view
@require_safe
def record_paper(_request: OperatorRequest, of: str) -> HttpResponse:
    return pdf(record_pdf(_record(of)), f"record-of-processing-{of}")


@operator_view
@require_safe
def record_data(_request: OperatorRequest, of: str) -> HttpResponse:
    return JsonResponse(record_json(_record(of)))


@operator_view
@require_safe
def agreement(request: OperatorRequest, handle: str) -> HttpResponse:
    """The paper that the operator signs, too; while a party is not named, what to fill in."""
    merchant = merchant_by_handle(handle)
    if merchant is None:
        raise Http404
    try:
        with scope(merchant=merchant):
            return pdf(agreement_pdf(merchant), f"processing-agreement-{handle}")
    except PartiesBlank as blank:
        shown = {"missing": blank.missing, "shop": merchant}
        return render(request, "console/agreement.html", shown, status=409)
