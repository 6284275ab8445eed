import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.write import create_campaign
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.actions.taxes import change_price_settings
from tradepost.checkout.actions.settings import answer_old_pages
from tradepost.checkout.models import DeliveryMethod
from tradepost.checkout.types import LinkMode
from tradepost.datamap.rooms import Figure, Tile
from tradepost.jobs.models import Job
from tradepost.merchants.actions.settings import change_shop
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role
from tradepost.modules import tiles
from tradepost.modules.steps import first_steps
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState
from tradepost.orders.models import OrderSettings
from tradepost.orders.tests.drafts import place
from tradepost.orders.types import SEE_ORDERS
from tradepost.payments.models import GatewayAccount


def test_the_front_page_says_what_this_is_and_links_to_the_notice(db):
    page = Client().get("/").content.decode()
    assert reverse("account_signup") in page
    assert reverse("account_login") in page
    assert ">Privacy</a>" in page


def test_the_front_page_shows_how_promises_stand(db):
    assert "ledger of promises</h2>" not in Client().get("/").content.decode()
    for promise, state in [
        ("share.no-sale", PromiseState.KEPT),
        ("right.portable", PromiseState.BROKEN),
    ]:
        PromiseResult.objects.create(promise=promise, check_name="", state=state)
    page = Client().get("/").content.decode()
    assert "1 promise kept" in page
    assert "1 broken" in page
    assert "/promises/#right.portable" in page
    with CaptureQueriesContext(connection) as queries:
        Client().get("/")
    assert len(queries) == 2  # how promises stand, and whether the notice changes


def test_the_front_page_sets_no_cookie(db):
    assert not Client().get("/").cookies


def test_the_only_shop_opens_at_once(office, merchant):
    assert office.get("/office/").url == f"/office/{merchant.handle}/"


def test_between_several_shops_one_is_asked(office, owner, other_merchant):
    Membership.objects.create(merchant=other_merchant, user=owner, role="orders")
    page = office.get("/office/").content.decode()
    assert "Ember Leather" in page
    assert "Rival Goods" in page


def test_without_a_shop_one_can_be_opened(make_user):
    client = Client()
    client.force_login(make_user("alone@ember.example"))
    answer = client.post(
        reverse("merchants:open_shop"),
        {"name": "Small Press", "country": "AT", "language": "en"},
    )
    assert answer.url == "/office/small-press/"


def test_tiles_show_only_what_the_role_may_see(office, member, monkeypatch):
    tile = Tile(
        label="Secret of the orders",
        permission=SEE_ORDERS,
        read=lambda merchant: Figure(value=merchant.name[:5]),
    )
    monkeypatch.setattr(tiles, "tiles", [tile])
    assert "Secret of the orders" in office.get("/office/ember-leather/").content.decode()
    other = member("campaigns").get("/office/ember-leather/").content.decode()
    assert "Secret of the orders" not in other


def test_the_persons_name_leads_to_their_details(office):
    page = office.get("/office/ember-leather/").content.decode()
    assert f'href="{reverse("account:details")}"' in page
    assert "Owner of ember-leather" in page


@pytest.fixture
def job(merchant, owner) -> Job:
    with scope(merchant=merchant):
        return Job.objects.create(
            merchant=merchant,
            started_by=owner,
            kind="test",
            title="Import of contacts.csv",
            state=Job.State.RUNNING,
            done=250,
            total=1000,
            result_url="/office/ember-leather/result/",
        )


def at(name: str, job: Job) -> str:
    return reverse(f"jobs_office:{name}", args=["ember-leather", job.public_id])


def fresh(job: Job) -> Job:
    with scope(merchant=job.merchant):
        return Job.objects.get(pk=job.pk)


def test_a_running_job_shows_its_progress_without_javascript(office, job):
    page = office.get(at("job", job)).content.decode()
    assert "<progress" in page
    assert "250" in page
    assert 'http-equiv="refresh"' in page
    assert at("cancel", job) in page


def test_its_owner_cancels_it(office, job):
    office.post(at("cancel", job))
    assert fresh(job).cancel_asked


def test_a_colleague_sees_it_but_cannot_stop_it_or_open_its_result(member, job):
    client = member(Role.READ_ONLY)
    page = client.get(at("job", job)).content.decode()
    assert at("cancel", job) not in page
    client.post(at("cancel", job))
    with scope(merchant=job.merchant):
        assert not Job.objects.get().cancel_asked
        Job.objects.update(state=Job.State.DONE)
    assert "/result/" not in client.get(at("fragment", job)).content.decode()


def test_another_shop_does_not_find_it(other_merchant, job):
    client = Client()
    client.force_login(other_merchant.memberships.get().user)
    path = at("job", job).replace("ember-leather", other_merchant.handle)
    assert client.get(path).status_code == 404


def test_jobs_are_listed(office, job):
    page = office.get(reverse("jobs_office:jobs", args=["ember-leather"])).content.decode()
    assert "Import of contacts.csv" in page


@pytest.fixture
def lively_shop(merchant):
    """Orders, paid and waiting, and campaigns in several states."""

    def fill(count: int) -> None:
        with scope(merchant=merchant):
            for number in range(count):
                place(merchant, f"today-{count}-{number}")
                create_campaign(merchant=merchant, by=SYSTEM, name=f"Letter {count}-{number}")

    return fill


def test_the_start_page_shows_what_waits_and_the_latest_campaigns(office, merchant, lively_shop):
    lively_shop(1)
    page = office.get(reverse("backoffice_office:home", args=[merchant.handle])).text
    assert "Waiting to be accepted" in page
    assert "Letter 1-0" in page


def test_the_start_page_asks_as_often_for_a_large_shop_as_for_a_small_one(
    office, merchant, lively_shop, django_assert_max_num_queries
):
    home = reverse("backoffice_office:home", args=[merchant.handle])
    lively_shop(1)
    with CaptureQueriesContext(connection) as small:
        office.get(home)
    lively_shop(3)
    with django_assert_max_num_queries(len(small)):
        office.get(home)


def test_who_sees_campaigns_only_sees_no_orders_on_the_start_page(member, merchant, lively_shop):
    lively_shop(1)
    home = reverse("backoffice_office:home", args=[merchant.handle])
    page = member("campaigns").get(home).text
    assert "Letter 1-0" in page
    assert "Waiting to be accepted" not in page


def test_a_new_shop_is_told_what_to_do_first_until_it_is_done(office, member, merchant, owner):
    home = reverse("backoffice_office:home", args=[merchant.handle])
    page = office.get(home).text
    assert "First steps" in page
    assert "Paid by day" not in page, "a chart of nothing says nothing"
    assert reverse("checkout_office:deliveries", args=[merchant.handle]) in page
    assert "First steps" not in member(Role.READ_ONLY).get(home).text
    with scope(merchant=merchant):
        merchant = change_shop(merchant=merchant, by=Actor.user(owner), postal_address="Lane 1")
        create_product(merchant=merchant, by=Actor.user(owner), name="Belt", price_minor=100)
        DeliveryMethod.objects.create(merchant=merchant, name="Post")
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
        change_price_settings(
            merchant=merchant, by=Actor.user(owner), prices_include_tax=True, tax_rule="destination"
        )
        answer_old_pages(merchant=merchant, by=Actor.user(owner), mode=LinkMode.SAFE)
        assert [done for _step, done in first_steps(merchant)].count(False) == 3
    front = {"accent": "#12503a", "typeface": "ledger"}
    office.post(reverse("storefront_office:front", args=[merchant.handle]), front)
    page = office.get(home).text
    assert "Invoices lack your tax number or address" in page
    with scope(merchant=merchant):
        OrderSettings.objects.create(merchant=merchant, seller_tax_id="DE123456789")
    page = office.get(home).text
    assert "lack your tax number" not in page
    assert "can be warned off by law" in page
    texts = {"imprint": "We are we.", "terms": "Be fair.", "returns": "In 14 days."}
    for left_out in texts:
        office.post(
            reverse("storefront_office:texts", args=[merchant.handle]), texts | {left_out: ""}
        )
        assert "can be warned off by law" in office.get(home).text
    office.post(reverse("storefront_office:texts", args=[merchant.handle]), texts)
    assert "First steps" not in office.get(home).text


def test_whoever_started_long_work_is_told_once_when_it_has_ended(office, merchant, owner, member):
    home = reverse("backoffice_office:home", args=[merchant.handle])
    with scope(merchant=merchant):
        job = Job.objects.create(merchant=merchant, started_by=owner, kind="x", title="Import of a")
    assert "Import of a" not in office.get(home).text
    with scope(merchant=merchant):
        Job.objects.update(state=Job.State.DONE, finished_at=timezone.now())
    assert "Import of a" not in member("orders").get(home).text
    page = office.get(home).text
    assert "Done: Import of a." in page
    assert reverse("jobs_office:job", args=[merchant.handle, job.public_id]) in page
    assert "Import of a" not in office.get(home).text


def test_whoever_watched_the_end_is_not_told_again(office, merchant, owner):
    with scope(merchant=merchant):
        job = Job.objects.create(
            merchant=merchant,
            started_by=owner,
            kind="x",
            title="Import of b",
            state=Job.State.FAILED,
            finished_at=timezone.now(),
        )
    where = [merchant.handle, job.public_id]
    office.get(reverse("jobs_office:fragment", args=where))
    home = reverse("backoffice_office:home", args=[merchant.handle])
    assert "Import of b" not in office.get(home).text
