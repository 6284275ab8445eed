"""A change of owner: told for thirty days, carried out on its date, nothing before."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.models import Mail
from tradepost.identity.probe import has_just_confirmed
from tradepost.lib import clock
from tradepost.merchants.actions import team
from tradepost.merchants.models import Membership
from tradepost.merchants.newcomers import NotYet
from tradepost.notice.actions.post_notice import draft_notice
from tradepost.notice.actions.transition import announce_transition, carry_out_due, first_date
from tradepost.notice.models import NoticeVersion, PromiseResult, Transition
from tradepost.rights.actions.rights import object_to
from tradepost.rights.restrictions.stops import may_process
from tradepost.rights.types import Channel

pytestmark = pytest.mark.django_db

SAID = {
    "new_name": "Bridle & Sons",
    "new_address": "2 Mill Lane\nLeeds",
    "new_email": "office@bridle.example",
    "reason": "The founder retires.",
}


@pytest.fixture
def owner(office) -> Client:
    return has_just_confirmed(office)


def announce(browser, merchant, **other):
    url = reverse("notice_office:announce", args=[merchant.handle])
    return browser.post(url, {**SAID, "on": first_date().isoformat(), **other})


def page_of(merchant) -> str:
    return Client().get(f"/privacy/{merchant.handle}/").text


def test_it_is_told_on_the_notice_and_in_the_portal_who_when_and_why(merchant, owner):
    assert announce(owner, merchant).status_code == 302
    for url in (f"/privacy/{merchant.handle}/", f"/privacy/{merchant.handle}/my-data/"):
        page = Client().get(url).text
        for words in ("Bridle &amp; Sons", "The founder retires.", "take back consents"):
            assert words in page, url
    assert "Bridle" not in Client().get("/privacy/").text


def test_the_team_is_told_by_mail_once(merchant, owner):
    announce(owner, merchant)
    carry_out_due()
    with scopes_disabled():
        (mail,) = Mail.objects.filter(about__startswith="notice.transition")
    assert "Bridle & Sons" in mail.text
    assert "/my-data/" in mail.text


@pytest.mark.parametrize("days", [0, 1, 29])
def test_less_than_thirty_days_is_refused_with_the_first_day(merchant, owner, days):
    on = (clock.now() + timedelta(days=days)).date().isoformat()
    answer = announce(owner, merchant, on=on)
    assert answer.status_code == 422
    assert "leaves thirty days" in answer.text
    assert "The founder retires." in answer.text, "what was typed is kept"
    with scopes_disabled():
        assert not Transition.objects.exists()


def test_the_database_refuses_a_hasty_one_too(merchant):
    with pytest.raises(IntegrityError), transaction.atomic():
        Transition._base_manager.create(
            merchant=merchant, **SAID, announced_day=100, effective_day=129
        )


def test_a_second_one_waits_until_the_first_is_taken_back(merchant, owner):
    announce(owner, merchant)
    assert "announced already" in announce(owner, merchant).text
    owner.post(reverse("notice_office:withdraw", args=[merchant.handle]))
    assert "Bridle" not in page_of(merchant)
    assert announce(owner, merchant).status_code == 302


def test_before_the_date_the_new_owner_does_not_get_in(merchant, owner, make_user):
    with scope(merchant=merchant):
        invitation = team.invite(
            merchant=merchant, by=SYSTEM, email=SAID["new_email"], role="read_only"
        )
    announce(owner, merchant)
    url = reverse("merchants_office:invite", args=[merchant.handle])
    said = {"email": SAID["new_email"], "role": "read_only"}
    assert "the new owner does not join" in owner.post(url, said).text
    assert (
        "nobody becomes an owner" in owner.post(url, {"email": "x@y.example", "role": "owner"}).text
    )
    user = make_user(SAID["new_email"])
    newcomer = Client()
    newcomer.force_login(user)
    join = reverse("merchants:join", args=[team.token_of(invitation)])
    assert newcomer.post(join).status_code == 409
    colleague = Membership.objects.create(
        merchant=merchant, user=make_user("c@ember.example"), role="read_only"
    )
    with pytest.raises(NotYet), scope(merchant=merchant):
        team.change_role(membership=colleague, by=SYSTEM, role="owner")
    owner.post(
        reverse("merchants_office:role", args=[merchant.handle, colleague.public_id]),
        {"role": "owner"},
    )
    colleague.refresh_from_db()
    assert colleague.role == "read_only"
    assert not Membership.objects.filter(merchant=merchant, user=user).exists()


def test_one_minute_before_the_date_nothing_happens_and_then_the_new_owner_is_responsible(
    merchant, owner, monkeypatch
):
    announce(owner, merchant)
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: midnight - timedelta(minutes=1))
    assert carry_out_due() == 0
    assert '<dd id="responsible">Ember Leather' in page_of(merchant)
    monkeypatch.setattr(clock, "now", lambda: midnight + timedelta(minutes=1))
    assert carry_out_due() == 1
    assert carry_out_due() == 0
    page = page_of(merchant)
    assert '<dd id="responsible">Bridle &amp; Sons' in page
    assert 'id="transition"' not in page
    with scope(merchant=merchant):
        team.invite(merchant=merchant, by=SYSTEM, email=SAID["new_email"], role="owner")
    named = Client().get(f"/privacy/{merchant.handle}/notice.jsonld").json()
    assert named["dpv:hasDataController"]["dpv:hasName"] == SAID["new_name"]


def test_an_objection_holds_for_the_new_owner_too(merchant, owner, monkeypatch):
    announce(owner, merchant)
    ref = SubjectRef(Subject.CUSTOMER, "reader@people.example", merchant.pk)
    with scope(merchant=merchant):
        object_to(
            ref=ref,
            purposes=[Purpose.NEWSLETTERS],
            channel=Channel.LETTER,
            identity_checked=True,
            by=SYSTEM,
        )
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert carry_out_due() == 1
    assert not may_process(merchant, ref.email, Purpose.NEWSLETTERS)


def test_a_version_of_the_notice_announces_it_too(merchant, owner):
    PromiseResult.objects.create(
        promise="share.merger", check_name="", state="kept", evidence_class="tested"
    )
    draft_notice(merchant=merchant)
    announce(owner, merchant)
    draft_notice(merchant=merchant)
    draft = NoticeVersion._base_manager.filter(merchant=merchant, posted_day=None, variant="world")
    assert any("Bridle & Sons" in line["text"] for line in draft.get().sentences)


def test_who_may_not_change_settings_sees_it_and_announces_nothing(merchant, make_user):
    reader = make_user("reader@ember.example")
    Membership.objects.create(merchant=merchant, user=reader, role="read_only")
    browser = Client()
    browser.force_login(reader)
    page = browser.get(reverse("notice_office:transition", args=[merchant.handle])).text
    assert 'name="new_name"' not in page
    assert announce(has_just_confirmed(browser), merchant).status_code == 403


def test_the_operators_is_told_to_account_holders_on_their_pages_and_by_mail(
    merchant, owner, console
):
    url = reverse("console:transition")
    said = {**SAID, "on": first_date().isoformat()}
    assert console.post(url, {**said, "on": "2020-01-01"}).status_code == 422
    assert console.post(url, said).status_code == 302
    assert "announced already" in console.post(url, said).text
    for page in (
        Client().get("/privacy/"),
        Client().get("/privacy/my-data/"),
        owner.get("/account/"),
    ):
        assert "Bridle &amp; Sons" in page.text
    assert "Bridle" not in page_of(merchant)
    with scopes_disabled():
        assert Mail.objects.filter(about__startswith="notice.transition").count() == 1
    console.post(reverse("console:withdraw-transition"))
    assert "Bridle" not in Client().get("/privacy/").text


def test_an_address_that_is_none_is_refused_beside_its_field(merchant, owner):
    assert announce(owner, merchant, new_email="nobody").status_code == 422


def test_nothing_is_announced_behind_the_clock(merchant):
    with pytest.raises(ValueError, match="not before"):
        announce_transition(merchant=merchant, by=SYSTEM, **SAID, on=clock.now().date())
