"""Campaigns and their events in the REST API."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Model
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError
from ninja.pagination import PageNumberPagination, paginate

from tradepost.audience.models import ContactList, Segment
from tradepost.audit.types import Actor
from tradepost.campaigns import queries
from tradepost.campaigns.actions.control import cancel as cancel_action
from tradepost.campaigns.actions.control import schedule as schedule_action
from tradepost.campaigns.actions.start import start as start_action
from tradepost.campaigns.actions.write import change_campaign, create_campaign
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.reports import report_of
from tradepost.campaigns.tracking.loader import ANONYMOUS
from tradepost.campaigns.tracking.machines import MACHINE, PEOPLE, PROXIES, UNKNOWN
from tradepost.campaigns.types import (
    BodyFormat,
    CampaignError,
    CampaignNotReady,
    CampaignState,
    Frame,
)
from tradepost.datamap.columns.opaque_id import public_id
from tradepost.merchants.rest.auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.rest.bodies import Input
from tradepost.merchants.rest.idempotency import idempotent

router = Router(tags=["campaigns"])


class CampaignOut(Schema):
    id: str = Field(alias="public_id")
    name: str
    subject: str
    preheader: str
    from_name: str
    reply_to: str
    body_format: str
    frame: str
    body: str
    text: str
    list_id: str | None = None
    segment_id: str | None = None
    consent_kind: str
    state: str
    scheduled_for: datetime | None
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_list_id(row: Campaign) -> str | None:
        return _public(ContactList, row.contact_list_id)

    @staticmethod
    def resolve_segment_id(row: Campaign) -> str | None:
        return _public(Segment, row.segment_id)


class CampaignIn(Input):
    """``list_id`` or ``segment_id``, not both."""

    name: str = Field(min_length=1, max_length=120)
    subject: str = Field("", max_length=200)
    preheader: str = Field("", max_length=150)
    from_name: str = Field("", max_length=80)
    reply_to: str = Field("", max_length=254)
    body_format: BodyFormat = BodyFormat.MARKDOWN
    frame: Frame = Frame.LETTER
    body: str = Field("", max_length=200_000)
    text: str = Field("", max_length=200_000)
    list_id: str | None = None
    segment_id: str | None = None


class CampaignChange(Input):
    """Only what is named is changed."""

    name: str | None = Field(None, min_length=1, max_length=120)
    subject: str | None = Field(None, max_length=200)
    preheader: str | None = Field(None, max_length=150)
    from_name: str | None = Field(None, max_length=80)
    reply_to: str | None = Field(None, max_length=254)
    body_format: BodyFormat | None = None
    frame: Frame | None = None
    body: str | None = Field(None, max_length=200_000)
    text: str | None = Field(None, max_length=200_000)
    list_id: str | None = None
    segment_id: str | None = None


class ScheduleIn(Input):
    at: datetime


class ReportOut(Schema):
    """Counts of people, never who they are. From ``sent`` to ``cancelled`` each recipient counts once.

    ``sent``: taken by the recipient's server and not come back. ``bounced``: refused by it, or returned
    later. ``deferred`` and ``waiting`` are still to be sent.
    """

    recipients: int
    sent: int
    deferred: int
    waiting: int
    bounced: int
    suppressed: int
    no_consent: int
    uncertain: int
    failed: int
    cancelled: int
    unsubscribed: int
    complained: int
    refused_before: dict[str, int]


class EventsOut(Schema):
    """Opens and clicks by who is behind them. ``people`` agreed to be measured and count once each; all
    others are requests: ``anonymous`` readers, proxies of mail services, machines."""

    opens: dict[str, int]
    clicks: dict[str, int]
    links: list[dict[str, object]]
    not_counted: dict[str, int]


@router.get("/campaigns", auth=TokenAuth("campaigns:read"), response=list[CampaignOut])
@paginate(PageNumberPagination, page_size=50)
@api_view("campaigns:read")
def list_campaigns(request: ApiRequest, state: CampaignState | None = None) -> object:
    return queries.campaigns_of(request.merchant, state=state or "")


@router.post("/campaigns", auth=TokenAuth("campaigns:write"), response={201: CampaignOut})
@idempotent
@api_view("campaigns:write")
def create(request: ApiRequest, body: CampaignIn) -> object:
    values = _values(body.dict())
    made = _refusing(
        lambda: create_campaign(merchant=request.merchant, by=Actor.token(request.token), **values)
    )
    return Status(201, made)


@router.get("/campaigns/{campaign_id}", auth=TokenAuth("campaigns:read"), response=CampaignOut)
@api_view("campaigns:read")
def get(request: ApiRequest, campaign_id: str) -> object:
    return Campaign.get_or_404(campaign_id)


@router.patch("/campaigns/{campaign_id}", auth=TokenAuth("campaigns:write"), response=CampaignOut)
@api_view("campaigns:write")
def change(request: ApiRequest, campaign_id: str, body: CampaignChange) -> object:
    campaign = Campaign.get_or_404(campaign_id)
    values = _values(body.dict(exclude_unset=True))
    return _refusing(
        lambda: change_campaign(campaign=campaign, by=Actor.token(request.token), **values)
    )


@router.post(
    "/campaigns/{campaign_id}/start", auth=TokenAuth("campaigns:write"), response=CampaignOut
)
@idempotent
@api_view("campaigns:write")
def start(request: ApiRequest, campaign_id: str) -> object:
    """Send it now. A campaign that has started is answered as it is: it is never sent twice."""
    campaign = Campaign.get_or_404(campaign_id)
    return _refusing(lambda: start_action(campaign=campaign, by=Actor.token(request.token)))


@router.post(
    "/campaigns/{campaign_id}/schedule", auth=TokenAuth("campaigns:write"), response=CampaignOut
)
@idempotent
@api_view("campaigns:write")
def schedule(request: ApiRequest, campaign_id: str, body: ScheduleIn) -> object:
    """The person who made the token must still be allowed to send when the time comes."""
    campaign = Campaign.get_or_404(campaign_id)
    if body.at.tzinfo is None:
        raise HttpError(422, "at needs a time zone, such as 2026-12-24T08:00:00Z.")
    maker = request.token.created_by
    if maker is None:
        raise HttpError(409, "Whoever made this token has left; make a new one.")
    return _refusing(
        lambda: schedule_action(
            campaign=campaign, at=body.at, by=Actor.token(request.token), answering=maker
        )
    )


@router.post(
    "/campaigns/{campaign_id}/cancel", auth=TokenAuth("campaigns:write"), response=CampaignOut
)
@idempotent
@api_view("campaigns:write")
def cancel(request: ApiRequest, campaign_id: str) -> object:
    campaign = Campaign.get_or_404(campaign_id)
    return _refusing(lambda: cancel_action(campaign=campaign, by=Actor.token(request.token)))


@router.get("/campaigns/{campaign_id}/report", auth=TokenAuth("campaigns:read"), response=ReportOut)
@api_view("campaigns:read")
def report(request: ApiRequest, campaign_id: str) -> object:
    found = report_of(Campaign.get_or_404(campaign_id))
    counted = ("sent", "bounced", "suppressed", "no_consent", "uncertain", "failed")
    return {
        "recipients": found.recipients,
        "deferred": found.deferred,
        "waiting": found.waiting,
        "cancelled": found.mailing.cancelled if found.mailing else 0,
        **{name: getattr(found.mailing, name, 0) for name in counted},
        "unsubscribed": found.left,
        "complained": found.complained,
        "refused_before": found.campaign.refused,
    }


@router.get("/campaigns/{campaign_id}/events", auth=TokenAuth("events:read"), response=EventsOut)
@api_view("events:read")
def events(request: ApiRequest, campaign_id: str) -> object:
    found = report_of(Campaign.get_or_404(campaign_id))
    who = (PEOPLE, ANONYMOUS, *PROXIES, MACHINE, UNKNOWN)
    links = found.counts["link"]
    return {
        "opens": {name: found.total("open", name) for name in who},
        "clicks": {name: found.total("click", name) for name in who},
        "links": [
            {"url": url, **{name: links.get((str(number), name), 0) for name in who}}
            for number, url in enumerate(found.campaign.links, start=1)
        ],
        "not_counted": dict(found.dropped()),
    }


def _public(model: type[Model], pk: int | None) -> str | None:
    return public_id(model._meta.label_lower, pk) if pk else None


def _values(values: dict[str, Any]) -> dict[str, Any]:
    """Names and rows of the actions. Raises: Http404, for a list that is not the merchant's."""
    for name, field, model in (
        ("list_id", "contact_list", ContactList),
        ("segment_id", "segment", Segment),
    ):
        if name in values:
            chosen = values.pop(name)
            values[field] = model.get_or_404(chosen) if chosen else None
    if values.get("contact_list") and values.get("segment"):
        raise HttpError(422, "list_id or segment_id, not both.")
    return {name: value for name, value in values.items() if value is not None or name in _EMPTY}


_EMPTY = {"contact_list", "segment"}


def _refusing(act: Callable[[], Campaign]) -> Campaign:
    """Raises: HttpError, with the sentence that people would read."""
    try:
        campaign: Campaign = act()
    except CampaignNotReady as error:
        raise HttpError(422, str(error)) from None
    except CampaignError as error:
        raise HttpError(409, str(error)) from None
    return campaign
