"""A shop that closes in some weeks sells through every door until then, and through none afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.checkout.models import Cart
from tradepost.checkout.tests.conftest import only_cart
from tradepost.checkout.tests.test_checkout import fill_in
from tradepost.checkout.tests.test_fitting_checkout import checkout_of, shop  # noqa: F401  a fixture
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order

DOORS = {
    "link": lambda seller: f"/buy/{seller.handle}/BELT",
    "page": lambda seller: (
        f"/cf/add.cfm?userid={seller.cart_username}&scode=BELT&product=Belt&price=49&qty=1"
    ),
    "name": lambda seller: (
        f"/cf/add.cfm?userid={seller.handle}&scode=BELT&product=Belt&price=49&qty=1"
    ),
}


def closes_in(seller: Merchant, days: int) -> None:
    Merchant.objects.filter(pk=seller.pk).update(closing_at=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize("door", DOORS)
def test_until_its_date_a_shop_takes_orders_and_says_nothing_of_closing(
    shopper: Client,
    shop: Merchant,  # noqa: F811
    door: str,
) -> None:
    closes_in(shop, 30)
    assert shopper.get(DOORS[door](shop)).status_code in (302, 303)
    checkout = checkout_of(only_cart(shop))
    page = shopper.get(checkout)
    assert "closed" not in page.text
    assert "closing" not in page.text
    form = fill_in(shopper, checkout)
    assert shopper.post(checkout, form).status_code == 303
    with scopes_disabled():
        assert Order.objects.count() == 1


def test_at_its_date_an_open_checkout_takes_no_order_any_more(
    shopper: Client,
    shop: Merchant,  # noqa: F811
) -> None:
    closes_in(shop, 3)
    shopper.get(DOORS["link"](shop))
    checkout = checkout_of(only_cart(shop))
    form = fill_in(shopper, checkout)
    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=1), tick=False):
        answer = shopper.post(checkout, form)
        assert "has closed" in answer.text
        for door in DOORS.values():
            assert shopper.get(door(shop)).status_code == 410
    with scopes_disabled():
        assert not Order.objects.exists()
        assert Cart.objects.count() == 1
