"""What the merchant sets up, and what goes away by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.actions.give_up import give_up_unpaid
from tradepost.checkout.actions.keep_cart import due_carts, purge_carts, purge_problems
from tradepost.checkout.models import (
    Cart,
    CartLine,
    CartSettings,
    Coupon,
    DeliveryMethod,
    LinkProblem,
)
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import Role
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount, PaymentIntent

PAGES = ("cart_settings", "problems", "coupons", "deliveries", "add_delivery")


def address(name: str, *more: str) -> str:
    return reverse(f"checkout_office:{name}", args=["ember-leather", *more])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(office: Client, merchant: Merchant, name: str) -> None:
    assert office.get(address(name)).status_code == 200


def test_settings_are_saved_and_the_key_turns(office: Client, merchant: Merchant) -> None:
    fields = {
        "mode": "signed",
        "rounding": "total",
        "website_hosts": "a.example",
    }
    before = office.get(address("cart_settings")).context["link_key"]
    assert office.post(address("cart_settings"), fields).status_code == 302
    office.post(address("rotate"))
    assert office.get(address("cart_settings")).context["link_key"] == before, "it asks first"
    office.post(address("rotate"), {"name": merchant.cart_username})
    assert office.get(address("cart_settings")).context["link_key"] != before
    with scopes_disabled():
        saved = CartSettings.objects.get(merchant=merchant)
    assert (saved.mode, saved.rounding) == ("signed", "total")


def test_only_the_owner_sees_the_link_key(
    member: Callable[[Role], Client], merchant: Merchant
) -> None:
    assert member(Role.READ_ONLY).get(address("cart_settings")).status_code == 403


def test_a_way_of_delivery_is_written_down_and_read_back(
    office: Client, merchant: Merchant
) -> None:
    fields = {
        "name": "Parcel",
        "countries": "DE, eu",
        "rule": "weight",
        "up_to-0": "2 kg",
        "price-0": "6.90",
        "up_to-1": "500",
        "price-1": "4,90",
        "free_from_minor": "80",
        "tax_class": "standard",
        "active": "on",
    }
    assert office.post(address("add_delivery"), fields).status_code == 302
    with scopes_disabled():
        method = DeliveryMethod.objects.get()
    assert method.tiers == [[500, 490], [2000, 690]]
    assert (len(method.countries), method.free_from_minor) == (27, 8000)
    page = office.get(address("delivery", method.public_id))
    assert 'name="up_to-0" value="500"' in page.text
    assert 'name="price-1" value="6.90"' in page.text
    assert (
        "does not match"
        in office.post(address("remove_delivery", method.public_id), {"name": "x"}).text
    )
    office.post(address("remove_delivery", method.public_id), {"name": "Parcel"})
    with scopes_disabled():
        assert not DeliveryMethod.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"countries": "XX"},
        {"rule": "weight"},
        {"rule": "weight", "up_to-0": "abc", "price-0": "3"},
        {"rule": "weight", "up_to-0": "5", "price-0": "-3"},
        {"rule": "weight", "up_to-0": "5", "price-0": ""},
        {"rule": "weight", "up_to-0": "5", "price-0": "3", "up_to-1": "5", "price-1": "4"},
        {"rule": "units", "up_to-0": "5 kg", "price-0": "3"},
        {"rule": "weight", "up_to-0": "1e999999", "price-0": "3"},
        {"where": "chosen"},
        {"kind": "collect"},
        {"price_minor": "-1"},
        {"price_minor": "free"},
    ],
)
def test_a_wrong_way_of_delivery_is_not_saved(
    office: Client, merchant: Merchant, wrong: dict[str, str]
) -> None:
    fields = {"name": "P", "rule": "flat", "tax_class": "standard", "price_minor": "1"} | wrong
    assert office.post(address("add_delivery"), fields).status_code == 200
    with scopes_disabled():
        assert not DeliveryMethod.objects.exists()


def test_discount_codes(office: Client, merchant: Merchant) -> None:
    office.post(address("coupons"), {"code": "spring", "percent": "10", "active": "on"})
    assert "per cent or an amount" in office.post(address("coupons"), {"code": "X"}).text
    with scopes_disabled():
        assert Coupon.objects.get().code == "SPRING"


def test_carts_and_problems_go_after_thirty_days(merchant: Merchant) -> None:
    now = timezone.now()
    with scope(merchant=merchant):
        old = Cart.objects.create(merchant=merchant, touched_at=now - timedelta(days=31))
        CartLine.objects.create(merchant=merchant, cart=old, description="x", unit_minor=1)
        young = Cart.objects.create(merchant=merchant, touched_at=now - timedelta(days=29))
        LinkProblem.objects.create(
            merchant=merchant, digest="x", message="x", last_at=now - timedelta(days=31)
        )
    assert due_carts(now) == 1
    assert (purge_carts(now), purge_problems(now)) == (1, 1)
    with scopes_disabled():
        assert list(Cart.objects.all()) == [young]
        assert not CartLine.objects.exists()


@pytest.fixture
def unpaid(merchant: Merchant, belt: Product, shopper: Client) -> Order:
    """Ordered three hours ago, to be paid on a provider's page that has closed since."""
    from tradepost.checkout.tests.test_checkout import fill_in

    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery", settings={})
    cart = shopper.get("/buy/ember-leather/BELT").headers["Location"]
    checkout = cart.replace("/cart/", "/checkout/")
    shopper.post(checkout, fill_in(shopper, checkout))
    past = timezone.now() - timedelta(hours=3)
    with scopes_disabled():
        Order.objects.update(payment_method="stripe", placed_at=past)
        PaymentIntent.objects.update(gateway="stripe", created_at=past, page_until=past)
        return Order.objects.select_related("merchant").get()


def test_goods_of_an_order_nobody_paid_go_back(unpaid: Order, belt: Product) -> None:
    belt.refresh_from_db()
    assert belt.stock == 9
    assert (give_up_unpaid(), give_up_unpaid()) == (1, 0)
    belt.refresh_from_db()
    unpaid.refresh_from_db()
    assert belt.stock == 10
    assert unpaid.cancelled_at is not None


def test_a_payment_page_that_is_still_open_is_waited_for(unpaid: Order, belt: Product) -> None:
    with scopes_disabled():
        PaymentIntent.objects.update(page_until=timezone.now() + timedelta(minutes=5))
    assert give_up_unpaid() == 0
    with scopes_disabled():
        Order.objects.update(payment_method="bank_transfer")
        PaymentIntent.objects.update(page_until=None)
    assert give_up_unpaid() == 0
