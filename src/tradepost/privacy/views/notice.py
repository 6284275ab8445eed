"""The public pages: notices, the processing agreement, the proof."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradepost.merchants.models import Merchant
from tradepost.privacy.actions.post_notice import (
    differences,
    posted_versions,
    version_and_before,
)
from tradepost.privacy.figures import country_name
from tradepost.privacy.notice import build_notice
from tradepost.privacy.processors import NOTICE_DAYS
from tradepost.privacy.proof import build_proof


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
        "portal": reverse("privacy:ask-merchant", args=[handle])
        if handle
        else reverse("privacy:ask"),
        "environment": settings.TRADEPOST,
        "operator_country": country_name(settings.TRADEPOST.operator_country),
        "site_name": merchant.name if merchant else "",
        "privacy_url": request.path,
    }
    return render(request, "privacy/notice.html", context)


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
    return render(request, "privacy/notice_version.html", context)


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """What the operator does for merchants as their processor (promise access.two-tier)."""
    context = {
        "environment": settings.TRADEPOST,
        "notice": build_notice(),
        "notice_days": NOTICE_DAYS,
    }
    return render(request, "privacy/agreement.html", context)


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/proof.html", {"proof": build_proof()})
