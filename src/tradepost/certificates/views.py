"""Handing out certificates: to the person, to the shop, and to whoever has the address of one."""

from collections.abc import Iterable
from pathlib import Path

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tradepost.certificates import verify_certificate
from tradepost.certificates.models import Certificate
from tradepost.certificates.queries import certificates_of, certificates_of_shop
from tradepost.certificates.signing import public_key
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.rights.actions.portal import subject_of, visit_of
from tradepost.rights.types import COOKIE, SEE_PRIVACY

_A_PAGE = 50


def _shown(rows: Iterable[Certificate]) -> dict[str, object]:
    """Addresses are worked out here: in the office a template would look for them among its own."""
    lines = [(row, _to("download", row), _to("stamp", row) if row.stamp else "") for row in rows]
    return {
        "lines": lines,
        "script": reverse("certificates:script"),
        "key": reverse("certificates:key"),
    }


def _to(page: str, row: Certificate) -> str:
    return reverse(f"certificates:{page}", args=[row.token])


def _file(content: bytes | str, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type=kind, headers=headers)


@require_safe
def download(request: object, token: str) -> HttpResponse:
    row = get_object_or_404(Certificate, token=token)
    return _file(row.document, row.file_name, "application/json")


@require_safe
def stamp(request: object, token: str) -> HttpResponse:
    row = get_object_or_404(Certificate, token=token)
    if row.stamp is None:
        raise Http404
    return _file(bytes(row.stamp), f"{row.file_name}.tsr", "application/timestamp-reply")


@require_safe
def key(request: object) -> HttpResponse:
    return _file(public_key(), "key.pem", "application/x-pem-file")


@require_safe
def script(request: object) -> HttpResponse:
    """The page of Python that checks a certificate without us."""
    path = Path(verify_certificate.__file__)
    return _file(path.read_bytes(), path.name, "text/x-python")


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """In a running visit; everybody else starts at the form."""
    visit = visit_of(request.COOKIES.get(COOKIE, ""))
    if visit is None:
        return redirect("rights:ask")
    rows = certificates_of(subject_of(visit))
    return render(request, "certificates/mine.html", _shown(rows))


@office_view(SEE_PRIVACY)
@require_safe
def office_list(request: MerchantRequest) -> HttpResponse:
    rows = certificates_of_shop(request.merchant.pk)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/list.html", {"page": page, **_shown(page)})
