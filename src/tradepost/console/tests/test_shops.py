"""Finding a shop, suspending it, giving it notice: who may, once, and what becomes of it."""

from datetime import timedelta

import pytest
import time_machine
from conftest import PASSWORD
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled
from tests.together import together

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.delivery.models import Mail
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.probe import give_second_factor
from tradepost.lib import clock
from tradepost.merchants.actions.close import GRACE, ask_closing, close_due, remind_due
from tradepost.merchants.actions.suspend import ShopIsClosed, suspend_shop
from tradepost.merchants.models import Merchant

REASON = "Four complaints about letters that nobody asked for."
ACTS = ("suspend-shop", "lift-suspension", "give-notice", "withdraw-notice", "shop-limit")


def act(browser, name: str, shop: Merchant, **said: object):
    return browser.post(reverse(f"console:{name}", args=[shop.handle]), said)


def suspend(browser, shop: Merchant, reason: str = REASON):
    return act(browser, "suspend-shop", shop, **{"suspend-reason": reason})


def give_notice(browser, shop: Merchant, reason: str = REASON):
    return act(browser, "give-notice", shop, **{"notice-reason": reason})


def mails_to(shop: Merchant) -> list[str]:
    with scopes_disabled():
        rows = Mail.objects.filter(address=shop.contact_email).order_by("pk")
        return list(rows.values_list("template", flat=True))


def fresh(shop: Merchant) -> Merchant:
    return Merchant.objects.get(pk=shop.pk)


def found(browser, **asked: str) -> str:
    page = browser.get(reverse("console:merchants"), asked).text
    return page[page.index("</form>") :]  # what was typed stands in the field above


@pytest.fixture
def second(db) -> Client:
    account = create_operator(email="two@house.example", name="Two", password="ink-paper-4-dark")
    give_second_factor(account)
    browser = Client()
    browser.force_login(account)
    return browser


@pytest.mark.parametrize("name", ACTS)
def test_nobody_but_an_operator_with_a_second_factor_acts_on_a_shop(
    name, office, merchant, other_merchant
):
    plain = Client()
    plain.force_login(create_operator(email="n@house.example", name="", password="dark-ink-4-pa"))
    said = {"suspend-reason": REASON, "notice-reason": REASON, "per_minute": 5}
    for shop in (merchant, other_merchant):
        assert act(office, name, shop, **said).status_code == 403
        assert act(Client(), name, shop, **said).status_code == 302
        assert act(plain, name, shop, **said).url == reverse("console:second-factor")
        assert not fresh(shop).is_suspended
        assert fresh(shop).closing_at is None
    assert office.get(reverse("console:shop", args=[merchant.handle])).status_code == 403


@pytest.mark.parametrize("name", ACTS)
def test_acts_are_posts_and_unknown_shops_are_not_there(name, console, merchant):
    assert console.get(reverse(f"console:{name}", args=[merchant.handle])).status_code == 405
    assert console.post(reverse(f"console:{name}", args=["no-such-shop"])).status_code == 404


def test_a_shop_is_found_by_name_handle_and_its_owners_whole_address(
    console, merchant, other_merchant, owner
):
    for words in ("EMBER LEA", "ember-lea", owner.email.upper()):
        page = found(console, q=words)
        assert merchant.name in page
        assert other_merchant.name not in page
    assert merchant.name not in found(console, q=owner.email[1:])
    assert merchant.name not in found(console, q=merchant.contact_email)
    assert "No shop fits" in found(console, q="nothing-like-it")


def test_shops_are_found_by_how_they_stand(console, merchant, other_merchant):
    suspend(console, merchant)
    give_notice(console, other_merchant)
    for standing, there, not_there in (
        ("suspended", merchant, other_merchant),
        ("closing", other_merchant, merchant),
    ):
        page = found(console, standing=standing)
        assert there.name in page
        assert not_there.name not in page
    assert "No shop fits" in found(console, standing="open")
    assert merchant.name in found(console, standing="nonsense")


def test_a_shops_page_shows_how_it_stands_and_is_recorded_for_the_shop(console, merchant, owner):
    page = console.get(reverse("console:shop", args=[merchant.handle])).text
    for said in (merchant.name, merchant.handle, "Campaigns", "Sending limit"):
        assert said in page
    assert owner.email not in page
    assert merchant.contact_email not in page
    look = Entry.objects.get(action="console.look_shop")
    assert look.merchant_id == merchant.pk


def test_suspending_is_told_once_and_recorded_once_however_often_it_is_posted(
    console, second, merchant, other_merchant
):
    assert suspend(console, merchant).status_code == 302
    first = fresh(merchant).suspended_at
    suspend(console, merchant)
    suspend(second, merchant, "Another operator has another reason for it.")
    row = fresh(merchant)
    assert (row.suspended_at, row.suspended_because) == (first, REASON)
    assert mails_to(merchant) == ["merchants/suspended"]
    assert Entry.objects.get(action="merchants.suspend").reason == REASON
    assert not fresh(other_merchant).is_suspended
    assert mails_to(other_merchant) == []
    page = console.get(reverse("console:shop", args=[merchant.handle])).text
    assert REASON in page


def test_lifting_is_told_once_and_a_new_suspension_has_its_own_reason(console, merchant):
    suspend(console, merchant)
    for _again in range(2):
        act(console, "lift-suspension", merchant)
    assert mails_to(merchant) == ["merchants/suspended", "merchants/suspension_lifted"]
    assert (fresh(merchant).suspended_at, fresh(merchant).suspended_because) == (None, None)
    suspend(console, merchant, "It has happened again, and much worse than before.")
    assert "much worse" in fresh(merchant).suspended_because


@pytest.mark.parametrize("reason", ["", "too short", "Complaint of anna@people.example, and more"])
def test_a_reason_is_needed_and_names_nobody(reason, console, merchant):
    answer = suspend(console, merchant, reason)
    assert answer.status_code == 422
    assert "<details open>" in answer.text
    assert not fresh(merchant).is_suspended
    assert give_notice(console, merchant, reason).status_code == 422
    assert fresh(merchant).closing_at is None


def test_the_mail_and_the_office_say_what_is_stopped_and_what_goes_on(console, merchant, office):
    suspend(console, merchant)
    with scopes_disabled():
        mail = Mail.objects.get(template="merchants/suspended")
    standing = office.get(reverse("merchants_office:standing", args=[merchant.handle])).text
    for said in (
        "the checkout says that it takes no orders",
        "the back office can be read",
        REASON,
    ):
        assert said in mail.text
        assert said in mail.html
        assert said in standing
    start = office.get(f"/office/{merchant.handle}/").text
    assert "The operator has suspended this shop" in start
    assert reverse("merchants_office:standing", args=[merchant.handle]) in start
    act(console, "lift-suspension", merchant)
    assert "suspended" not in office.get(f"/office/{merchant.handle}/").text


def test_a_team_mate_without_settings_is_told_without_a_link(console, merchant, member):
    suspend(console, merchant)
    page = member("orders").get(f"/office/{merchant.handle}/").text
    assert "The operator has suspended this shop" in page
    assert "settings/standing" not in page


def test_another_merchants_office_says_nothing_of_it(console, merchant, other_merchant, office):
    suspend(console, other_merchant)
    assert "suspended" not in office.get(f"/office/{merchant.handle}/").text
    rival = reverse("merchants_office:standing", args=[other_merchant.handle])
    assert office.get(rival).status_code == 404


def test_pages_of_the_office_cost_no_query_more_while_a_shop_is_suspended(
    console, merchant, office
):
    url = reverse("merchants_office:shop", args=[merchant.handle])
    office.get(url)
    with CaptureQueriesContext(connection) as before:
        office.get(url)
    suspend(console, merchant)
    with CaptureQueriesContext(connection) as after:
        office.get(url)
    assert len(after) == len(before)


def test_notice_closes_the_shop_after_its_days_and_erases_nothing_before(
    console, merchant, run_tasks
):
    give_notice(console, merchant)
    give_notice(console, merchant, "A second reason that comes too late.")
    row = fresh(merchant)
    assert row.closing_because == REASON
    assert row.closing_at - clock.now() > GRACE - timedelta(minutes=1)
    assert mails_to(merchant) == ["merchants/operator_closes"]
    with time_machine.travel(row.closing_at - timedelta(days=1), tick=False):
        remind_due()
        remind_due()
        close_due()
        run_tasks()
    assert fresh(merchant).name == merchant.name
    assert mails_to(merchant) == ["merchants/operator_closes", "merchants/operator_closes"]
    with time_machine.travel(row.closing_at + timedelta(minutes=1), tick=False):
        close_due()
        run_tasks()
    assert not Merchant.objects.filter(pk=merchant.pk).exists()


def test_no_owner_takes_the_operators_notice_back(console, merchant, office, owner):
    give_notice(console, merchant)
    date = fresh(merchant).closing_at
    office.post(reverse("merchants_office:cancel_closing", args=[merchant.handle]))
    Client().post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        by = Actor.user(owner)
        ask_closing(merchant=merchant, by=by, typed_name=merchant.name, at_once=False)
    assert fresh(merchant).closing_at == date
    page = office.get(reverse("merchants_office:close", args=[merchant.handle])).text
    assert "The operator has given notice" in page
    assert "Keep the shop open" not in page


def test_an_owner_may_close_sooner_than_the_notice_says(console, merchant, office):
    give_notice(console, merchant)
    said = {"when": "now", "name": merchant.name}
    office.post(reverse("merchants_office:close", args=[merchant.handle]), said)
    shop = Merchant.objects.filter(pk=merchant.pk).first()
    assert shop is None or shop.is_closed


def test_a_notice_after_the_owners_own_keeps_the_sooner_date(console, merchant, office):
    said = {"when": "grace", "name": merchant.name}
    office.post(reverse("merchants_office:close", args=[merchant.handle]), said)
    date = fresh(merchant).closing_at
    give_notice(console, merchant)
    assert fresh(merchant).closing_at == date


def test_a_notice_is_taken_back_and_the_shop_told(console, merchant):
    give_notice(console, merchant)
    for _again in range(2):
        act(console, "withdraw-notice", merchant)
    assert (fresh(merchant).closing_at, fresh(merchant).closing_because) == (None, None)
    assert mails_to(merchant) == ["merchants/operator_closes", "merchants/operator_keeps"]


def test_taking_back_a_notice_leaves_the_owners_own_closing(console, merchant, office):
    said = {"when": "grace", "name": merchant.name}
    office.post(reverse("merchants_office:close", args=[merchant.handle]), said)
    act(console, "withdraw-notice", merchant)
    assert fresh(merchant).closing_at is not None


def test_a_shop_that_has_closed_is_neither_suspended_nor_kept(console, merchant):
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=clock.now() - timedelta(minutes=1))
    for name in ("lift-suspension", "withdraw-notice"):
        act(console, name, merchant)
    suspend(console, merchant)
    give_notice(console, merchant)
    assert not fresh(merchant).is_suspended
    assert mails_to(merchant) == []
    with pytest.raises(ShopIsClosed):
        suspend_shop(merchant=merchant, reason=REASON, by=Actor.job("merchants.close"))


@pytest.mark.parametrize(("typed", "kept"), [("50", 50), ("", None)])
def test_a_limit_of_sending_is_set_and_lifted(typed, kept, console, merchant):
    act(console, "shop-limit", merchant, per_minute="7")
    act(console, "shop-limit", merchant, per_minute=typed)
    page = console.get(reverse("console:shop", args=[merchant.handle])).text
    assert ("50 messages a minute" in page) is (kept is not None)
    assert act(console, "shop-limit", merchant, per_minute="-3").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_suspend_a_shop_once(make_merchant):
    shop = make_merchant("ember-leather")
    actor = Actor.job("merchants.close")
    done: list[bool] = []

    def press() -> None:
        done.append(
            suspend_shop(merchant=Merchant.objects.get(pk=shop.pk), reason=REASON, by=actor)
        )

    assert together(*[press] * 4) == []
    assert sorted(done) == [False, False, False, True]
    assert mails_to(shop) == ["merchants/suspended"]
    assert Entry.objects.filter(action="merchants.suspend").count() == 1
