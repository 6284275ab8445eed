"""What the operator announced, as a shop reads it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.bulletins.actions.announce import mark_read
from tradepost.bulletins.models import Bulletin
from tradepost.bulletins.queries import sent_to
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import CHANGE_SETTINGS, HOME
from tradepost.ui.paging import page_of

_A_PAGE = 20


def _sent_or_404(merchant: Merchant, bulletin_id: str) -> Bulletin:
    """Raises: Http404, for a draft and what was taken back, too."""
    row: Bulletin = Bulletin.get_or_404(bulletin_id)
    found = sent_to(merchant).filter(pk=row.pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@office_view(HOME)
def bulletins(request: MerchantRequest) -> HttpResponse:
    page = page_of(sent_to(request.merchant), request, _A_PAGE)
    return render(request, "bulletins/list.html", {"page": page})


@require_safe
@office_view(HOME)
def bulletin(request: MerchantRequest, bulletin_id: str) -> HttpResponse:
    row = _sent_or_404(request.merchant, bulletin_id)
    may_mark = request.membership.may(CHANGE_SETTINGS)
    return render(request, "bulletins/one.html", {"row": row, "may_mark": may_mark})


@require_POST
@office_view(CHANGE_SETTINGS)
def read(request: MerchantRequest, bulletin_id: str) -> HttpResponse:
    row = _sent_or_404(request.merchant, bulletin_id)
    mark_read(bulletin=row, merchant=request.merchant, by=Actor.user(request.user))
    messages.success(request, _("It is not shown above each page any more; it stays in this list."))
    return redirect("bulletins_office:list", request.merchant.handle)
