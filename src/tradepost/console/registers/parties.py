"""The operator's register of outside parties."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.console.views import OperatorRequest, operator_view
from tradepost.parties.desk import pages
from tradepost.parties.desk.desk import PartyDesk
from tradepost.parties.queries import PartyLine

Page = Callable[[HttpRequest, PartyDesk, PartyLine], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]
_forms = require_http_methods(["GET", "HEAD", "POST"])


def _address(page: str, name: str) -> str:
    called = {"list": "parties", "one": "party", "new": "new-party"}.get(page)
    return reverse(f"console:{called or f'party-{page}'}", args=[name] if name else [])


def _desk(request: OperatorRequest) -> PartyDesk:
    by = Actor.user(request.user)
    return PartyDesk(by=by, merchant=None, may_change=True, address=_address)


@operator_view
@require_safe
def parties(request: OperatorRequest) -> HttpResponse:
    return pages.list_page(request, _desk(request))


@operator_view
@_forms
def new(request: OperatorRequest) -> HttpResponse:
    return pages.new_page(request, _desk(request))


def _of_party(methods: Methods, page: Page) -> Callable[..., HttpResponse]:
    """One page of one party of the operator; a shop's own are not there."""

    def view(request: OperatorRequest, party_id: str) -> HttpResponse:
        desk = _desk(request)
        with scopes_disabled():
            return page(request, desk, pages.line_or_404(desk, party_id))

    return operator_view(methods(view))


party = _of_party(require_safe, pages.party_page)
change = _of_party(_forms, pages.change_page)
end = _of_party(_forms, pages.end_page)
contract = _of_party(require_safe, pages.contract_page)
