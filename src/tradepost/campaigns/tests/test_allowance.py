"""A letter to more readers than the plan has messages for waits as a draft, whole."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tradepost.audit.types import SYSTEM, Actor
from tradepost.billing.actions.plans import describe_free_plan
from tradepost.billing.meters.limits import units_of
from tradepost.campaigns.actions import control
from tradepost.campaigns.actions.start import start, start_due
from tradepost.campaigns.types import CampaignNotReady, CampaignState
from tradepost.delivery.models import Handover, Mailing


def allow(messages: int) -> None:
    describe_free_plan(name="Seed", text="", bounds={"messages": messages}, by=SYSTEM)


def test_it_is_sent_to_all_or_waits(shop, reader, letter_to, owner):
    for number in range(3):
        reader(f"p{number}@people.example")
    campaign = letter_to()
    allow(2)
    with pytest.raises(CampaignNotReady, match=r"3 readers.*2 more"):
        start(campaign=campaign, by=Actor.user(owner))
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    assert not Handover.objects.exists()
    assert not Mailing.objects.exists()
    allow(5)
    start(campaign=campaign, by=Actor.user(owner))
    assert units_of(shop, "messages").count() == 3
    with pytest.raises(CampaignNotReady, match=r"3 readers.*2 more"):
        start(campaign=letter_to(name="Second"), by=Actor.user(owner))


def test_a_scheduled_one_goes_back_and_says_why(
    reader, letter_to, owner, time_machine_in_an_hour, mailbox
):
    reader("p1@people.example")
    campaign = letter_to()
    at = timezone.now() + timedelta(minutes=5)
    control.schedule(campaign=campaign, at=at, by=Actor.user(owner))
    allow(0)
    time_machine_in_an_hour()
    assert start_due() == 0
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    assert "choose another plan" in campaign.stopped_because
    assert [mail.address for mail in mailbox("campaigns/not-sent")] == [owner.email]
