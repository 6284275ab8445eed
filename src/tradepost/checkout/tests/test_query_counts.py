"""A cart of three lines asks the database no more often than a cart of one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.catalog.models import Photo, Variant
from tradepost.checkout.models import Cart, Coupon
from tradepost.checkout.tests.conftest import make_product
from tradepost.checkout.tests.test_checkout import fill_in, open_shop
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order

__all__ = ["open_shop"]  # a fixture

KINDS = ("product", "variant", "page")
# Less is welcome; more wants a reason. Of an order, two ask whether her data may be used for the mails.
MOST = {"add": 12, "cart": 16, "checkout": 19, "order": 82}
Shelf = dict[str, list[str]]


@pytest.fixture
def shelf(open_shop: Merchant) -> Shelf:
    """Addresses that put something into the cart: four articles of each kind."""
    with scopes_disabled():
        Coupon.objects.create(merchant=open_shop, code="TEN", percent=10)
        for number in range(4):
            bag = make_product(open_shop, f"BAG{number}", stock=50)
            Photo.objects.create(
                merchant=open_shop, product=bag, stem=f"bag-{number}", widths=[1], width=1, height=1
            )
            cap = make_product(open_shop, f"CAP{number}")
            Variant.objects.create(
                merchant=open_shop, product=cap, sku=f"RED{number}", stock=50, label="Red"
            )
    link = f"/cf/add.cfm?userid={open_shop.cart_username or open_shop.handle}&qty=1"
    return {
        "product": [f"/buy/{open_shop.handle}/BAG{number}" for number in range(4)],
        "variant": [f"/buy/{open_shop.handle}/RED{number}" for number in range(4)],
        "page": [f"{link}&product=Hat{number}&price=9.99" for number in range(4)],
    }


def queries_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def fill(shopper: Client, merchant: Merchant, addresses: list[str]) -> Cart:
    """A cart with these things and a discount code, at the checkout."""
    for address in addresses:
        assert shopper.get(address).status_code in {302, 303}
    with scopes_disabled():
        cart = Cart.objects.select_related("merchant").latest("pk")
        Cart.objects.filter(pk=cart.pk).update(coupon_code="ten")
        assert cart.lines.count() == len(addresses)
    return cart


@pytest.mark.parametrize("kind", KINDS)
def test_putting_one_more_into_a_full_cart_costs_what_it_costs_in_an_empty_one(
    shelf: Shelf, open_shop: Merchant, kind: str
) -> None:
    counts = []
    for lines in (1, 3):
        shopper = Client()
        fill(shopper, open_shop, shelf[kind][:lines])
        counts.append(queries_of(lambda: shopper.get(shelf[kind][3])))  # noqa: B023  called at once
    assert counts[0] == counts[1] <= MOST["add"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", ["cart", "checkout"])
def test_showing_three_lines_costs_what_one_line_costs(
    shelf: Shelf, open_shop: Merchant, kind: str, page: str
) -> None:
    counts = []
    for lines in (1, 3):
        shopper = Client()
        cart = fill(shopper, open_shop, shelf[kind][:lines])
        address = reverse(f"checkout:{page}", args=[cart.token])
        assert shopper.get(address).status_code == 200
        counts.append(queries_of(lambda: shopper.get(address)))  # noqa: B023  called at once
    assert counts[0] == counts[1] <= MOST[page]


@pytest.mark.parametrize("kind", KINDS)
def test_ordering_three_lines_costs_what_ordering_one_costs(
    shelf: Shelf, open_shop: Merchant, kind: str
) -> None:
    """The first order of a shop, which makes its counters, is not counted."""
    counts = []
    for lines in (1, 1, 3):
        shopper = Client()
        cart = fill(shopper, open_shop, shelf[kind][:lines])
        address = reverse("checkout:checkout", args=[cart.token])
        form = fill_in(shopper, address)
        counts.append(queries_of(lambda: shopper.post(address, form)))  # noqa: B023  called at once
    with scopes_disabled():
        assert Order.objects.count() == 3
    assert counts[1] == counts[2] <= MOST["order"]
