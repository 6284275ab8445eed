"""Mail to the shop's own address that no program could deal with."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradepost.audience.types import SEE_AUDIENCE
from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.queries import incoming_of, source_shown
from tradepost.delivery.retention import INCOMING_FOR
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.ui.paging import page_of

PER_PAGE = 50


@office_view(SEE_AUDIENCE)
@require_safe
def incoming_list(request: MerchantRequest) -> HttpResponse:
    rows = incoming_of(merchant=request.merchant)
    page = page_of(rows, request, PER_PAGE)
    look = record(
        actor=Actor.user(request.user),
        action="audience.look_incoming_list",
        merchant_id=request.merchant.pk,
        reason=gettext_noop("to see which mail came in"),
        detail={"shown": len(page)},
    )
    note_sighting(look, IncomingMail, (row.pk for row in page))
    context = {"page": page, "days": INCOMING_FOR.days}
    return render(request, "audience/incoming.html", context)


@office_view(SEE_AUDIENCE)
@require_safe
def incoming_page(request: MerchantRequest, mail_id: str) -> HttpResponse:
    mail = IncomingMail.get_or_404(mail_id, merchant=request.merchant)
    record(
        actor=Actor.user(request.user),
        action="audience.look_incoming",
        target=mail,
        merchant_id=request.merchant.pk,
        reason=gettext_noop("to read mail that came in"),
    )
    context = {"mail": mail, "source": source_shown(mail)}
    return render(request, "audience/incoming_mail.html", context)
