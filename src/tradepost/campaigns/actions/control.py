"""Schedule, pause, resume, cancel, try again; and taking note that the engine is done."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.write import locked
from tradepost.campaigns.appearance import letter_of
from tradepost.campaigns.compose.checks import checks
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.types import (
    CAMPAIGNS,
    CampaignNotReady,
    CampaignState,
    CampaignStateError,
)
from tradepost.delivery.actions import (
    cancel_mailing,
    pause_mailing,
    resume_mailing,
    retry_failed,
)
from tradepost.delivery.models import Mailing
from tradepost.delivery.types import MailingState, Trouble, WrongState
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.queries import merchants_with


def schedule(
    *, campaign: Campaign, at: datetime, by: Actor, answering: User | None = None
) -> Campaign:
    """Send it at a time. ``answering``: who must still be allowed to send then, instead of ``by``.

    Raises: CampaignStateError, CampaignNotReady.
    """
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state not in {CampaignState.DRAFT, CampaignState.SCHEDULED}:
            raise CampaignStateError.in_state(campaign.get_state_display())
        if at <= clock.now():
            raise CampaignNotReady([_("That moment has passed.")])
        stopping = [check.text for check in checks(campaign, letter_of(campaign)) if check.stops]
        if stopping:
            raise CampaignNotReady(stopping)
        campaign.state, campaign.stopped_because = CampaignState.SCHEDULED, ""
        campaign.scheduled_for = at
        campaign.scheduled_by_id = answering.pk if answering else by.account_id
        _save(campaign, by, "campaigns.schedule")
    return campaign


def unschedule(*, campaign: Campaign, by: Actor) -> Campaign:
    """Back to a draft. Raises: CampaignStateError, when it has started meanwhile."""
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state == CampaignState.DRAFT:
            return campaign
        if campaign.state != CampaignState.SCHEDULED:
            raise CampaignStateError.in_state(campaign.get_state_display())
        campaign.state, campaign.scheduled_for = CampaignState.DRAFT, None
        _save(campaign, by, "campaigns.unschedule")
    return campaign


def pause(*, campaign: Campaign, by: Actor) -> Campaign:
    """Nobody further is written to until it is resumed. Raises: CampaignStateError."""
    with transaction.atomic():
        campaign = _expect(campaign, CampaignState.RUNNING, CampaignState.PAUSED)
        if campaign.state == CampaignState.RUNNING and campaign.mailing:
            pause_mailing(mailing=campaign.mailing)
            campaign.state, campaign.paused_at = CampaignState.PAUSED, clock.now()
            _save(campaign, by, "campaigns.pause")
    return campaign


def pause_all(*, merchant_id: int | None) -> int:
    """All that run, of a merchant or (None) of everybody; returns how many."""
    with scopes_disabled():
        running = Campaign.objects.filter(state=CampaignState.RUNNING)
        if merchant_id is not None:
            running = running.filter(merchant_id=merchant_id)
        found = list(running.order_by("pk"))
        for campaign in found:
            with suppress(WrongState):  # the engine has finished it meanwhile
                pause(campaign=campaign, by=SYSTEM)
    return len(found)


def resume(*, campaign: Campaign, by: Actor) -> Campaign:
    """Raises: CampaignStateError."""
    with transaction.atomic():
        campaign = _expect(campaign, CampaignState.PAUSED, CampaignState.RUNNING)
        if campaign.state == CampaignState.PAUSED and campaign.mailing:
            resume_mailing(mailing=campaign.mailing)
            campaign.state, campaign.paused_at = CampaignState.RUNNING, None
            campaign.stopped_because = ""
            _save(campaign, by, "campaigns.resume")
    return campaign


def cancel(*, campaign: Campaign, by: Actor) -> Campaign:
    """For good. Whoever has been written to has been written to. Raises: CampaignStateError, when all have."""
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.state == CampaignState.CANCELLED:
            return campaign
        if campaign.state == CampaignState.DONE:
            raise CampaignStateError(_("Everybody has been written to already."))
        if campaign.mailing is not None:
            cancel_mailing(mailing=campaign.mailing)
        campaign.state, campaign.cancelled_at = CampaignState.CANCELLED, clock.now()
        _save(campaign, by, "campaigns.cancel")
    return campaign


def retry(*, campaign: Campaign, by: Actor) -> int:
    """Write again to those for whom it failed; the uncertain are left alone. Returns how many.

    Raises: CampaignStateError, when it was cancelled or has not started.
    """
    with transaction.atomic():
        campaign = locked(campaign)
        if campaign.mailing is None or campaign.state == CampaignState.CANCELLED:
            raise CampaignStateError(_("There is nothing to try again."))
        again = retry_failed(mailing=campaign.mailing)
        if again and campaign.state == CampaignState.DONE:
            campaign.state, campaign.finished_at = CampaignState.RUNNING, None
        _save(campaign, by, "campaigns.retry", {"recipients": again})
    return again


_FOLLOWS = {
    MailingState.DONE: CampaignState.DONE,
    MailingState.CANCELLED: CampaignState.CANCELLED,
    MailingState.PAUSED: CampaignState.PAUSED,  # by the engine: its letters could not be made
}


def follow_mailings() -> int:
    """Take over what the engine has reached; returns how many campaigns moved. A periodic job."""
    moved = _pause_what_runs_though_off()
    with scopes_disabled():
        rows = Campaign.objects.filter(state=CampaignState.RUNNING).select_related("mailing")
        for campaign in rows.filter(mailing__state__in=list(_FOLLOWS)):
            mailing = campaign.mailing
            if mailing is None:
                continue
            state = _FOLLOWS[MailingState(mailing.state)]
            values: dict[str, object] = {"state": state, "finished_at": mailing.finished_at}
            if state is CampaignState.PAUSED:
                values["paused_at"] = clock.now()
                values["stopped_because"] = _why(mailing)
            moved += Campaign.objects.filter(pk=campaign.pk, state=CampaignState.RUNNING).update(
                **values
            )
    return moved


def _pause_what_runs_though_off() -> int:
    """Started or resumed while the switch was turned: by a process that did not know of it yet."""
    with scopes_disabled():
        running = Campaign.objects.filter(state=CampaignState.RUNNING)
        off = running.exclude(merchant__in=merchants_with(CAMPAIGNS))
        numbers = set(off.values_list("merchant_id", flat=True))
    return sum(pause_all(merchant_id=number) for number in numbers)


def _why(mailing: Mailing) -> str:
    """Why the engine paused it, in words for the campaign's page."""
    if not mailing.trouble:
        return str(_("The letters could not be put together."))
    if mailing.trouble == Trouble.COMPLAINTS:
        said = _("%(why)s (%(answer)s).")
        why = mailing.get_trouble_display()
        return str(said) % {"why": why, "answer": mailing.trouble_answer}
    said = _(
        "Mail servers refused it for many recipients at once: %(why)s. One answered: %(answer)s"
    )
    why = mailing.get_trouble_display()
    return (str(said) % {"why": why, "answer": mailing.trouble_answer})[:300]


def _expect(campaign: Campaign, *states: CampaignState) -> Campaign:
    campaign = locked(campaign)
    if campaign.state not in states:
        raise CampaignStateError.in_state(campaign.get_state_display())
    return campaign


def _save(
    campaign: Campaign, by: Actor, action: str, detail: dict[str, object] | None = None
) -> None:
    campaign.save()
    record(
        actor=by,
        action=action,
        target=campaign,
        merchant_id=campaign.merchant_id,
        detail=detail,
    )
