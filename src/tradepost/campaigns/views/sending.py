"""Looking at a letter before it goes, sending it, and steering it while it goes."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from tradepost.audience.models import Contact
from tradepost.audience.types import SEE_AUDIENCE
from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.campaigns import queries
from tradepost.campaigns.actions import control
from tradepost.campaigns.actions.record_view import record_look
from tradepost.campaigns.actions.send_test import send_test, team_addresses
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.appearance import letter_of
from tradepost.campaigns.compose.checks import checks, size_of
from tradepost.campaigns.compose.policy import content_policy
from tradepost.campaigns.forms.sending import ScheduleForm, TrialForm
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.preview import filled, people_to_preview
from tradepost.campaigns.recipients import eligible, refusals
from tradepost.campaigns.types import CHANGE_CAMPAIGNS, SEE_CAMPAIGNS, CampaignError
from tradepost.delivery.types import HandoverState
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.ui.paging import page_of

PER_PAGE = 50


def _chosen_contact(request: MerchantRequest, campaign: Campaign) -> Contact | None:
    """The person to preview as; looking at somebody is recorded."""
    asked = request.GET.get("as", "")
    if not asked or not request.membership.may(SEE_AUDIENCE):
        return None
    contact = Contact.get_or_404(asked)
    record_look(campaign=campaign, contact=contact, by=Actor.user(request.user))
    return contact


@office_view(SEE_CAMPAIGNS)
def preview(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    campaign = Campaign.get_or_404(campaign_id)
    letter = letter_of(campaign)
    contact = _chosen_contact(request, campaign)
    may_see_people = request.membership.may(SEE_AUDIENCE)
    context = {
        "campaign": campaign,
        "shown": filled(campaign, contact, letter),
        "contact": contact,
        "people": people_to_preview(campaign, request.GET.get("q", "")) if may_see_people else [],
        "checks": checks(campaign, letter),
        "size": size_of(letter),
        "trial": TrialForm(team_addresses(campaign), initial={"to": [request.user.email]}),
    }
    return render(request, "campaigns/preview.html", context)


@xframe_options_sameorigin
@office_view(SEE_CAMPAIGNS)
def preview_letter(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    """The letter by itself, for the frames of the preview: no script, no form, no other host."""
    campaign = Campaign.get_or_404(campaign_id)
    html = filled(campaign, _chosen_contact(request, campaign)).html
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = content_policy(html)
    return response


@require_POST
@office_view(CHANGE_CAMPAIGNS)
def trial(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    campaign = Campaign.get_or_404(campaign_id)
    contact = _chosen_contact(request, campaign)
    try:
        sent = send_test(
            campaign=campaign,
            to=request.POST.getlist("to"),
            by=Actor.user(request.user),
            as_contact=contact,
        )
        words = ngettext(
            "%(n)d test copy is on its way.", "%(n)d test copies are on their way.", sent
        )
        messages.success(request, words % {"n": sent})
    except CampaignError as error:
        messages.error(request, str(error))
    there = reverse("campaigns_office:preview", args=[request.merchant.handle, campaign_id])
    return redirect(f"{there}?as={contact.public_id}" if contact else there)


@office_view(CHANGE_CAMPAIGNS)
def send(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    """The last page before it goes: to how many, when, and what stands in the way."""
    campaign = Campaign.get_or_404(campaign_id)
    if campaign.has_started:
        return redirect("campaigns_office:report", request.merchant.handle, campaign_id)
    with timezone.override(request.merchant.time_zone):
        form = ScheduleForm(request.POST or None, initial={"at": campaign.scheduled_for})
        if request.method == "POST" and form.is_valid():
            at = form.cleaned_data["at"]
            done = _try(
                request,
                lambda: control.schedule(campaign=campaign, at=at, by=Actor.user(request.user)),
            )
            if done:
                messages.success(request, _("It is scheduled."))
                return redirect("campaigns_office:send", request.merchant.handle, campaign_id)
        return render(request, "campaigns/send.html", _before_sending(campaign, form))


def _before_sending(campaign: Campaign, form: ScheduleForm) -> dict[str, object]:
    found = checks(campaign, letter_of(campaign))
    return {
        "campaign": campaign,
        "form": form,
        "count": eligible(campaign).count(),
        "refused": refusals(campaign),
        "checks": found,
        "stopped": any(check.stops for check in found),
    }


def _try(request: MerchantRequest, act: Callable[[], object]) -> bool:
    try:
        act()
    except CampaignError as error:
        messages.error(request, str(error))
        return False
    return True


STEERING: dict[str, tuple[Callable[..., object], str]] = {
    "start": (start, "report"),
    "unschedule": (control.unschedule, "send"),
    "pause": (control.pause, "report"),
    "resume": (control.resume, "report"),
    "cancel": (control.cancel, "report"),
    "retry": (control.retry, "report"),
}


@require_POST
@office_view(CHANGE_CAMPAIGNS)
def steer(request: MerchantRequest, campaign_id: str, verb: str) -> HttpResponse:
    """Start, unschedule, pause, resume, cancel or retry; the address says which."""
    campaign = Campaign.get_or_404(campaign_id)
    act, there = STEERING[verb]
    done = _try(request, lambda: act(campaign=campaign, by=Actor.user(request.user)))
    if not done and not campaign.has_started:
        there = "send"
    if verb == "cancel" and not campaign.has_started:
        return redirect("campaigns_office:list", request.merchant.handle)
    return redirect(f"campaigns_office:{there}", request.merchant.handle, campaign_id)


@office_view(SEE_CAMPAIGNS)
def recipients(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    """Who got it, and what the server said; every look at this list is recorded."""
    campaign = Campaign.get_or_404(campaign_id)
    state, address = request.GET.get("state", ""), request.GET.get("q", "").strip()[:120]
    rows = queries.handovers(campaign, state=state, address=address)
    page = page_of(rows, request, PER_PAGE)
    look = record(
        actor=Actor.user(request.user),
        action="campaigns.look",
        target=campaign,
        merchant_id=request.merchant.pk,
        reason=gettext_noop("to see who got a letter"),
        detail={"shown": len(page.object_list), "kinds": ["e-mail address", "opens and clicks"]},
    )
    note_sighting(look, Contact, [row.contact_id for row in page if row.contact_id])
    context = {
        "campaign": campaign,
        "page": page,
        "people": queries.with_behaviour(campaign, list(page.object_list)),
        "state": state,
        "q": address,
        "states": HandoverState.choices,
    }
    return render(request, "campaigns/recipients.html", context)
