"""A shop's breach desk in its back office."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.breaches.desk import pages
from tradepost.breaches.desk.desk import BreachDesk
from tradepost.breaches.models import Incident
from tradepost.datamap.rooms import Permission
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.rights.types import CHANGE_PRIVACY, SEE_PRIVACY

Page = Callable[[HttpRequest, BreachDesk, Incident], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]
_forms = require_http_methods(["GET", "HEAD", "POST"])


def _desk(request: MerchantRequest) -> BreachDesk:
    handle = request.merchant.handle

    def address(page: str, number: str) -> str:
        return reverse(f"breaches_office:{page}", args=[handle, number] if number else [handle])

    return BreachDesk(
        by=Actor.user(request.user),
        email=request.user.email,
        merchant=request.merchant,
        address=address,
    )


@office_view(SEE_PRIVACY)
@require_safe
def incidents(request: MerchantRequest) -> HttpResponse:
    return pages.list_page(request, _desk(request))


@office_view(CHANGE_PRIVACY)
@_forms
def new(request: MerchantRequest) -> HttpResponse:
    return pages.new_page(request, _desk(request))


def _of_incident(
    permission: Permission, methods: Methods, page: Page
) -> Callable[..., HttpResponseBase]:
    """One page of one incident of the shop; another shop's is not there."""

    def view(request: MerchantRequest, incident_id: str) -> HttpResponse:
        return page(request, _desk(request), Incident.get_or_404(incident_id))

    return office_view(permission)(methods(view))


incident = _of_incident(SEE_PRIVACY, require_safe, pages.incident_page)
facts = _of_incident(CHANGE_PRIVACY, _forms, pages.facts_page)
scope = _of_incident(CHANGE_PRIVACY, _forms, pages.scope_page)
freeze = _of_incident(CHANGE_PRIVACY, require_POST, pages.freeze_page)
people = _of_incident(CHANGE_PRIVACY, require_safe, pages.people_page)
severity = _of_incident(CHANGE_PRIVACY, _forms, pages.severity_page)
letter = _of_incident(CHANGE_PRIVACY, require_safe, pages.letter_page)
send_test = _of_incident(CHANGE_PRIVACY, require_POST, pages.send_test_page)
send = _of_incident(CHANGE_PRIVACY, require_POST, pages.send_page)
report = _of_incident(CHANGE_PRIVACY, require_safe, pages.report_page)
authority = _of_incident(CHANGE_PRIVACY, _forms, pages.authority_page)
decide = _of_incident(CHANGE_PRIVACY, _forms, pages.decide_page)
close = _of_incident(CHANGE_PRIVACY, require_POST, pages.close_page)
