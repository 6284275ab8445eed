"""Unsubscribing, for whoever holds the link: GET asks, POST acts (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_scopes import scopes_disabled

from tradepost.campaigns.actions.leave import choices_url, leave, stop_measuring
from tradepost.campaigns.forms.sending import LeaveForm
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.tracking.tokens import UNSUBSCRIBE, Forged, signer

ONE_CLICK = "One-Click"


@csrf_exempt  # the token is the proof; mail programs send neither cookies nor a CSRF token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Never redirects and never asks for a sign-in. Says the same to whoever is gone already."""
    campaign_id, contact_id = _read(token)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK:
        leave(campaign_id=campaign_id, contact_id=contact_id, how="one-click")
        return HttpResponse("Unsubscribed.\n", content_type="text/plain; charset=utf-8")
    campaign = _campaign(campaign_id)
    if campaign is None:  # the shop has closed: nobody is written to any more
        return render(request, "campaigns/nobody_writes.html")
    context: dict[str, object] = {
        "campaign": campaign,
        "is_trial": contact_id == 0,
        "choices_url": choices_url(campaign_id=campaign_id, contact_id=contact_id),
    }
    if request.method != "POST":
        return render(request, "campaigns/leave.html", context | {"form": LeaveForm()})
    if "measuring" in request.POST:
        stop_measuring(campaign_id=campaign_id, contact_id=contact_id)
        return render(request, "campaigns/unmeasured.html", context)
    _leave(LeaveForm(request.POST), campaign_id, contact_id)
    return render(request, "campaigns/left.html", context)


def _leave(form: LeaveForm, campaign_id: int, contact_id: int) -> None:
    form.is_valid()  # nothing in it is needed
    leave(
        campaign_id=campaign_id,
        contact_id=contact_id,
        how="unsubscribe page",
        everything=bool(form.cleaned_data.get("everything")),
        reason=form.cleaned_data.get("reason", ""),
    )


def _read(token: str) -> tuple[int, int]:
    try:
        block, _rest = signer().read(UNSUBSCRIBE, token)
    except Forged:
        raise Http404 from None
    return signer().read_blocks([block])[0]


def _campaign(campaign_id: int) -> Campaign | None:
    with scopes_disabled():
        rows = Campaign.objects.select_related("merchant", "contact_list")
        return rows.filter(pk=campaign_id).first()
