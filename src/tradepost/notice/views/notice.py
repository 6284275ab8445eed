"""The public pages: notices in their variants and forms, their versions, the processing agreement."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tradepost.datamap.processors import NOTICE_DAYS
from tradepost.merchants.models import Merchant
from tradepost.notice.addresses import (
    address,
    address_for_programs,
    address_of_version,
    variant_links,
)
from tradepost.notice.document import build_notice
from tradepost.notice.formats.json_ld import as_json_ld
from tradepost.notice.formats.paper import notice_pdf
from tradepost.notice.transitions.reading import controller_of, portal_of
from tradepost.notice.types import NoticeVariant
from tradepost.notice.versions import differences, posted_versions, version_and_before
from tradepost.rights.words import country_name


@require_safe
def notice(
    request: HttpRequest, handle: str = "", variant: NoticeVariant = NoticeVariant.WORLD
) -> HttpResponse:
    """A shop's notice for its customers, or, without a shop, the operator's for merchants."""
    merchant = _shop(handle)
    versions = posted_versions(merchant, variant)
    context = {
        "notice": build_notice(merchant, variant),
        "variants": variant_links(merchant, variant),
        "in_force": versions.in_force,
        "announced": versions.announced,
        "earlier": [
            (row.number, address_of_version(merchant, variant, row.number))
            for row in versions.earlier
        ],
        "paper": address("paper", merchant, variant),
        "for_programs": address_for_programs(merchant),
        "blanks": settings.NOTICE_BLANKS,
        **_who(merchant),
        "privacy_url": request.path,
    }
    return render(request, "notice/notice.html", context)


@require_safe
def paper(
    request: HttpRequest,
    handle: str = "",
    variant: NoticeVariant = NoticeVariant.WORLD,
) -> HttpResponse:
    """The notice as a PDF, to print or keep."""
    merchant = _shop(handle)
    pdf = notice_pdf(build_notice(merchant, variant), _who(merchant))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="privacy.pdf"'
    return answer


@require_safe
def for_programs(request: HttpRequest, handle: str = "") -> HttpResponse:
    """The notice as linked data, with what the checks found last."""
    return JsonResponse(
        as_json_ld(build_notice(_shop(handle))),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@require_safe
def version(
    request: HttpRequest,
    number: int,
    handle: str = "",
    variant: NoticeVariant = NoticeVariant.WORLD,
) -> HttpResponse:
    """One posted version as it was, with what it changed."""
    merchant = _shop(handle)
    before, row = version_and_before(merchant, number, variant)
    if row is None:
        raise Http404
    context = {
        "version": row,
        "variant": variant,
        "differences": differences(before, row) if before else [],
        "now": address("notice", merchant, variant),
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


def _shop(handle: str) -> Merchant | None:
    """Raises: Http404."""
    return get_object_or_404(Merchant, handle=handle) if handle else None


def _who(merchant: Merchant | None) -> dict[str, object]:
    """Who is responsible, for whom the notice is, and where people see to their data."""
    return {
        "merchant": None,
        "shop_of_notice": merchant,
        "controller": controller_of(merchant),
        "portal": portal_of(merchant),
        "environment": settings.TRADEPOST,
        "operator_country": country_name(settings.TRADEPOST.operator_country),
        "site_name": merchant.name if merchant else "",
    }
