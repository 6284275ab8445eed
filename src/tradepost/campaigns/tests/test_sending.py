import re
from datetime import timedelta

import dkim
import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audience.consent import records
from tradepost.audience.models import Contact, ListMembership
from tradepost.audience.types import ConsentKind, MembershipState
from tradepost.audit.types import Actor
from tradepost.campaigns.actions import control
from tradepost.campaigns.actions.start import start, start_due
from tradepost.campaigns.appearance import letter_of
from tradepost.campaigns.models import Campaign, Tally
from tradepost.campaigns.types import CampaignNotReady, CampaignState, CampaignStateError
from tradepost.delivery.actions import pause_mailing
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.models import Handover, Suppression
from tradepost.delivery.types import HandoverState
from tradepost.merchants.models import Membership

HOSTILE = [
    ("eve1@people.example", "<script>alert(1)</script> Eve"),
    ("eve2@people.example", "Bcc: all@people.example\r\nX-Evil: yes"),
    ("eve3@people.example", "שלום\u202e evil"),
    ("eve4@people.example", "Zoë 👩‍🚀 Müller"),
    ("eve5@people.example", '"><img src=x onerror=alert(1)>'),
]


def unsubscribe_path(message) -> str:
    return re.search(r"<https?://[^/]+(/u/[^>]+)>", message["List-Unsubscribe"])[1]


def test_twenty_people_get_a_letter_that_reads_well_and_can_be_left(
    reader, letter_to, owner, send_all, server
):
    for number in range(15):
        reader(f"p{number}@people.example", f"Person{number} Last")
    for email, name in HOSTILE:
        reader(email, name)
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    assert sorted(server.recipients) == sorted(
        [f"p{n}@people.example" for n in range(15)] + [email for email, _ in HOSTILE]
    )
    for captured in server.messages:
        message = captured.message
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "mailto:" in message["List-Unsubscribe"]
        assert message["List-Id"]
        assert message["Reply-To"] == "contact@ember-leather.example"
        assert len(message.get_all("Bcc") or []) == 0
        assert message["X-Evil"] is None
        assert "<script" not in captured.html
        assert "onerror=alert" not in captured.html.replace("&lt;img src=x onerror=alert", "")
        assert "Gerbergasse 1" in captured.text
        assert "Gerbergasse 1" in captured.html
        assert "unsubscribe" in captured.text.lower()
        assert "/u/" in captured.text
        assert len(captured.html.encode()) < 102 * 1024
        assert "\u202e" not in captured.text + captured.html + captured.subject
    first = next(m for m in server.messages if m.recipient == "p3@people.example")
    assert first.subject == "Bags for Person3"
    assert "Hello Person3" in first.text
    assert "Hello Person3" in first.html
    emoji = next(m for m in server.messages if m.recipient == "eve4@people.example")
    assert emoji.subject == "Bags for Zoë"
    campaign.mailing.refresh_from_db()
    assert campaign.mailing.sent == 20
    assert control.follow_mailings() == 1
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DONE


def test_the_letters_signatures_hold_and_cover_the_way_out(
    reader, letter_to, owner, send_all, server
):
    from tradepost.delivery.outgoing.dkim import records

    published = {f"{name}.": text for name, text in records().items()}
    reader("p1@people.example", "Zoë Ärger")
    start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    raw = server.messages[0].data
    rsa = next(
        index
        for index, header in enumerate(server.messages[0].message.get_all("DKIM-Signature"))
        if "rsa-sha256" in header
    )  # the oracle checks Ed25519 only where pynacl is installed; delivery tests that one itself
    assert dkim.DKIM(raw).verify(
        idx=rsa, dnsfunc=lambda name, timeout=5: published[name.decode()].encode()
    )
    signed = server.messages[0].message["DKIM-Signature"].lower().replace(" ", "")
    assert "list-unsubscribe:" in signed
    assert "list-unsubscribe-post" in signed


def test_started_twice_is_started_once(reader, letter_to, owner, send_all, server):
    reader("p1@people.example")
    campaign = letter_to()
    first = start(campaign=campaign, by=Actor.user(owner))
    again = start(campaign=campaign, by=Actor.user(owner))
    assert first.mailing_id == again.mailing_id
    send_all()
    assert server.recipients == ["p1@people.example"]


def test_only_who_is_subscribed_gets_it_and_the_refused_are_counted(
    reader, letter_to, owner, send_all, server, shop
):
    reader("stays@people.example")
    gone = reader("gone@people.example")
    ListMembership.objects.filter(contact=gone).update(state=MembershipState.UNSUBSCRIBED)
    withdrawn = reader("withdrawn@people.example")
    records.ConsentRecord.objects.filter(email_key=withdrawn.email_key).update(
        withdrawn_at="2026-01-01T00:00Z"
    )
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    assert campaign.refused == {"unsubscribed": 1, "no_consent": 1}
    send_all()
    assert server.recipients == ["stays@people.example"]


def test_who_withdraws_between_start_and_sending_gets_nothing(
    reader, letter_to, owner, send_all, server, shop
):
    reader("stays@people.example")
    reader("changes-mind@people.example")
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    records.withdraw_consent(
        merchant=shop,
        email="changes-mind@people.example",
        kind=ConsentKind.NEWSLETTER,
        how="preference page",
    )
    send_all()
    assert server.recipients == ["stays@people.example"]
    row = Handover.objects.get(mailing=campaign.mailing, address="changes-mind@people.example")
    assert row.state == HandoverState.NO_CONSENT
    assert row.response


def test_who_is_erased_between_start_and_sending_gets_nothing(
    reader, letter_to, owner, send_all, server
):
    reader("stays@people.example")
    gone = reader("erased@people.example")
    start(campaign=letter_to(), by=Actor.user(owner))
    gone.delete()
    send_all()
    assert server.recipients == ["stays@people.example"]


def test_a_pause_stops_it_and_going_on_misses_nobody(reader, letter_to, owner, server, send_all):
    people = [reader(f"p{number}@people.example").email for number in range(6)]
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    control.pause(campaign=campaign, by=Actor.user(owner))
    send_all()
    assert server.recipients == []
    control.resume(campaign=campaign, by=Actor.user(owner))
    send_all()
    assert sorted(server.recipients) == people


def test_cancelled_means_that_nobody_further_gets_it(reader, letter_to, owner, server, send_all):
    reader("p1@people.example")
    campaign = control.cancel(
        campaign=start(campaign=letter_to(), by=Actor.user(owner)), by=Actor.user(owner)
    )
    send_all()
    assert server.recipients == []
    assert Handover.objects.get(mailing=campaign.mailing).state == HandoverState.CANCELLED
    with pytest.raises(CampaignStateError):
        control.resume(campaign=campaign, by=Actor.user(owner))


def test_what_stops_a_letter_is_said_and_nothing_is_sent(reader, letter_to, owner, shop):
    reader("p1@people.example")
    shop.postal_address = ""
    shop.save()
    with pytest.raises(CampaignNotReady) as refused:
        start(campaign=letter_to(subject="", body="{{ contact.shoe }}"), by=Actor.user(owner))
    said = " ".join(refused.value.problems)
    assert "contact.shoe" in said
    assert "subject" in said
    assert "postal address" in said
    assert Handover.objects.count() == 0


def test_one_scheduled_letter_in_trouble_does_not_hold_up_the_others(
    reader, letter_to, owner, time_machine_in_an_hour, monkeypatch
):
    reader("p1@people.example")
    broken, fine = letter_to(name="Broken"), letter_to(name="Fine")
    for campaign in (broken, fine):
        control.schedule(
            campaign=campaign, at=timezone.now() + timedelta(minutes=5), by=Actor.user(owner)
        )

    def letters(campaign, chosen=None):
        if campaign.pk == broken.pk:
            raise RuntimeError
        return letter_of(campaign, chosen)

    monkeypatch.setattr("tradepost.campaigns.actions.start.letter_of", letters)
    time_machine_in_an_hour()
    assert start_due() == 1
    states = Campaign.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["scheduled", "running"]


def test_a_letter_that_the_engine_stopped_says_why_until_it_goes_on(
    reader, letter_to, owner, office, server
):
    reader("p1@people.example")
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    pause_mailing(mailing=campaign.mailing)
    control.follow_mailings()
    address = f"/office/ember-leather/campaigns/{campaign.public_id}/report/"
    assert "It stopped by itself" in office.get(address).text
    control.resume(campaign=campaign, by=Actor.user(owner))
    assert "It stopped by itself" not in office.get(address).text


def test_a_scheduled_letter_whose_sender_left_the_team_is_sent_back(
    reader, letter_to, owner, time_machine_in_an_hour, make_user
):
    reader("p1@people.example")
    helper = make_user("helper@ember-leather.example")
    campaign = letter_to()
    membership = Membership.objects.create(
        merchant=campaign.merchant, user=helper, role="campaigns"
    )
    from datetime import timedelta

    from django.utils import timezone

    control.schedule(
        campaign=campaign, at=timezone.now() + timedelta(minutes=30), by=Actor.user(helper)
    )
    membership.delete()
    time_machine_in_an_hour()
    assert start_due() == 0
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    assert campaign.stopped_because


def test_writing_to_the_address_in_the_letter_unsubscribes(
    reader, letter_to, owner, send_all, server
) -> None:
    person = reader("anna@people.example", "Anna")
    start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    message = server.messages[0].message
    address = re.search(r"<mailto:([^?>]+)", message["List-Unsubscribe"])[1]
    assert address in message.get_body(("plain",)).get_content()
    assert f"mailto:{address}" in message.get_body(("html",)).get_content()
    answer = b"From: anna@people.example\r\nSubject: no more\r\n\r\nThank you."
    assert receive(recipient=address, content=answer) == "unsubscribed"
    assert not person.memberships.filter(state="subscribed").exists()


def test_one_click_unsubscribes_at_once_without_cookie_or_sign_in(
    reader, letter_to, owner, send_all, server
):
    reader("p1@people.example")
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    path = unsubscribe_path(server.messages[0].message)
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert ListMembership.objects.get().state == MembershipState.UNSUBSCRIBED
    assert Suppression.objects.count() == 1
    assert Tally.objects.get(campaign=campaign, dimension="left").count == 1
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Tally.objects.get(campaign=campaign, dimension="left").count == 1


def test_opening_the_unsubscribe_link_only_asks(reader, letter_to, owner, send_all, server):
    contact = reader("p1@people.example", "Petra Private")
    start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    path = unsubscribe_path(server.messages[0].message)
    with scopes_disabled():
        page = Client().get(path)
        head = Client().head(path)
    assert page.status_code == head.status_code == 200
    assert ListMembership.objects.get(contact=contact).state == MembershipState.SUBSCRIBED
    assert "Petra" not in page.content.decode()
    assert "people.example" not in page.content.decode()
    done = Client().post(path, {"reason": "too often", "everything": "on"})
    assert done.status_code == 200
    assert ListMembership.objects.get(contact=contact).state == MembershipState.UNSUBSCRIBED


def test_behind_the_same_link_one_can_only_stop_being_measured(
    reader, letter_to, owner, send_all, server, shop
):
    person = reader("p1@people.example", measured=True)
    start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    assert "stop being measured" in server.messages[0].text
    path, client = unsubscribe_path(server.messages[0].message), Client(enforce_csrf_checks=True)
    asked = client.get(path)
    assert "Do not measure me" in asked.text
    assert not asked.cookies
    assert "No longer measured" in client.post(path, {"measuring": "stop"}).text
    assert ListMembership.objects.get().state == MembershipState.SUBSCRIBED
    assert not records.has_consent(merchant=shop, email=person.email, kind=ConsentKind.TRACKING)


def test_a_forged_unsubscribe_link_is_not_found(client, db):
    assert client.get("/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert client.post("/u/x", {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_anothers_contact_cannot_be_unsubscribed_by_a_mixed_token(
    reader, letter_to, other_merchant
):
    from tradepost.campaigns.actions.leave import leave

    campaign = letter_to()
    with scope(merchant=other_merchant):
        stranger = Contact.objects.create(
            merchant=other_merchant, email="s@people.example", email_key="x", source="by_hand"
        )
    assert not leave(campaign_id=campaign.pk, contact_id=stranger.pk, how="one-click")


def test_who_fails_can_be_tried_again(reader, letter_to, owner, send_all, server):
    reader("p1@people.example")
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    Handover.objects.filter(mailing=campaign.mailing).update(state=HandoverState.FAILED)
    type(campaign.mailing).objects.filter(pk=campaign.mailing_id).update(sent=0, failed=1)
    control.follow_mailings()
    campaign = Campaign.objects.get(pk=campaign.pk)
    assert control.retry(campaign=campaign, by=Actor.user(owner)) == 1
    send_all()
    assert server.recipients == ["p1@people.example"] * 2
