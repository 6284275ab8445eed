"""Writing a campaign: as often as wanted while it is a draft, never after it has started."""

from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audience.models import ContactList, Segment
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.campaigns.models import Campaign, Picture, SendingSettings
from tradepost.campaigns.types import CampaignState, CampaignStateError
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email
from tradepost.lib.typed_text import without_secrets
from tradepost.merchants.models import Merchant

EDITABLE = (
    *("name", "subject", "preheader", "from_name", "reply_to", "body_format", "frame", "body"),
    *("text", "contact_list", "segment", "consent_kind"),
)
_FREE_TEXT = ("name", "subject", "preheader", "body", "text")


class CampaignFields(TypedDict, total=False):
    """:data:`EDITABLE`, with their kinds."""

    name: str
    subject: str
    preheader: str
    from_name: str
    reply_to: str
    body_format: str
    frame: str
    body: str
    text: str
    contact_list: ContactList | None
    segment: Segment | None
    consent_kind: str


class SendingFields(TypedDict, total=False):
    """What may be set for all letters of a shop."""

    from_name: str
    reply_to: str
    accent: str
    logo: Picture | None
    measuring: str


def create_campaign(*, merchant: Merchant, by: Actor, **values: Unpack[CampaignFields]) -> Campaign:
    """A new draft. ``values`` are fields of :data:`EDITABLE`."""
    with transaction.atomic():
        campaign = Campaign(
            merchant=merchant,
            created_by_id=by.account_id,
            **_checked(values),
        )
        campaign.save()
        record(actor=by, action="campaigns.create", target=campaign, merchant_id=merchant.pk)
    return campaign


def change_campaign(*, campaign: Campaign, by: Actor, **values: Unpack[CampaignFields]) -> Campaign:
    """Set exactly these fields.

    Raises:
        CampaignStateError: it is scheduled, or has started.
    """
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state != CampaignState.DRAFT:
            raise CampaignStateError(
                _("The campaign is %(state)s and cannot be changed.")
                % {"state": campaign.get_state_display()}
            )
        for name, value in _checked(values).items():
            setattr(campaign, name, value)
        if values.get("contact_list"):
            campaign.segment = None
        elif values.get("segment"):
            campaign.contact_list = None
        campaign.changed_at = clock.now()
        campaign.save()
        record(
            actor=by,
            action="campaigns.change",
            target=campaign,
            merchant_id=campaign.merchant_id,
            detail={"changed": sorted(values)},
        )
    return campaign


def copy_campaign(*, campaign: Campaign, name: str, by: Actor) -> Campaign:
    """A draft that says the same, under a new name."""
    values: Any = {field: getattr(campaign, field) for field in EDITABLE}
    return create_campaign(merchant=campaign.merchant, by=by, **values | {"name": name})


def delete_campaign(*, campaign: Campaign, by: Actor) -> None:
    """Drafts only: what was sent stays accountable. Raises: CampaignStateError."""
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state != CampaignState.DRAFT:
            raise CampaignStateError(_("Only a draft can be deleted."))
        record(
            actor=by,
            action="campaigns.delete",
            target=campaign,
            merchant_id=campaign.merchant_id,
        )
        campaign.delete()


def save_sending_settings(
    *, merchant: Merchant, by: Actor, **values: Unpack[SendingFields]
) -> SendingSettings:
    with transaction.atomic():
        row, _is_new = SendingSettings.objects.update_or_create(merchant=merchant, defaults=values)
        record(
            actor=by,
            action="campaigns.change_settings",
            target=row,
            merchant_id=merchant.pk,
            detail={"changed": sorted(values)},
        )
    return row


def locked(campaign: Campaign) -> Campaign:
    """The row as it is now, held until the transaction ends."""
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("merchant")
    return rows.get(pk=campaign.pk)


def _checked(values: CampaignFields) -> dict[str, object]:
    """Card numbers are masked before they are kept.

    Raises: TypeError, for what is not editable; InvalidEmail.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    if values.get("reply_to"):
        values["reply_to"] = normalise_email(values["reply_to"])
    return {
        name: without_secrets(value) if name in _FREE_TEXT and isinstance(value, str) else value
        for name, value in values.items()
    }
