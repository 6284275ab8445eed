"""The reasons before sending, a schedule that was missed, and hours that the clocks leave out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.models import ContactList, ListMembership
from tradepost.audience.types import ContactSource
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.campaigns.actions.control import schedule
from tradepost.campaigns.actions.start import start_due
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.recipients import eligible, refusals
from tradepost.campaigns.types import CampaignState
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.models import Handover, Mail
from tradepost.merchants.models import Membership
from tradepost.rights.actions.rights import object_to

OFFICE = "/office/ember-leather/campaigns/"


# Why somebody is left out ------------------------------------------------------------------------


@pytest.fixture
def second_list(shop):
    return ContactList.objects.create(merchant=shop, name="Second list")


def put_on(contact, contact_list):
    subscribe(
        merchant=contact.merchant,
        email=contact.email,
        contact_list=contact_list,
        consent_text="Yes.",
        source=ContactSource.BY_HAND,
        by=SYSTEM,
    )


def test_who_left_this_list_and_is_on_another_has_left(
    office, reader, letter_to, news, second_list
):
    for number in range(4):
        person = reader(f"p{number}@people.example")
        put_on(person, second_list)
        unsubscribe(contact=person, contact_list=news, how="one-click", by=PERSON)
    reader("stays@people.example")
    campaign = letter_to()
    assert refusals(campaign) == {"unsubscribed": 4, "no_consent": 0}
    page = office.get(f"{OFFICE}{campaign.public_id}/send/").content.decode()
    assert "<strong>4</strong><span>have left the list" in page


_FATES = st.fixed_dictionaries(
    {
        "this": st.sampled_from(["on", "left", "never"]),
        "other": st.sampled_from(["on", "left", "never"]),
        "objects": st.booleans(),
    }
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(fates=st.lists(_FATES, min_size=1, max_size=4))
def test_the_reasons_are_those_that_counting_by_hand_finds(
    fates, reader, letter_to, news, second_list
):
    campaign = letter_to()
    Handover.objects.all().delete()
    for row in ListMembership.objects.select_related("contact"):
        row.contact.delete()
    for number, fate in enumerate(fates):
        _live(
            reader,
            news,
            second_list,
            f"p{number}-{timezone.now().timestamp()}@people.example",
            fate,
        )
    members = [fate for fate in fates if fate["this"] != "never"]
    members = [fate for fate in members if not fate["objects"]]  # who said no is in no figure
    left = sum(fate["this"] == "left" for fate in members)
    written_to = sum(fate["this"] == "on" and not fate["objects"] for fate in members)
    assert eligible(campaign).count() == written_to
    assert refusals(campaign) == {
        "unsubscribed": left,
        "no_consent": len(members) - left - written_to,
    }


def _live(reader, news, second_list, email, fate):
    person = reader(email)
    if fate["this"] == "never":
        person.memberships.all().delete()
    if fate["other"] != "never":
        put_on(person, second_list)
    if fate["other"] == "left":
        unsubscribe(contact=person, contact_list=second_list, how="one-click", by=PERSON)
    if fate["this"] == "left":
        unsubscribe(contact=person, contact_list=news, how="one-click", by=PERSON)
    if fate["objects"]:
        object_to(
            ref=SubjectRef(Subject.CUSTOMER, person.email, person.merchant_id),
            purposes=[Purpose.NEWSLETTERS],
            by=PERSON,
        )


# A schedule that was missed ----------------------------------------------------------------------


@pytest.fixture
def scheduled(reader, letter_to, owner):
    reader("p@people.example")
    at = timezone.now() + timedelta(hours=1)
    return schedule(campaign=letter_to(), at=at, by=Actor.user(owner))


def test_a_schedule_that_is_a_little_late_is_sent(scheduled):
    with time_machine.travel(scheduled.scheduled_for + timedelta(hours=5, minutes=59)):
        assert start_due() == 1
    assert Campaign.objects.get().state == CampaignState.RUNNING


def test_a_schedule_missed_by_long_asks_first_on_the_page_and_by_mail(scheduled, office, owner):
    with time_machine.travel(scheduled.scheduled_for + timedelta(hours=6, minutes=1)):
        assert start_due() == 0
        assert start_due() == 0
    campaign = Campaign.objects.get()
    assert campaign.state == CampaignState.DRAFT
    assert not Handover.objects.exists()
    mail = Mail.objects.get()  # one, although the clockwork came round twice
    assert mail.address == owner.email
    assert mail.subject == "Not sent: Autumn"
    assert "you are asked first" in mail.text
    assert f"{OFFICE}{campaign.public_id}/send/" in mail.text
    page = office.get(f"{OFFICE}{campaign.public_id}/send/").content.decode()
    assert "you are asked first" in page
    office.post(f"{OFFICE}{campaign.public_id}/start/")
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    assert campaign.stopped_because == ""


def test_the_mail_about_it_is_in_the_shops_language_and_time(scheduled, shop, owner):
    shop.language, shop.time_zone = "de", "Asia/Tokyo"
    shop.save()
    due = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    Campaign.objects.update(scheduled_for=due)
    Membership.objects.filter(user=owner).delete()
    with time_machine.travel(due + timedelta(days=2)):
        start_due()
    mail = Mail.objects.get()
    assert mail.address == shop.contact_email  # whoever scheduled it has left the team
    assert mail.language == "de"
    assert "2. Dezember 2026 08:30" in mail.text


# Hours that the clocks leave out, or have twice -------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2027-10-31T02:30", "the clocks go back, and 02:30 comes twice"),
        ("2027-03-28T02:30", "the clocks go forward and leave 02:30 out"),
        ("2027-03-28T02:30:00", "the clocks go forward and leave 02:30 out"),
    ],
)
def test_an_hour_that_is_not_one_is_said_in_our_words(office, shop, reader, letter_to, typed, said):
    shop.time_zone = "Europe/Berlin"
    shop.save()
    reader("p@people.example")
    campaign = letter_to()
    page = office.post(f"{OFFICE}{campaign.public_id}/send/", {"at": typed}).content.decode()
    assert said in page
    assert f'value="{typed}"' in page
    assert "interpreted" not in page
    campaign.refresh_from_db()
    assert campaign.is_draft
    office.post(f"{OFFICE}{campaign.public_id}/send/", {"at": typed.replace("T02", "T04")})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SCHEDULED
