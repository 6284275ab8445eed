"""Announcements of the operator: to each shop once, whatever is pressed, killed or changed meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled
from tests.together import together

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.bulletins.actions import tell_shops as telling
from tradepost.bulletins.actions.announce import send_bulletin, write_bulletin
from tradepost.bulletins.actions.tell_shops import tell_shops
from tradepost.bulletins.models import Bulletin
from tradepost.delivery.models import Mail
from tradepost.identity.actions.operator import create_operator
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

WORDS = "On Sunday from 2 to 3 (UTC) the service rests.\nNothing is lost."
SAID = {"kind": "upkeep", "title": "A pause on Sunday", "words": WORDS}
BY = Actor.job("bulletins.test")
NEW = reverse("console:new-bulletin")


def written(console: Client) -> Bulletin:
    assert console.post(NEW, SAID).status_code == 302
    return Bulletin.objects.latest("pk")


def act(browser: Client, name: str, row: Bulletin):
    return browser.post(reverse(f"console:{name}", args=[row.public_id]))


def addresses() -> list[str]:
    with scopes_disabled():
        rows = Mail.objects.filter(template="bulletins/bulletin").order_by("pk")
        return list(rows.values_list("address", flat=True))


def start_page(office: Client, merchant: Merchant) -> str:
    return office.get(f"/office/{merchant.handle}/").text


def one(merchant: Merchant, row: Bulletin, name: str = "one") -> str:
    return reverse(f"bulletins_office:{name}", args=[merchant.handle, row.public_id])


def test_a_draft_is_seen_by_no_shop_and_mailed_to_nobody(console, office, merchant):
    row = written(console)
    assert tell_shops() == 0
    assert row.title not in start_page(office, merchant)
    assert office.get(one(merchant, row)).status_code == 404
    console.post(reverse("console:bulletin", args=[row.public_id]), SAID | {"title": "Another"})
    row.refresh_from_db()
    assert row.title == "Another"


def test_each_contact_address_gets_one_mail_however_often_it_is_pressed(
    console, merchant, other_merchant, make_merchant
):
    third = make_merchant("third-shop")
    Merchant.objects.filter(pk=third.pk).update(contact_email=merchant.contact_email)
    row = written(console)
    for _again in range(3):
        act(console, "send-bulletin", row)
        tell_shops()
    assert sorted(addresses()) == sorted([merchant.contact_email, other_merchant.contact_email])
    row.refresh_from_db()
    assert row.told == 2
    assert row.told_at is not None
    assert Entry.objects.filter(action="bulletins.send").count() == 1
    with scopes_disabled():
        mail = Mail.objects.get(template="bulletins/bulletin", address=merchant.contact_email)
    assert WORDS.splitlines()[0] in mail.text
    assert mail.is_service


def test_killed_in_the_middle_it_goes_on_where_it_stopped(console, make_merchant, monkeypatch):
    for number in range(7):
        make_merchant(f"shop-number-{number}")
    row = written(console)
    act(console, "send-bulletin", row)
    monkeypatch.setattr(telling, "_A_SLICE", 2)
    real, calls = telling._write, []

    def dies(*said):
        calls.append(said)
        if len(calls) == 4:
            raise RuntimeError("killed")
        return real(*said)

    monkeypatch.setattr(telling, "_write", dies)
    with pytest.raises(RuntimeError):
        tell_shops()
    assert len(addresses()) == 2, "the slice that died was rolled back whole"
    monkeypatch.setattr(telling, "_write", real)
    tell_shops()
    assert len(addresses()) == len(set(addresses())) == 7


def test_who_joined_later_or_has_closed_is_not_written_to(console, merchant, make_merchant):
    row = written(console)
    act(console, "send-bulletin", row)
    late = make_merchant("late-shop")
    Merchant.objects.filter(pk=late.pk).update(joined_at=clock.now() + timedelta(minutes=1))
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=clock.now())
    tell_shops()
    assert addresses() == []


def test_taken_back_nobody_further_is_told_and_no_office_shows_it(console, office, merchant):
    row = written(console)
    act(console, "send-bulletin", row)
    assert row.title in start_page(office, merchant)
    for _again in range(2):
        act(console, "withdraw-bulletin", row)
    tell_shops()
    assert addresses() == []
    assert row.title not in start_page(office, merchant)
    assert office.get(one(merchant, row)).status_code == 404


def test_what_has_gone_out_is_not_changed_any_more(console):
    row = written(console)
    act(console, "send-bulletin", row)
    page = reverse("console:bulletin", args=[row.public_id])
    answer = console.post(page, SAID | {"title": "Quite another"}, follow=True)
    assert "not changed any more" in answer.text
    row.refresh_from_db()
    assert row.title == SAID["title"]


def test_an_office_shows_it_until_somebody_says_that_it_is_read(console, office, merchant):
    row = written(console)
    act(console, "send-bulletin", row)
    assert row.title in start_page(office, merchant)
    assert "Nothing is lost." in office.get(one(merchant, row)).text
    for _again in range(2):
        office.post(one(merchant, row, "read"))
    assert row.title not in start_page(office, merchant)
    assert Entry.objects.filter(action="bulletins.read").count() == 1
    listed = reverse("bulletins_office:list", args=[merchant.handle])
    assert row.title in office.get(listed).text


def test_one_shop_reads_for_itself_alone(console, office, merchant, other_merchant):
    row = written(console)
    act(console, "send-bulletin", row)
    assert office.post(one(other_merchant, row, "read")).status_code == 404
    office.post(one(merchant, row, "read"))
    rival = Client()
    rival.force_login(other_merchant.memberships.earliest("pk").user)
    assert row.title in start_page(rival, other_merchant)


def test_a_team_mate_without_settings_reads_and_cannot_mark(console, member, merchant):
    row = written(console)
    act(console, "send-bulletin", row)
    mate = member("orders")
    assert "I have read this" not in mate.get(one(merchant, row)).text
    assert mate.post(one(merchant, row, "read")).status_code == 403


@pytest.mark.parametrize("name", ["send-bulletin", "withdraw-bulletin", "bulletin", "new-bulletin"])
def test_nobody_but_an_operator_with_a_second_factor_announces(name, console, office):
    row = written(console)
    plain = Client()
    plain.force_login(create_operator(email="n@house.example", name="", password="dark-ink-4-pa"))
    args = [] if name == "new-bulletin" else [row.public_id]
    url = reverse(f"console:{name}", args=args)
    assert office.post(url, SAID).status_code == 403
    assert Client().post(url, SAID).status_code == 302
    assert plain.post(url, SAID).url == reverse("console:second-factor")
    row.refresh_from_db()
    assert row.sent_at is None
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize("kind", ["news", "", "offer"])
def test_only_the_running_of_the_service_can_be_announced(kind, console):
    assert console.post(NEW, SAID | {"kind": kind}).status_code == 422
    with pytest.raises(ValueError, match="BulletinKind"):
        write_bulletin(by=BY, **SAID | {"kind": kind or "news"})
    assert not Bulletin.objects.exists()


def test_a_page_of_the_office_costs_as_many_queries_with_three_as_with_one(
    console, office, merchant
):
    def asked() -> int:
        start_page(office, merchant)
        with CaptureQueriesContext(connection) as found:
            start_page(office, merchant)
        return len(found)

    act(console, "send-bulletin", written(console))
    before = asked()
    for _more in range(2):
        act(console, "send-bulletin", written(console))
    assert asked() == before


@pytest.mark.django_db(transaction=True)
def test_two_operators_and_two_schedulers_at_once_write_to_each_shop_once(make_merchant):
    for number in range(3):
        make_merchant(f"shop-number-{number}")
    row = write_bulletin(by=BY, **SAID)
    done: list[bool] = []

    def press() -> None:
        done.append(send_bulletin(bulletin=Bulletin.objects.get(pk=row.pk), by=BY))
        tell_shops()

    assert together(*[press] * 3) == []
    assert sorted(done) == [False, False, True]
    assert len(addresses()) == len(set(addresses())) == 3
