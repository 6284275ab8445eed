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
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]
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


def _of_incident(methods: Methods, page: Page) -> Callable[..., HttpResponse]:
    """One page of one incident of the operator; a shop's own are not there."""

    def view(request: OperatorRequest, incident_id: str) -> HttpResponse:
        with scopes_disabled():
            row = Incident.get_or_404(incident_id, merchant=None)
            return page(request, _desk(request), row)

    return operator_view(methods(view))


incident = _of_incident(require_safe, pages.incident_page)
facts = _of_incident(_forms, pages.facts_page)
scope = _of_incident(_forms, pages.scope_page)
freeze = _of_incident(require_POST, pages.freeze_page)
people = _of_incident(require_safe, pages.people_page)
severity = _of_incident(_forms, pages.severity_page)
letter = _of_incident(require_safe, pages.letter_page)
send_test = _of_incident(require_POST, pages.send_test_page)
send = _of_incident(require_POST, pages.send_page)
report = _of_incident(require_safe, pages.report_page)
authority = _of_incident(_forms, pages.authority_page)
decide = _of_incident(_forms, pages.decide_page)
close = _of_incident(require_POST, pages.close_page)
