"""Campaigns in the back office: the list, the editor, pictures and settings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.campaigns import queries
from tradepost.campaigns.actions.pictures import add_picture, bring_pictures, delete_picture
from tradepost.campaigns.actions.write import (
    change_campaign,
    copy_campaign,
    create_campaign,
    delete_campaign,
    save_sending_settings,
)
from tradepost.campaigns.appearance import letter_of, sending_settings
from tradepost.campaigns.compose import merge
from tradepost.campaigns.compose.marks import TEXTS, with_our_fields
from tradepost.campaigns.forms.bringing import pictures_to_bring
from tradepost.campaigns.forms.writing import CampaignForm, PictureForm, SendingSettingsForm
from tradepost.campaigns.models import Campaign, Picture
from tradepost.campaigns.recipients import known_fields
from tradepost.campaigns.types import CHANGE_CAMPAIGNS, SEE_CAMPAIGNS, CampaignError, CampaignState
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.ui.drawing.pictures import NotAPicture
from tradepost.ui.paging import page_of

PER_PAGE = 30


@office_view(SEE_CAMPAIGNS)
def index(request: MerchantRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    text = request.GET.get("q", "").strip()[:80]
    rows = queries.campaigns_of(request.merchant, state=state, text=text)
    page = page_of(rows, request, PER_PAGE)
    context = {"page": page, "state": state, "q": text, "states": CampaignState.choices}
    return render(request, "campaigns/list.html", context)


@office_view(CHANGE_CAMPAIGNS)
def new(request: MerchantRequest) -> HttpResponse:
    blank = Campaign(merchant=request.merchant)
    form = CampaignForm(request.merchant, _sent(request), instance=blank)
    if request.method != "POST":
        return _editor(request, form, None)
    values = _typed(request, form)
    campaign = create_campaign(merchant=request.merchant, by=Actor.user(request.user), **values)
    return _after_saving(request, form, campaign)


@office_view(SEE_CAMPAIGNS)
def edit(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    campaign = Campaign.get_or_404(campaign_id)
    may_change = request.membership.may(CHANGE_CAMPAIGNS)
    if not campaign.is_draft or not may_change:
        there = "report" if campaign.has_started else "preview"
        return redirect(f"campaigns_office:{there}", request.merchant.handle, campaign_id)
    form = CampaignForm(request.merchant, _sent(request), instance=campaign)
    if request.method != "POST":
        return _editor(request, form, campaign)
    try:
        campaign = change_campaign(
            campaign=campaign, by=Actor.user(request.user), **_typed(request, form)
        )
    except CampaignError as error:  # somebody scheduled or started it meanwhile
        form.add_error(None, str(error))
        return _editor(request, form, campaign)
    return _after_saving(request, form, campaign)


def _sent(request: MerchantRequest) -> QueryDict | None:
    """Whatever is sent, even nothing at all: what is saved is all that could be read."""
    return request.POST if request.method == "POST" else None


def _typed(request: MerchantRequest, form: CampaignForm) -> dict[str, Any]:
    """What can be stored of what was typed, with uploaded pictures and our fields put in."""
    form.is_valid()
    values = form.values()
    if "use_ours" in request.POST:
        values |= with_our_fields(values, known_fields(request.merchant))
    uploads = pictures_to_bring(request.POST, request.FILES)
    if uploads and "body" in values:
        values["body"], refused = bring_pictures(
            merchant=request.merchant,
            body=values["body"],
            uploads=uploads,
            by=Actor.user(request.user),
        )
        for sentence in refused:
            form.add_error("body", sentence)
    form.put({name: values[name] for name in TEXTS if name in values})
    return values


def _after_saving(request: MerchantRequest, form: CampaignForm, campaign: Campaign) -> HttpResponse:
    """What could not be stored stays on the page, typed as it was; all else is safe."""
    if form.errors:
        messages.warning(request, _("All that could be read is saved; mend what is marked."))
        return _editor(request, form, campaign)
    if letter_of(campaign).is_whole:
        messages.success(request, _("The draft is saved."))
    else:
        messages.warning(
            request, _("The draft is saved. It can be sent when what is listed is mended.")
        )
    there = "preview" if "preview" in request.POST else "edit"
    return redirect(f"campaigns_office:{there}", request.merchant.handle, campaign.public_id)


def _editor(
    request: MerchantRequest, form: CampaignForm, campaign: Campaign | None
) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "campaign": campaign,
        "letter": form.letter(),
        "known": sorted(known_fields(request.merchant)),
        "filters": merge.FILTERS,
        "pictures": queries.pictures_of(request.merchant)[:12],
    }
    status = 422 if form.errors else 200
    return render(request, "campaigns/edit.html", context, status=status)


@require_POST
@office_view(CHANGE_CAMPAIGNS)
def copy(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    campaign = Campaign.get_or_404(campaign_id)
    name = _("%(name)s (copy)") % {"name": campaign.name[:100]}
    made = copy_campaign(campaign=campaign, name=name, by=Actor.user(request.user))
    return redirect("campaigns_office:edit", request.merchant.handle, made.public_id)


@require_POST
@office_view(CHANGE_CAMPAIGNS)
def delete(request: MerchantRequest, campaign_id: str) -> HttpResponse:
    campaign = Campaign.get_or_404(campaign_id)
    try:
        delete_campaign(campaign=campaign, by=Actor.user(request.user))
        messages.success(request, _("“%(name)s” is deleted.") % {"name": campaign.name})
    except CampaignError as error:
        messages.error(request, str(error))
    return redirect("campaigns_office:list", request.merchant.handle)


@office_view(CHANGE_CAMPAIGNS)
def pictures(request: MerchantRequest) -> HttpResponse:
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_picture(
                merchant=request.merchant,
                upload=form.cleaned_data["file"],
                alt=form.cleaned_data["alt"],
                by=Actor.user(request.user),
            )
            messages.success(request, _("The picture is ready to be used."))
            return redirect("campaigns_office:pictures", request.merchant.handle)
        except NotAPicture as error:
            form.add_error("file", str(error))
    page = page_of(queries.pictures_of(request.merchant), request, 24)
    return render(request, "campaigns/pictures.html", {"form": form, "page": page})


@require_POST
@office_view(CHANGE_CAMPAIGNS)
def remove_picture(request: MerchantRequest, picture_id: str) -> HttpResponse:
    delete_picture(picture=Picture.get_or_404(picture_id), by=Actor.user(request.user))
    messages.success(request, _("The picture is deleted."))
    return redirect("campaigns_office:pictures", request.merchant.handle)


@office_view(CHANGE_CAMPAIGNS)
def settings(request: MerchantRequest) -> HttpResponse:
    known = sending_settings(request.merchant)
    form = SendingSettingsForm(request.merchant, request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        save_sending_settings(
            merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data
        )
        messages.success(request, _("Saved. Letters that are on their way stay as they are."))
        return redirect("campaigns_office:settings", request.merchant.handle)
    return render(request, "campaigns/settings.html", {"form": form})
