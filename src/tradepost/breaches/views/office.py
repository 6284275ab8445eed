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


def _of_incident(page: Page, permission: Permission) -> Callable[..., HttpResponseBase]:
    """One page of one incident of the shop; another shop's is not there."""

    def view(request: MerchantRequest, incident_id: str) -> HttpResponse:
        return page(request, _desk(request), Incident.get_or_404(incident_id))

    return office_view(permission)(view)


incident = require_safe(_of_incident(pages.incident_page, SEE_PRIVACY))
facts = _forms(_of_incident(pages.facts_page, CHANGE_PRIVACY))
scope = _forms(_of_incident(pages.scope_page, CHANGE_PRIVACY))
freeze = require_POST(_of_incident(pages.freeze_page, CHANGE_PRIVACY))
people = require_safe(_of_incident(pages.people_page, CHANGE_PRIVACY))
severity = _forms(_of_incident(pages.severity_page, CHANGE_PRIVACY))
letter = require_safe(_of_incident(pages.letter_page, CHANGE_PRIVACY))
send_test = require_POST(_of_incident(pages.send_test_page, CHANGE_PRIVACY))
send = require_POST(_of_incident(pages.send_page, CHANGE_PRIVACY))
report = require_safe(_of_incident(pages.report_page, CHANGE_PRIVACY))
authority = _forms(_of_incident(pages.authority_page, CHANGE_PRIVACY))
decide = _forms(_of_incident(pages.decide_page, CHANGE_PRIVACY))
close = require_POST(_of_incident(pages.close_page, CHANGE_PRIVACY))
