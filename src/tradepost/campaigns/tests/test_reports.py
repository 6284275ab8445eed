"""Figures that are true: people apart from requests, and each recipient in exactly one tile."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.leave import leave
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.models import Tally
from tradepost.campaigns.reports import report_of
from tradepost.campaigns.tests.conftest import click, counts, token
from tradepost.campaigns.tracking.loader import load
from tradepost.delivery.actions.note_complaint import note_complaint
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import HandoverState
from tradepost.ui.drawing.charts import funnel_plot

RETURNED = b"""\
From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<comes-back@people.example>: 550 5.1.1 User unknown
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; comes-back@people.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--b--
"""
OFFICE = "/office/ember-leather/campaigns/"


@pytest.fixture
def sent_to_six(reader, letter_to, owner, send_all):
    people = [reader(f"p{n}@people.example", measured=n < 4) for n in range(6)]
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    long_ago = timezone.now() - timedelta(minutes=5)
    Handover.objects.update(settled_at=long_ago)
    return campaign, people


def shares(report):
    return [step.share for step in funnel_plot(report.funnel()).steps if step.share is not None]


def tiles(report):
    return {label: count for label, count, _meaning in report.figures()}


def test_anonymous_requests_are_never_put_over_people(front, sent_to_six, office):
    campaign, people = sent_to_six
    for _each in range(20):
        front(f"/o/{token(campaign)}")
        front(f"/c/{click(campaign)}")
        front(f"/c/{click(campaign)}")
    front(f"/o/{token(campaign, people[0])}")
    load()
    report = report_of(campaign)
    assert [value for _label, (value,) in report.funnel().rows] == [6, 6, 1, 0]
    assert report.nameless().rows[0] == ("Anonymous readers", [20, 40])
    page = office.get(f"{OFFICE}{campaign.public_id}/report/").content.decode()
    assert "Requests that name nobody" in page
    assert "These are requests, not people" in page


def test_whoever_clicks_without_pictures_has_opened(front, sent_to_six):
    campaign, people = sent_to_six
    front(f"/c/{click(campaign, people[1])}")
    load()
    front(f"/o/{token(campaign, people[1])}")
    load()
    assert counts(campaign) == {("people", "open"): 1, ("people", "click"): 1}
    assert counts(campaign, "drop") == {("duplicate", "open"): 1}


def test_what_a_server_refused_is_not_delivered_and_what_it_put_off_has_a_tile(
    reader, letter_to, owner, send_all, server
):
    server.replies["bad@people.example"] = "550 5.1.1 no such user"
    server.replies["later@people.example"] = "451 4.7.1 try again later"
    for name in ("bad", "later", "fine", "comes-back"):
        reader(f"{name}@people.example")
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    report = report_of(campaign)
    assert tiles(report) == {"Delivered": 2, "Not delivered": 1, "Deferred": 1}
    (message,) = [mail for mail in server.messages if mail.recipient.startswith("comes-back")]
    receive(recipient=message.sender, content=RETURNED)
    assert tiles(report_of(campaign)) == {"Delivered": 1, "Not delivered": 2, "Deferred": 1}
    assert report_of(campaign).funnel().rows[1] == ("Delivered", [1])


def test_before_anybody_was_written_to_all_wait(reader, letter_to, owner):
    for number in range(3):
        reader(f"p{number}@people.example")
    report = report_of(start(campaign=letter_to(), by=Actor.user(owner)))
    assert tiles(report) == {"Delivered": 0, "Waiting": 3}


STATES = [
    state
    for state in HandoverState
    if state not in {HandoverState.QUEUED, HandoverState.CLAIMED, HandoverState.DEFERRED}
]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_happens_shares_stay_shares_and_tiles_add_up(data, front, sent_to_six):
    """Opens, clicks, repeats, strangers, letters that come back, people who leave twice."""
    campaign, people = sent_to_six
    Tally.objects.all().delete()
    campaign.events.all().delete()
    who = st.sampled_from([0, *people])
    for _step in range(data.draw(st.integers(0, 12))):
        person, link = data.draw(who), data.draw(st.integers(0, 2))
        front(f"/c/{click(campaign, person, link)}" if link else f"/o/{token(campaign, person)}")
        if data.draw(st.booleans()):
            load()
    load()
    states = [data.draw(st.sampled_from(HandoverState)) for _person in people]
    later = timezone.now() + timedelta(minutes=5)
    for person, state in zip(people, states, strict=True):
        due = later if state is HandoverState.DEFERRED else None
        Handover.objects.filter(contact_id=person.pk).update(state=state, due_at=due)
    counted = {state.value: states.count(state) for state in STATES}
    Mailing.objects.filter(pk=campaign.mailing_id).update(state="running", **counted)
    report = report_of(campaign)
    assert all(0 <= share <= 1 for share in shares(report))
    assert sum(tiles(report).values()) == 6
    assert tiles(report).get("Deferred", 0) == states.count(HandoverState.DEFERRED)


def test_leaving_twice_and_from_a_second_list_is_one_leaver(sent_to_six, shop, client):
    from tradepost.audience.actions.subscribe import subscribe
    from tradepost.audience.models import ContactList
    from tradepost.audience.types import ContactSource
    from tradepost.campaigns.addresses import unsubscribe_url

    campaign, people = sent_to_six
    other = ContactList.objects.create(merchant=shop, name="Other letters")
    for person in people[:2]:
        subscribe(
            merchant=shop,
            email=person.email,
            contact_list=other,
            consent_text="Yes.",
            source=ContactSource.BY_HAND,
            by=SYSTEM,
        )
    paths = [unsubscribe_url(campaign.pk, person.pk).split("8000")[-1] for person in people[:2]]
    for path in (paths[0], paths[0], paths[1]):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    client.post(paths[0], {"everything": "on", "reason": "too often"})
    assert report_of(campaign).left == 2


def test_a_complaint_is_not_called_an_unsubscription(sent_to_six):
    campaign, people = sent_to_six
    leave(campaign_id=campaign.pk, contact_id=people[0].pk, how="complaint")
    note_complaint(Handover.objects.get(contact_id=people[0].pk))
    leave(campaign_id=campaign.pk, contact_id=people[1].pk, how="one-click")
    labels = {label: count for label, count, _meaning in report_of(campaign).leavers()}
    assert labels == {"Unsubscribed": 1, "Complained": 1}


def test_gmails_proxy_is_shown_as_what_it_is(front, sent_to_six, office):
    campaign, people = sent_to_six
    proxy = (
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
    )
    front(f"/o/{token(campaign, people[0])}", browser=proxy)
    load()
    page = office.get(f"{OFFICE}{campaign.public_id}/report/").content.decode()
    assert "Gmail&#x27;s image proxy" in page
    assert counts(campaign) == {("gmail", "open"): 1}
