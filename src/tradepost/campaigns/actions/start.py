"""Starting: the moment at which it is settled who gets the letter, and what it says."""

import logging

from django.db import models, transaction
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audit.actions import SYSTEM, record
from tradepost.campaigns.actions.write import locked
from tradepost.campaigns.compose.checks import checks
from tradepost.campaigns.looks import letter_of, sending_settings
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.recipients import eligible, refusals
from tradepost.campaigns.source import KIND
from tradepost.campaigns.types import CampaignError, CampaignState, NotNow, NotReady
from tradepost.delivery.actions import freeze_recipients, open_mailing, start_mailing
from tradepost.identity.models import User
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Permission

logger = logging.getLogger(__name__)


def start(*, campaign: Campaign, by: models.Model | str) -> Campaign:
    """Freeze the recipients and let the engine at them. Started twice is started once.

    One INSERT … SELECT copies those who are subscribed, agreed and have not objected; how many were
    refused, and why, is kept with the campaign.

    Raises:
        NotNow: it was cancelled, or ``by`` may not send any more.
        NotReady: something about it stops it; nothing was written.
    """
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.has_started:
            return campaign
        if campaign.state not in {CampaignState.DRAFT, CampaignState.SCHEDULED}:
            raise NotNow(f"The campaign is {campaign.get_state_display()}.")
        _still_allowed(campaign, by)
        chosen = sending_settings(campaign.merchant)
        letter = letter_of(campaign, chosen)
        stopping = [check.text for check in checks(campaign, letter) if check.stops]
        if stopping:
            raise NotReady(stopping)
        campaign.mailing = open_mailing(
            merchant=campaign.merchant, kind=KIND, source_id=campaign.pk
        )
        if not freeze_recipients(mailing=campaign.mailing, contacts=eligible(campaign)):
            raise NotReady(["Nobody on the list or in the segment may be written to."])
        campaign.refused = refusals(campaign)
        campaign.links = list(letter.links)
        campaign.measuring = chosen.measuring
        campaign.state = CampaignState.RUNNING
        campaign.started_at = timezone.now()
        campaign.started_by_id = by.pk if isinstance(by, User) else None
        campaign.save()
        start_mailing(mailing=campaign.mailing)
        record(
            actor=by,
            action="campaigns.start",
            target=campaign,
            merchant_id=campaign.merchant_id,
            detail={"recipients": campaign.mailing.total, "refused": campaign.refused},
        )
    return campaign


def start_due() -> int:
    """Start every scheduled campaign whose time has come. A periodic job; may run twice."""
    with scopes_disabled():
        due = list(
            Campaign.objects.select_related("merchant", "scheduled_by").filter(
                state=CampaignState.SCHEDULED, scheduled_for__lte=timezone.now()
            )
        )
    return sum(_start_one(campaign) for campaign in due)


def _start_one(campaign: Campaign) -> bool:
    """What cannot be sent goes back to being a draft, and says why; the others start all the same."""
    with scope(merchant=campaign.merchant):
        try:
            start(campaign=campaign, by=campaign.scheduled_by or SYSTEM)
        except CampaignError as error:
            _send_back(campaign, str(error))
            return False
        except Exception:  # a fault of ours with this one: it is tried again, and nobody else waits
            logger.exception("scheduled campaign %s could not be started", campaign.pk)
            return False
    return True


def _send_back(campaign: Campaign, why: str) -> None:
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state != CampaignState.SCHEDULED:
            return
        campaign.state, campaign.stopped_because = CampaignState.DRAFT, why[:300]
        campaign.save()
        record(
            actor=SYSTEM,
            action="campaigns.send_back",
            target=campaign,
            merchant_id=campaign.merchant_id,
        )
    logger.warning("Scheduled campaign %s was not started.", campaign.pk)


def _still_allowed(campaign: Campaign, by: models.Model | str) -> None:
    """Asked again at the moment of sending: whoever scheduled it may have left the team since."""
    if not isinstance(by, User):
        if by == SYSTEM:
            raise NotNow("Whoever scheduled it has left the team.")
        return  # an API token, whose scope was checked with the call
    membership = Membership.objects.filter(merchant=campaign.merchant, user=by).first()
    if membership is None or not membership.may(Permission.CHANGE_CAMPAIGNS):
        raise NotNow("Whoever scheduled it may not send campaigns any more.")
