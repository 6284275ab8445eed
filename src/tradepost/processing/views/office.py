"""A shop's record of processing and its agreement with the operator."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.processing.agreement import agreement_context
from tradepost.processing.exports.downloads import pdf
from tradepost.processing.exports.papers import agreement_pdf, record_json, record_pdf
from tradepost.processing.queries import shops_record
from tradepost.processing.types import PartiesBlank
from tradepost.rights.types import SEE_PRIVACY


@office_view(SEE_PRIVACY)
@require_safe
def record(request: MerchantRequest) -> HttpResponse:
    return render(request, "processing/record.html", {"record": shops_record(request.merchant)})


@office_view(SEE_PRIVACY)
@require_safe
def record_paper(request: MerchantRequest) -> HttpResponse:
    return pdf(record_pdf(shops_record(request.merchant)), "record-of-processing")


@office_view(SEE_PRIVACY)
@require_safe
def record_data(request: MerchantRequest) -> HttpResponse:
    return JsonResponse(record_json(shops_record(request.merchant)))


@office_view(SEE_PRIVACY)
@require_safe
def agreement(request: MerchantRequest) -> HttpResponse:
    """The text to read; while a party is not named, what to fill in and where."""
    try:
        shown = agreement_context(request.merchant)
    except PartiesBlank as blank:
        shown = {"missing": blank.missing}
    return render(request, "processing/agreement.html", shown)


@office_view(SEE_PRIVACY)
@require_safe
def agreement_paper(request: MerchantRequest) -> HttpResponse:
    try:
        paper = agreement_pdf(request.merchant)
    except PartiesBlank as blank:
        shown = {"missing": blank.missing}
        return render(request, "processing/agreement.html", shown, status=409)
    return pdf(paper, "processing-agreement")
