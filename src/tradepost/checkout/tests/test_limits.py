"""Anonymous orders, discount codes and the way back: what strangers can do has an end."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.checkout.models import Coupon, DeliveryMethod
from tradepost.checkout.queries import may_return_to
from tradepost.checkout.tests.conftest import only_cart
from tradepost.checkout.tests.test_checkout import fill_in
from tradepost.delivery.models import Mail
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_shop(merchant, belt) -> Merchant:
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery", settings={})
        DeliveryMethod.objects.create(merchant=merchant, name="Post", price_minor=490)
    return merchant


def order(merchant, network="192.0.2.66", **changes):
    """Somebody new fills a cart and orders; the answer of the checkout."""
    shopper = Client(REMOTE_ADDR=network)
    shopper.get("/buy/ember-leather/BELT")
    token = shopper.cookies["tp_cart"].value.split(":")[-1]
    address = reverse("checkout:checkout", args=[token])
    return shopper.post(address, fill_in(shopper, address, **changes))


def test_one_address_gets_the_mails_of_six_orders_and_no_more(open_shop, belt):
    belt.stock = 100
    belt.save()
    answers = [order(open_shop, f"192.0.{n}.66", email="bombed@example.org") for n in range(12)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429] * 6
    with scopes_disabled():
        assert Order.objects.count() == 6
        assert Mail.objects.filter(address="bombed@example.org").count() <= 12
        belt.refresh_from_db()
    assert belt.stock == 94, "a refused order holds nothing back"


def test_a_refused_order_says_when_and_keeps_what_was_typed(open_shop):
    for _ in range(6):
        order(open_shop, email="bombed@example.org")
    page = order(open_shop, email="bombed@example.org", note="Ring twice").text
    assert "Please try again at" in page
    assert "Ring twice" in page
    assert "Lederweg 7" in page


def test_shoppers_on_one_network_are_all_served(open_shop, belt):
    belt.stock = 100
    belt.save()
    answers = [order(open_shop, email=f"p{number}@example.org") for number in range(30)]
    assert {answer.status_code for answer in answers} == {303}


@pytest.mark.parametrize(
    "name", ["Win at https://evil.example", "www.evil.example", "evil.com/login", "Ann evil.shop"]
)
def test_a_buyers_name_carries_no_link_into_the_confirmation(open_shop, name):
    answer = order(open_shop, **{"shipping-name": name})
    assert answer.status_code == 422
    assert "must not look like a web or mail address" in answer.text
    assert name in answer.text


@pytest.mark.parametrize("name", ["Dr.Meier", "J.R.R. Tolkien", "Zoë St. Clair", "O’Brien Jr."])
def test_names_with_dots_are_names(open_shop, name):
    assert order(open_shop, **{"shipping-name": name}).status_code == 303


def test_the_order_keeps_the_buyers_network_and_not_the_proxys(
    open_shop,
    settings,
    belt,
):
    settings.TRADEPOST = replace(settings.TRADEPOST, trusted_proxies=1)
    shopper = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.77"})
    shopper.get("/buy/ember-leather/BELT")
    address = reverse("checkout:checkout", args=[only_cart(open_shop).token])
    shopper.post(address, fill_in(shopper, address))
    with scopes_disabled():
        assert Order.objects.get().ip == "203.0.113.0"


def test_discount_codes_cannot_be_guessed_without_end(open_shop, belt, shopper):
    with scopes_disabled():
        Coupon.objects.create(merchant=open_shop, code="BERRY", percent=50)
    shopper.get("/buy/ember-leather/BELT")
    cart = reverse("checkout:cart", args=[only_cart(open_shop).token])
    statuses = [shopper.post(cart, {"coupon": f"WORD{number}"}).status_code for number in range(62)]
    assert statuses == [303] * 60 + [429] * 2
    refused = shopper.post(cart, {"coupon": "BERRY"})
    assert "Please try again at" in refused.text
    assert 'value="BERRY"' in refused.text, "what was typed stays"
    assert "−" not in refused.text, "nor does the refusal tell whether the guess was right"
    assert shopper.post(cart, {"coupon": "WORD59"}).status_code == 303, "the kept one is no guess"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://ember-leather.example/back", True),
        ("https://www.ember-leather.example/back", True),
        ("https://ember-leather.example:443/back", True),
        ("https://EMBER-leather.example/back", True),
        ("http://ember-leather.example/back", True),
        ("https://ember-leather.example:8443/back", False),
        ("http://ember-leather.example:443/back", False),
        ("https://other.example/", False),
        ("https://ember-leather.example@other.example/", False),
        ("javascript:alert(1)", False),
        ("//ember-leather.example/", False),
        ("https://ember-leather.example:port/", False),
        ("", False),
    ],
)
def test_the_way_back_leads_to_the_same_scheme_host_and_port(merchant, in_scope, address, allowed):
    assert may_return_to(merchant, address) is allowed


def test_this_machine_is_more_than_its_host(merchant, in_scope, settings):
    assert may_return_to(merchant, f"{settings.TRADEPOST.base_url}/shop/")
    assert not may_return_to(merchant, "http://localhost:1/")
    assert not may_return_to(merchant, "https://localhost/")
