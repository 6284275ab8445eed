"""Every read of campaigns that a page or the API needs."""

from dataclasses import dataclass

from django.db.models import QuerySet

from tradepost.campaigns.models import Campaign, Event, Picture
from tradepost.campaigns.types import TrackingKind
from tradepost.delivery.models import Handover
from tradepost.delivery.queries import recipients
from tradepost.delivery.types import HandoverState
from tradepost.merchants.models import Merchant


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One line of "who got it"."""

    handover: Handover
    opened: bool
    clicked: bool


def campaigns_of(merchant: Merchant, *, state: str = "", text: str = "") -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(merchant=merchant).select_related(
        "mailing", "contact_list", "segment"
    )
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(subject__icontains=text)
    return rows


def pictures_of(merchant: Merchant) -> QuerySet[Picture]:
    return Picture.objects.filter(merchant=merchant)


def handovers(campaign: Campaign, *, state: str = "", address: str = "") -> QuerySet[Handover]:
    """Who got it, and what the server said; by state and by the start of the address."""
    if campaign.mailing is None:
        return Handover.objects.none()
    known = HandoverState(state) if state in HandoverState.values else None
    return recipients(mailing=campaign.mailing, state=known, address=address)


def with_behaviour(campaign: Campaign, page: list[Handover]) -> list[RecipientRow]:
    """One page of recipients, with opens and clicks of those who agreed to be measured."""
    rows = Event.objects.filter(
        campaign=campaign, contact_id__in=[row.contact_id for row in page]
    ).values_list("contact_id", "kind")
    done = set(rows)
    return [
        RecipientRow(
            row,
            opened=(row.contact_id, TrackingKind.OPEN.value) in done,
            clicked=(row.contact_id, TrackingKind.CLICK.value) in done,
        )
        for row in page
    ]
