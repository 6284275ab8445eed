"""A shop's register of outside parties in its back office."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tradepost.audit.types import Actor
from tradepost.datamap.rooms import Permission
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.modules.places import place
from tradepost.parties.desk import pages
from tradepost.parties.desk.desk import PartyDesk
from tradepost.parties.queries import PartyLine
from tradepost.rights.types import CHANGE_PRIVACY, SEE_PRIVACY

Page = Callable[[HttpRequest, PartyDesk, PartyLine], HttpResponse]
Methods = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]
_forms = require_http_methods(["GET", "HEAD", "POST"])


def _desk(request: MerchantRequest) -> PartyDesk:
    handle = request.merchant.handle

    def address(page: str, name: str) -> str:
        return reverse(f"parties_office:{page}", args=[handle, name] if name else [handle])

    return PartyDesk(
        by=Actor.user(request.user),
        merchant=request.merchant,
        may_change=request.membership.may(CHANGE_PRIVACY),
        address=address,
        agreement=place("agreement"),
    )


@office_view(SEE_PRIVACY)
@require_safe
def parties(request: MerchantRequest) -> HttpResponse:
    return pages.list_page(request, _desk(request))


@office_view(CHANGE_PRIVACY)
@_forms
def new(request: MerchantRequest) -> HttpResponse:
    return pages.new_page(request, _desk(request))


def _of_party(
    permission: Permission, methods: Methods, page: Page
) -> Callable[..., HttpResponseBase]:
    """One page of one party of the shop; another shop's is not there."""

    def view(request: MerchantRequest, party_id: str) -> HttpResponse:
        desk = _desk(request)
        return page(request, desk, pages.line_or_404(desk, party_id))

    return office_view(permission)(methods(view))


one = _of_party(SEE_PRIVACY, require_safe, pages.party_page)
change = _of_party(CHANGE_PRIVACY, _forms, pages.change_page)
end = _of_party(CHANGE_PRIVACY, _forms, pages.end_page)
contract = _of_party(CHANGE_PRIVACY, require_safe, pages.contract_page)
