"""Plans and billing accounts as an owner, whoever pays, an operator and a stranger meet them over HTTP."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.assurance.promises import fixtures
from tradepost.billing.actions import account as account_actions
from tradepost.billing.actions import letters, renew
from tradepost.billing.models import BillingAccount, BillingPlan, PlanPrice, PlanSubscription
from tradepost.billing.tests.samples import a_price
from tradepost.billing.views import account as account_views
from tradepost.identity.probe import has_just_confirmed
from tradepost.lib import clock
from tradepost.merchants.models import Membership, Merchant

pytestmark = pytest.mark.django_db
PAYER = {
    "name": "Ledger & Daughters",
    "address": "Low Street 2\nPorto",
    "country": "PT",
    "email": "bills@payer.example",
    "vat_id": "",
}


def pages(merchant: Merchant) -> str:
    return f"/office/{merchant.handle}/settings/"


def join(office: Client, merchant: Merchant, price: PlanPrice, **other: str):
    return office.post(f"{pages(merchant)}plan/join/{price.public_id}/", PAYER | other)


def accounts() -> list[BillingAccount]:
    with scopes_disabled():
        return list(BillingAccount.objects.all())


def test_cancelling_takes_as_many_clicks_as_joining(office, merchant):
    a_price()
    clicks = []
    for pattern, said in (
        (r'href="([^"]+/plan/join/[^"]+)"', PAYER),
        (r'href="([^"]+/plan/cancel/)"', {}),
    ):
        link = re.search(pattern, fixtures.page(f"{pages(merchant)}plan/", office))[1]
        form = fixtures.page(link, office)
        assert form.count('<button class="button button-primary">') == 1
        answer = office.post(link, said)
        assert answer.status_code == 302
        clicks.append(2)
    assert clicks == [2, 2]
    with scopes_disabled():
        assert PlanSubscription.objects.get().cancelled_at is not None


def test_joining_says_what_it_costs_before_and_mails_it(office, merchant, mailbox):
    price = a_price()
    shown = fixtures.page(f"{pages(merchant)}plan/join/{price.public_id}/", office)
    assert "€19.00" in shown
    assert "Order with obligation to pay" in shown
    assert join(office, merchant, price).status_code == 302
    assert [mail.address for mail in mailbox("billing/joined")] == [PAYER["email"]]
    assert "€19.00" in mailbox("billing/joined")[0].text
    assert [mail.address for mail in mailbox("billing/access")] == [PAYER["email"]]
    assert len(mailbox("merchants/invitation")) == 1
    assert "Workshop" in fixtures.page(f"{pages(merchant)}plan/", office)


def test_joined_twice_is_once(office, merchant):
    price = a_price()
    join(office, merchant, price)
    assert join(office, merchant, price).status_code == 302
    with scopes_disabled():
        assert PlanSubscription.objects.count() == 1


def test_a_member_of_the_team_who_pays_is_not_invited(office, merchant, owner, mailbox):
    join(office, merchant, a_price(), email=owner.email)
    assert mailbox("merchants/invitation") == []
    assert [mail.address for mail in mailbox("billing/access")] == [owner.email]


def test_a_moved_billing_account_mails_its_access_to_the_new_address(office, merchant, mailbox):
    join(office, merchant, a_price())
    page = f"{pages(merchant)}billing/"
    office.post(page, PAYER | {"name": "Somebody Else"})
    assert len(mailbox("billing/access")) == 1, "the address did not change"
    office.post(page, PAYER | {"email": "new@payer.example"})
    assert [mail.address for mail in mailbox("billing/access")][1:] == ["new@payer.example"]


@pytest.mark.parametrize(
    ("country", "number", "good"),
    [
        ("DE", "DE 136,695 976", True),
        ("DE", "136695976", False),
        ("DE", "ATU13585627", False),
        ("GR", "EL 094259216", True),
        ("DE", "DE136695977", False),
        ("US", "12-3456789", True),
    ],
)
def test_a_vat_number_is_looked_at(office, merchant, country, number, good):
    answer = join(office, merchant, a_price(), country=country, vat_id=number)
    assert answer.status_code == (302 if good else 422)
    assert bool(accounts()) is good


def test_a_price_of_yesterday_is_not_ordered(office, merchant):
    price = a_price()
    with clock.at(clock.now() - timedelta(days=3)):
        newer = PlanPrice.objects.create(
            plan=price.plan,
            currency="EUR",
            every="month",
            amount_minor=2900,
            valid_from=price.valid_from + timedelta(days=1),
        )
    with clock.at(clock.now() + timedelta(days=2)):
        assert join(office, merchant, price).status_code == 404
        assert join(office, merchant, newer).status_code == 302


def test_a_closed_plan_takes_nobody_new(office, merchant, console):
    price = a_price()
    console.post(f"/operator/plans/{price.plan.public_id}/close/")
    assert join(office, merchant, price).status_code == 404
    console.post(f"/operator/plans/{price.plan.public_id}/close/", {"open": "1"})
    assert join(office, merchant, price).status_code == 302


def test_only_those_who_may_see_who_pays(office, merchant, other_merchant, member):
    join(office, merchant, a_price())
    page = f"{pages(merchant)}billing/"
    assert member("read_only").get(page).status_code == 403
    assert member("orders").get(f"{pages(merchant)}plan/").status_code == 403
    rival = Client()
    rival.force_login(other_merchant.memberships.earliest("pk").user)
    assert rival.get(page).status_code == 404
    assert PAYER["name"] not in fixtures.page(f"{pages(other_merchant)}plan/", rival)


def test_whoever_pays_reads_and_changes_the_account_and_sees_no_order(office, merchant, mailbox):
    join(office, merchant, a_price())
    link = re.search(r"https?://[^/]+(/join/\S+)", mailbox("merchants/invitation")[-1].text)[1]
    payer = Client()
    payer.post(link, {"name": "", "password": "bottle-green-ledger-7"})
    with scopes_disabled():
        assert Membership.objects.get(user__email=PAYER["email"]).role == "billing"
    assert "Low Street 2" in fixtures.page(f"{pages(merchant)}billing/", payer)
    has_just_confirmed(payer)
    payer.post(f"{pages(merchant)}billing/", PAYER | {"address": "High Street 9"})
    assert accounts()[0].address == "High Street 9"
    for page in ("orders/", "products/", "audience/", "settings/team/"):
        assert payer.get(f"/office/{merchant.handle}/{page}").status_code in {403, 404}


def test_an_operator_makes_a_plan_and_its_prices(console):
    answer = console.post(
        "/operator/plans/new/",
        {"name": "Maker", "text": "For one.", "position": 1, "trial_days": 14},
    )
    plan = BillingPlan.objects.get(name="Maker")
    assert answer["Location"] == f"/operator/plans/{plan.public_id}/"
    price = f"{answer['Location']}price/"
    first = {"currency": "EUR", "every": "month", "amount": "19,00", "valid_from": ""}
    assert console.post(price, first).status_code == 302
    assert console.post(price, first).status_code == 422, "a changed price needs its day"
    soon = {"valid_from": f"{clock.now():%Y-%m-%d}", "amount": "29,00"}
    assert console.post(price, first | soon).status_code == 422
    later = {"valid_from": f"{clock.now() + timedelta(days=40):%Y-%m-%d}", "amount": "29,00"}
    assert console.post(price, first | later).status_code == 302
    assert [one.amount_minor for one in plan.prices.order_by("valid_from")] == [1900, 2900]
    shown = fixtures.page(answer["Location"], console)
    assert "€29.00" in shown
    for wrong in ("0", "-4", "nonsense", "9" * 19):
        assert console.post(price, first | {"currency": "USD", "amount": wrong}).status_code == 422


def test_the_free_plan_has_words_and_no_price(console, office, merchant):
    console.post("/operator/plans/free/", {"name": "Seed", "text": "For the start."})
    assert BillingPlan.objects.get().is_free
    assert "For the start." in fixtures.page(f"{pages(merchant)}plan/", office)
    free = BillingPlan.objects.get().public_id
    assert console.get(f"/operator/plans/{free}/").status_code == 404
    said = {"currency": "EUR", "every": "month", "amount": "9", "valid_from": ""}
    assert console.post(f"/operator/plans/{free}/price/", said).status_code == 404


def test_the_operator_sees_who_is_on_what_and_not_who_pays(console, office, merchant):
    join(office, merchant, a_price())
    shown = fixtures.page("/operator/plans/shops/", console)
    assert merchant.name in shown
    assert PAYER["name"] not in shown
    assert PAYER["email"] not in shown


def free_plan_asks(monkeypatch):
    running = lambda _merchant: SimpleNamespace(plan=None)  # noqa: E731
    monkeypatch.setattr(account_views, "running_subscription", running)
    monkeypatch.setattr(account_actions, "running_subscription", running)


def account_outlives_the_plan(monkeypatch):
    def end(row):
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        return True

    monkeypatch.setattr(renew, "_end", end)


def nobody_is_let_in(monkeypatch):
    monkeypatch.setattr(account_actions, "_let_in", lambda account, by: None)


def to_the_shop(monkeypatch):
    queue = letters.queue_mail
    monkeypatch.setattr(
        letters, "queue_mail", lambda **said: queue(**said | {"to": said["merchant"].contact_email})
    )


def unreminded(monkeypatch):
    monkeypatch.setattr(renew, "mail_renewal", lambda *said: None)


MUTATIONS = {
    "collect.billing-paid-plans-only": [
        free_plan_asks,
        account_outlives_the_plan,
        nobody_is_let_in,
    ],
    "purpose.billing-mail-to-billing": [to_the_shop, unreminded],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)
