"""Starting: the moment at which it is settled who gets the letter, and what it says."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor, ActorKind
from tradepost.billing.meters import room_left
from tradepost.campaigns.actions.write import locked
from tradepost.campaigns.appearance import letter_of, sending_settings
from tradepost.campaigns.compose.checks import checks
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.recipients import eligible, refusals
from tradepost.campaigns.types import (
    CAMPAIGNS,
    CHANGE_CAMPAIGNS,
    MESSAGES_METER,
    SOURCE_KIND,
    TRACKING,
    CampaignError,
    CampaignNotReady,
    CampaignState,
    CampaignStateError,
    Measuring,
)
from tradepost.delivery.actions import freeze_recipients, open_mailing, queue_mail, start_mailing
from tradepost.lib import clock
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.queries import merchants_with
from tradepost.merchants.suspension import ShopActivity, is_stopped, stopped_shops
from tradepost.modules.switches import is_on

logger = logging.getLogger(__name__)

NOT_SENT = "campaigns/not-sent"

# A letter that goes out the same morning still says what it should. After an outage of half a day an
# offer "until tonight" may be over, or it is three in the morning: then whoever wrote it decides.
TOO_LATE = timedelta(hours=6)
_CLOCKWORK = Actor.job("campaigns.start_due")


def start(*, campaign: Campaign, by: Actor) -> Campaign:
    """Freeze the recipients and let the engine at them. Started twice is started once.

    One INSERT … SELECT copies those who are subscribed, agreed and have not objected; how many were
    refused, and why, is kept with the campaign.

    Raises:
        CampaignStateError: it was cancelled, or ``by`` may not send any more.
        CampaignNotReady: something about it stops it; nothing was written.
    """
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.has_started:
            return campaign
        if campaign.state not in {CampaignState.DRAFT, CampaignState.SCHEDULED}:
            raise CampaignStateError.in_state(campaign.get_state_display())
        if not is_on(CAMPAIGNS, campaign.merchant):
            raise CampaignStateError(_("Campaigns are switched off."))
        if is_stopped(campaign.merchant, ShopActivity.SENDING):
            raise CampaignStateError(
                _("The operator has suspended this shop: no campaign is sent.")
            )
        _still_allowed(campaign, by)
        chosen = sending_settings(campaign.merchant)
        letter = letter_of(campaign, chosen)
        stopping = [check.text for check in checks(campaign, letter) if check.stops]
        if stopping:
            raise CampaignNotReady(stopping)
        left = room_left(merchant=campaign.merchant, meter=MESSAGES_METER)
        campaign.mailing = open_mailing(
            merchant=campaign.merchant, kind=SOURCE_KIND, source_id=campaign.pk
        )
        if not freeze_recipients(mailing=campaign.mailing, contacts=eligible(campaign)):
            raise CampaignNotReady([_("Nobody on the list or in the segment may be written to.")])
        _require_room(campaign, left)
        campaign.refused = refusals(campaign)
        campaign.links = list(letter.links)
        measures = is_on(TRACKING, campaign.merchant)
        campaign.measuring = chosen.measuring if measures else Measuring.OFF
        campaign.state, campaign.stopped_because = CampaignState.RUNNING, ""
        campaign.started_at = clock.now()
        campaign.started_by_id = by.account_id
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


def _require_room(campaign: Campaign, left: int | None) -> None:
    """It is sent to everybody or waits as a draft. Raises: CampaignNotReady."""
    total = campaign.mailing.total if campaign.mailing else 0
    if left is not None and total > left:
        text = _(
            "This letter goes to %(total)s readers, and your plan has room for %(left)s more messages this month. It waits as a draft: choose another plan under Settings › Plan, a smaller segment, or the next month."
        )
        raise CampaignNotReady([text % {"total": total, "left": left}])


def start_due() -> int:
    """Start every scheduled campaign whose time has come. A periodic job; may run twice."""
    with scopes_disabled():
        due = list(
            Campaign.objects.select_related("merchant", "scheduled_by")
            .filter(
                state=CampaignState.SCHEDULED,
                scheduled_for__lte=clock.now(),
                # What waits of a shop that has campaigns off is asked about when they are on again.
                merchant__in=merchants_with(CAMPAIGNS),
            )
            .exclude(merchant__in=stopped_shops(ShopActivity.SENDING))
        )
    return sum(map(_start_one, due))


def _start_one(campaign: Campaign) -> bool:
    """What cannot be sent goes back to being a draft, and says why; the others start all the same."""
    merchant = campaign.merchant
    with scope(merchant=merchant), translation.override(merchant.language):
        due = campaign.scheduled_for
        if due is not None and clock.now() - due > TOO_LATE:
            _send_back(campaign, _missed(merchant, due))
            return False
        who = campaign.scheduled_by
        try:
            start(campaign=campaign, by=Actor.user(who) if who else _CLOCKWORK)
        except CampaignError as error:
            _send_back(campaign, str(error))
            return False
        except Exception:  # a fault of ours with this one: it is tried again, and nobody else waits
            logger.exception("scheduled campaign %s could not be started", campaign.pk)
            return False
    return True


def _missed(merchant: Merchant, due: datetime) -> str:
    """In the time zone of the merchant, who reads it on the page and in the mail."""
    with timezone.override(merchant.time_zone):
        return _(
            "It should have gone out on %(at)s, and nothing ran at that time. It is so late that you "
            "are asked first: send it now, or choose another time."
        ) % {"at": date_format(timezone.localtime(due), "DATETIME_FORMAT")}


def _send_back(campaign: Campaign, why: str) -> None:
    """A draft again, and the merchant is told why: nobody sits before the page at that hour."""
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state != CampaignState.SCHEDULED:
            return
        campaign.state, campaign.stopped_because = CampaignState.DRAFT, why[:300]
        campaign.save()
        record(
            actor=_CLOCKWORK,
            action="campaigns.send_back",
            target=campaign,
            merchant_id=campaign.merchant_id,
        )
        _tell(campaign)
    logger.warning("Scheduled campaign %s was not started.", campaign.pk)


def _tell(campaign: Campaign) -> None:
    merchant = campaign.merchant
    there = reverse("campaigns_office:send", args=[merchant.handle, campaign.public_id])
    queue_mail(
        to=_who_waits(campaign),
        template=NOT_SENT,
        context={
            "name": campaign.name,
            "shop": merchant.name,
            "why": campaign.stopped_because,
            "url": f"{settings.TRADEPOST.base_url}{there}",
        },
        merchant=merchant,
        language=merchant.language,
        about=f"campaigns.campaign:{campaign.pk}",
    )


def _who_waits(campaign: Campaign) -> str:
    """Whoever scheduled it; the shop, when they have left the team since."""
    team = Membership.objects.filter(merchant=campaign.merchant, user=campaign.scheduled_by)
    member = team.select_related("user").first()
    return member.user.email if member else campaign.merchant.contact_email


def _still_allowed(campaign: Campaign, by: Actor) -> None:
    """Asked again at the moment of sending: whoever scheduled it may have left the team since."""
    if by.kind is ActorKind.TOKEN:
        return  # its scope was checked with the call
    if by.account_id is None:
        raise CampaignStateError(_("Whoever scheduled it has left the team."))
    membership = Membership.objects.filter(
        merchant=campaign.merchant, user_id=by.account_id
    ).first()
    if membership is None or not membership.may(CHANGE_CAMPAIGNS):
        raise CampaignStateError(_("Whoever scheduled it may not send campaigns any more."))
