"""The operator's breach desk: incidents of the whole installation, and who of all shops was touched."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.breaches.desk import pages
from tradepost.breaches.desk.desk import BreachDesk
from tradepost.breaches.models import Incident
from tradepost.console.views import OperatorRequest, operator_view

Page = Callable[[HttpRequest, BreachDesk, Incident], HttpResponse]
_forms = require_http_methods(["GET", "HEAD", "POST"])


def _address(page: str, number: str) -> str:
    """The console's names of the desk's pages."""
    name = {"list": "incidents", "new": "new-incident", "incident": "incident"}.get(page)
    return reverse(f"console:{name or f'incident-{page}'}", args=[number] if number else [])


def _desk(request: OperatorRequest) -> BreachDesk:
    user = request.user
    return BreachDesk(by=Actor.user(user), email=user.email, merchant=None, address=_address)


@operator_view
@require_safe
def incidents(request: OperatorRequest) -> HttpResponse:
    with scopes_disabled():
        return pages.list_page(request, _desk(request))


@operator_view
@_forms
def new(request: OperatorRequest) -> HttpResponse:
    with scopes_disabled():
        return pages.new_page(request, _desk(request))


def _of_incident(page: Page) -> Callable[..., HttpResponse]:
    """One page of one incident of the operator; a shop's own are not there."""

    def view(request: OperatorRequest, incident_id: str) -> HttpResponse:
        with scopes_disabled():
            row = Incident.get_or_404(incident_id, merchant=None)
            return page(request, _desk(request), row)

    return operator_view(view)


incident = require_safe(_of_incident(pages.incident_page))
facts = _forms(_of_incident(pages.facts_page))
scope = _forms(_of_incident(pages.scope_page))
freeze = require_POST(_of_incident(pages.freeze_page))
people = require_safe(_of_incident(pages.people_page))
severity = _forms(_of_incident(pages.severity_page))
letter = require_safe(_of_incident(pages.letter_page))
send_test = require_POST(_of_incident(pages.send_test_page))
send = require_POST(_of_incident(pages.send_page))
report = require_safe(_of_incident(pages.report_page))
authority = _forms(_of_incident(pages.authority_page))
decide = _forms(_of_incident(pages.decide_page))
close = require_POST(_of_incident(pages.close_page))
