from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.audience.consent import records
from tradepost.audience.types import ConsentKind
from tradepost.audit.types import Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import save_sending_settings
from tradepost.campaigns.models import Event
from tradepost.campaigns.tests.conftest import PHONE, agree_to_be_measured, click, counts, token
from tradepost.campaigns.tracking import personal_files, spool
from tradepost.campaigns.tracking.loader import load
from tradepost.campaigns.tracking.tokens import CLICK, OPEN, Forged, TokenSigner, signer
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject


def test_the_pixel_is_answered_at_once_and_never_cached(front, own_spool):
    status, headers, body = front(f"/o/{signer().token(OPEN, signer().blocks(1, [0])[0])}")
    assert status == 200
    assert body.startswith(b"GIF89a")
    assert "no-store" in headers["Cache-Control"]
    assert len(spool.files(own_spool)) == 1


def test_a_click_leads_where_the_signed_link_says_and_nowhere_else(front):
    block = signer().blocks(7, [0])[0]
    target = "https://shop.example/ä?a=1&b=2"
    good = signer().click_token(block, 1, target)
    status, headers, _body = front(f"/c/{good}")
    assert status == 302
    assert headers["Location"] == "https://shop.example/%C3%A4?a=1&b=2"
    assert headers["Referrer-Policy"] == "no-referrer"
    for place in range(0, len(good), 7):
        changed = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        assert front(f"/c/{changed}")[0] == 404
    assert front("/c/https://evil.example")[0] == 404
    assert front(f"/c/{good}?to=https://evil.example")[0] == 404
    assert front(f"/o/{good}")[0] == 404
    assert front(f"/c/{good}=")[0] == 404


def test_a_token_of_one_kind_is_no_token_of_another():
    one = TokenSigner("secret")
    made = one.token(OPEN, one.blocks(1, [2])[0])
    assert one.read(OPEN, made)
    with pytest.raises(Forged):
        one.read(CLICK, made)
    with pytest.raises(Forged):
        TokenSigner("other").read(OPEN, made)


def test_a_line_break_in_a_browser_name_adds_no_line(front, own_spool, sent):
    campaign, measured, _other = sent
    front(f"/o/{token(campaign, measured)}", browser="x\n1\t1\to\t00\t0\t\tevil\r\ty")
    assert spool.files(own_spool)[0].read_bytes().count(b"\n") == 1


def test_the_answer_comes_even_when_nothing_can_be_written(front, monkeypatch):
    monkeypatch.setattr(
        spool.TrackingSpool, "append", lambda *a: (_ for _ in ()).throw(OSError("full"))
    )
    assert front(f"/o/{signer().token(OPEN, signer().blocks(1, [0])[0])}")[0] == 200


def test_nothing_of_the_readers_address_is_written(front, own_spool, sent):
    front(f"/o/{token(sent[0])}", REMOTE_ADDR="203.0.113.77", HTTP_X_FORWARDED_FOR="203.0.113.78")
    assert b"203.0.113" not in spool.files(own_spool)[0].read_bytes()


def test_a_person_who_agreed_is_counted_once_as_a_person(front, sent):
    campaign, measured, _other = sent
    for _again in range(3):
        front(f"/o/{token(campaign, measured)}")
    front(f"/c/{click(campaign, measured, 1)}")
    front(f"/c/{click(campaign, measured, 2)}")
    front(f"/c/{click(campaign, measured, 2)}")
    load()
    assert counts(campaign) == {("people", "open"): 1, ("people", "click"): 1}
    assert counts(campaign, "link") == {("1", "people"): 1, ("2", "people"): 1}
    assert counts(campaign, "drop") == {("duplicate", "open"): 2, ("duplicate", "click"): 1}
    front(f"/o/{token(campaign, measured)}")
    load()
    assert counts(campaign)["people", "open"] == 1


def test_who_did_not_agree_is_an_anonymous_count_even_with_a_personal_link(front, sent):
    campaign, _measured, other = sent
    front(f"/o/{token(campaign, other)}")
    front(f"/o/{token(campaign)}")
    load()
    assert counts(campaign) == {("anonymous", "open"): 2}
    assert Event.objects.count() == 0


def test_a_withdrawal_stops_pixels_that_are_already_in_the_post(front, sent, shop):
    campaign, measured, _other = sent
    records.withdraw_consent(
        merchant=shop, email=measured.email, kind=ConsentKind.TRACKING, how="page"
    )
    front(f"/o/{token(campaign, measured)}")
    load()
    assert Event.objects.count() == 0
    assert counts(campaign) == {("anonymous", "open"): 1}


@pytest.mark.parametrize("signal_header", ["HTTP_DNT", "HTTP_SEC_GPC"])
def test_do_not_track_is_not_tracked_and_not_even_spooled_by_name(
    front, sent, own_spool, signal_header
):
    campaign, measured, _other = sent
    block = signer().blocks(campaign.pk, [measured.pk])[0]
    status, _headers, _body = front(f"/c/{click(campaign, measured)}", **{signal_header: "1"})
    assert status == 302
    assert block.hex().encode() not in spool.files(own_spool)[0].read_bytes()
    load()
    assert counts(campaign) == {}
    assert counts(campaign, "drop") == {("do not track", "click"): 1}


@pytest.mark.parametrize(
    ("browser", "who"),
    [
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "gmail"),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "yahoo"),
        ("Mozilla/5.0", "mpp"),
        ("Googlebot/2.1 (+http://www.google.com/bot.html)", "machine"),
        ("curl/8.5.0", "machine"),
        ("", "unknown"),
        ("MyOwnThing", "unknown"),
        (PHONE, "people"),
    ],
)  # fmt: skip
def test_machines_and_the_unknown_are_never_called_people(front, sent, browser, who):
    campaign, measured, _other = sent
    front(f"/o/{token(campaign, measured)}", browser=browser)
    load()
    assert counts(campaign) == {(who, "open"): 1}
    assert Event.objects.count() == (1 if who == "people" else 0)


def test_prefetches_and_answers_at_once_are_machines(front, sent, send_all, server):
    campaign, measured, _other = sent
    front(f"/o/{token(campaign, measured)}", HTTP_SEC_PURPOSE="prefetch;prerender")
    front(f"/o/{token(campaign, measured)}", method="HEAD")
    send_all()
    front(f"/o/{token(campaign, measured)}")
    load()
    assert counts(campaign) == {("machine", "open"): 3}


def test_switched_off_means_off(front, reader, letter_to, owner, shop, send_all, server):
    save_sending_settings(merchant=shop, by=Actor.user(owner), measuring="off")
    reader("p1@people.example", measured=True)
    campaign = start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    html = server.messages[0].html
    assert "/o/" not in html
    assert "/c/" not in html
    assert 'href="https://ember-leather.example/satchel"' in html
    front(f"/o/{token(campaign)}")
    load()
    assert counts(campaign) == {}


def test_a_message_without_consent_holds_no_personal_address(
    reader, letter_to, owner, send_all, server
):
    import re

    for number in range(3):
        reader(f"p{number}@people.example")
    reader("m@people.example", measured=True)
    start(campaign=letter_to(), by=Actor.user(owner))
    send_all()
    found = {m.recipient: set(re.findall(r"/[oc]/([\w-]+)", m.html)) for m in server.messages}
    assert found["p0@people.example"] == found["p1@people.example"] == found["p2@people.example"]
    assert not found["p0@people.example"] & found["m@people.example"]
    assert len(found["p0@people.example"]) == 3


def test_late_events_and_unknown_campaigns_are_dropped(front, sent):
    campaign, measured, _other = sent
    type(campaign).objects.filter(pk=campaign.pk).update(
        started_at=timezone.now() - timedelta(days=91)
    )
    front(f"/o/{token(campaign, measured)}")
    front(f"/o/{signer().token(OPEN, signer().blocks(999_999, [0])[0])}")
    load()
    assert counts(campaign) == {}
    assert counts(campaign, "drop") == {("too late", "open"): 1}


def test_another_merchants_contact_in_a_token_counts_for_nobody(front, sent, other_merchant):
    from django_scopes import scope

    from tradepost.audience.models import Contact

    campaign, _measured, _other = sent
    with scope(merchant=other_merchant):
        stranger = Contact.objects.create(
            merchant=other_merchant, email="s@people.example", email_key="k", source="by_hand"
        )
        agree_to_be_measured(stranger)
    front(f"/o/{token(campaign, stranger)}")
    load()
    with scopes_disabled():
        assert Event.objects.count() == 0


def test_a_measured_reader_is_not_silent_and_of_others_nothing_is_noted(front, sent):
    campaign, measured, other = sent
    for contact in (measured, other):
        contact.last_active_at = campaign.started_at - timedelta(days=4 * 365)
        contact.save()
        front(f"/o/{token(campaign, contact)}")
    long_ago = other.last_active_at
    load()
    for contact in (measured, other):
        contact.refresh_from_db()
    assert measured.last_active_at > campaign.started_at
    assert other.last_active_at == long_ago


def test_erasing_a_person_reaches_lines_that_wait(front, sent, own_spool, shop):
    campaign, measured, _other = sent
    front(f"/o/{token(campaign, measured)}")
    block = signer().blocks(campaign.pk, [measured.pk])[0].hex().encode()
    assert block in spool.files(own_spool)[0].read_bytes()
    assert list(personal_files.scan(block)) != []
    person = SubjectRef(Subject.CUSTOMER, measured.email, shop.pk)
    assert personal_files.erase(person) == 1
    assert block not in spool.files(own_spool)[0].read_bytes()
    load()
    assert counts(campaign) == {("anonymous", "open"): 1}


def test_events_go_after_ninety_days_and_their_counts_stay(front, sent):
    campaign, measured, _other = sent
    front(f"/o/{token(campaign, measured)}")
    load()
    later = timezone.now() + timedelta(days=91)
    assert personal_files.events_due(later) == 1
    assert personal_files.events_purge(later) == 1
    assert counts(campaign) == {("people", "open"): 1}
