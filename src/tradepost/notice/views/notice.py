"""The public pages: notices, their versions, the processing agreement."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradepost.datamap.processors import NOTICE_DAYS
from tradepost.merchants.models import Merchant
from tradepost.notice.document import build_notice
from tradepost.notice.versions import differences, posted_versions, version_and_before
from tradepost.rights.words import country_name


@require_safe
def notice(request: HttpRequest, handle: str = "") -> HttpResponse:
    """A shop's notice for its customers, or, without a shop, the operator's for merchants."""
    merchant = get_object_or_404(Merchant, handle=handle) if handle else None
    versions = posted_versions(merchant)
    context = {
        "notice": build_notice(merchant),
        "merchant": None,
        "shop_of_notice": merchant,
        "in_force": versions.in_force,
        "announced": versions.announced,
        "earlier": versions.earlier,
        "portal": reverse("rights:ask-merchant", args=[handle])
        if handle
        else reverse("rights:ask"),
        "environment": settings.TRADEPOST,
        "blanks": settings.NOTICE_BLANKS,
        "operator_country": country_name(settings.TRADEPOST.operator_country),
        "site_name": merchant.name if merchant else "",
        "privacy_url": request.path,
    }
    return render(request, "notice/notice.html", context)


@require_safe
def version(request: HttpRequest, number: int, handle: str = "") -> HttpResponse:
    """One posted version as it was, with what it changed."""
    merchant = get_object_or_404(Merchant, handle=handle) if handle else None
    before, row = version_and_before(merchant, number)
    if row is None:
        raise Http404
    context = {
        "version": row,
        "differences": differences(before, row) if before else [],
        "shop_of_notice": merchant,
        "site_name": merchant.name if merchant else "",
    }
    return render(request, "notice/notice_version.html", context)


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """What the operator does for merchants as their processor (promise access.two-tier)."""
    context = {
        "environment": settings.TRADEPOST,
        "notice": build_notice(),
        "notice_days": NOTICE_DAYS,
    }
    return render(request, "notice/agreement.html", context)
