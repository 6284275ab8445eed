"""Discount codes with an end: uses, days, a least value."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from tests.together import together

from tradepost.audit.types import SYSTEM
from tradepost.catalog.models import Product
from tradepost.checkout.models import Coupon, CouponUse
from tradepost.checkout.tests.test_checkout import fill_in, open_shop
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.models import Order

__all__ = ["open_shop"]


def make(merchant: Merchant, **fields: object) -> Coupon:
    with scope(merchant=merchant):
        return Coupon.objects.create(merchant=merchant, code="SPRING", percent=10, **fields)


def at_checkout(browser: Client, merchant: Merchant, price: str = "50") -> str:
    fields = {
        "userid": merchant.cart_username,
        "product": "Hat",
        "price": price,
        "coupon": "spring",
    }
    return browser.post("/cf/add.cfm", fields).headers["Location"].replace("/cart/", "/checkout/")


def days(count: int) -> object:
    return timezone.now().date() + timedelta(days=count)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"active": False}, "is not accepted by this shop"),
        ({"valid_from": days(2)}, "is good from"),
        ({"valid_until": days(-2)}, "was good until"),
        ({"minimum_minor": 5001}, "is good for goods of €50.01 or more"),
        ({"most_uses": 0}, "has been used up"),
    ],
)
def test_the_buyer_reads_why_a_code_takes_nothing_off(
    shopper: Client, open_shop: Merchant, fields: dict[str, object], words: str
) -> None:
    make(open_shop, **fields)
    checkout = at_checkout(shopper, open_shop)
    for address in (checkout, checkout.replace("checkout", "cart")):
        page = shopper.get(address).text
        assert words in page.replace("&#x27;", "'")
        assert "SPRING" in page or "spring" in page
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303
    with scopes_disabled():
        assert Order.objects.get().discount_minor == 0
        assert not CouponUse.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{"valid_from": 0, "valid_until": 0}, {"minimum_minor": 5000}, {"most_uses": 1}],
)
def test_the_ends_are_inside(shopper: Client, open_shop: Merchant, fields: dict[str, int]) -> None:
    dated = {name: days(value) for name, value in fields.items() if name.startswith("valid_")}
    make(open_shop, **(fields | dated))
    checkout = at_checkout(shopper, open_shop)
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303
    with scopes_disabled():
        assert Order.objects.get().discount_minor == 500


def test_the_last_use_is_taken_once(open_shop: Merchant) -> None:
    make(open_shop, most_uses=1)
    first, second = Client(), Client()
    addresses = [at_checkout(browser, open_shop) for browser in (first, second)]
    forms = [fill_in(*pair) for pair in zip((first, second), addresses, strict=True)]
    assert first.post(addresses[0], forms[0]).status_code == 303
    page = second.post(addresses[1], forms[1])
    assert page.status_code == 409
    assert "has been used up" in page.text
    assert "Nothing was ordered yet" in page.text
    assert second.post(addresses[1], fill_in(second, addresses[1])).status_code == 303
    with scopes_disabled():
        assert sorted(Order.objects.values_list("discount_minor", flat=True)) == [0, 500]


def test_a_cancelled_order_frees_its_use(shopper: Client, open_shop: Merchant) -> None:
    make(open_shop, most_uses=1)
    checkout = at_checkout(shopper, open_shop)
    shopper.post(checkout, fill_in(shopper, checkout))
    with scope(merchant=open_shop):
        cancel(order=Order.objects.get(), by=SYSTEM)
    assert "−€5.00" in shopper.get(at_checkout(shopper, open_shop)).text
    with scope(merchant=open_shop):
        Order.objects.update(cancelled_at=None)
        Order.objects.all().delete()
    assert "used up" in shopper.get(at_checkout(shopper, open_shop)).text, "purged is not undone"


@pytest.mark.django_db(transaction=True)
def test_six_buyers_at_once_share_two_uses(open_shop: Merchant) -> None:
    make(open_shop, most_uses=2)
    browsers = [Client() for _one in range(6)]
    addresses = [at_checkout(browser, open_shop) for browser in browsers]
    forms = [fill_in(*pair) for pair in zip(browsers, addresses, strict=True)]
    answers = []

    def press(browser: Client, address: str, form: dict[str, str]) -> None:
        answers.append(browser.post(address, form).status_code)

    pressed = zip(browsers, addresses, forms, strict=True)
    assert together(*(partial(press, *one) for one in pressed)) == []
    assert sorted(answers) == [303, 303, 409, 409, 409, 409]
    with scopes_disabled():
        assert list(Order.objects.values_list("discount_minor", flat=True)) == [500, 500]
        assert CouponUse.objects.count() == 2


def test_the_office_sets_and_shows_the_ends(
    office: Client, merchant: Merchant, belt: Product
) -> None:
    address = reverse("checkout_office:coupons", args=[merchant.handle])
    fields = {"code": "may", "percent": "10", "minimum_minor": "20", "most_uses": "3"}
    fields |= {"valid_from": "2027-05-01", "valid_until": "2027-05-31", "active": "on"}
    wrong = office.post(address, fields | {"valid_until": "2027-04-01"})
    assert "The last day is before the first one" in wrong.text
    assert 'value="may"' in wrong.text
    assert office.post(address, fields).status_code == 302
    page = office.get(address).text
    for words in ("0 of 3", "from €20.00", "until"):
        assert words in page
