"""A cart's address is passed on, logged and planted. It takes over no browser and opens no order."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.models import Cart, CartLine
from tradepost.checkout.tests.test_checkout import PERSON, fill_in, open_shop
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order

__all__ = ["open_shop"]
Lines = Callable[[], list[CartLine]]


def token_in(address: str) -> str:
    return re.split(r"[/?]", address.partition("/cart/")[2] or address.partition("/checkout/")[2])[
        0
    ]


def add(browser: Client, merchant: Merchant, **fields: str) -> str:
    """The address of the cart to which the link leads."""
    asked = {"userid": merchant.cart_username, "product": "Hat", "price": "5"} | fields
    return browser.get("/cf/add.cfm", asked).headers["Location"]


def planted(merchant: Merchant) -> str:
    """The token of a cart that a thief has filled."""
    return token_in(add(Client(), merchant, product="Bait"))


def ways_in(merchant: Merchant, token: str) -> list[str]:
    userid = merchant.cart_username
    return [
        f"/cf/add.cfm?userid={userid}&cart={token}&product=gift&price=0&qty=0",
        f"/cf/add.cfm?userid={userid}&cart={token}&product=Hat&price=5",
        f"/cf/addmulti.cfm?userid={userid}&cart={token}&product1=Hat&price1=5&qty1=1",
        f"/cf/review.cfm?userid={userid}&cart={token}",
        f"/buy/{merchant.handle}/BELT?cart={token}",
        f"/shop/{merchant.handle}/?cart={token}",
        f"/shop/{merchant.handle}/product/belt/?cart={token}",
        f"/cart/{token}/",
        f"/checkout/{token}/",
    ]


@pytest.mark.parametrize("way", range(9))
def test_no_address_puts_its_cart_into_the_cookie(
    open_shop: Merchant, belt: Product, way: int
) -> None:
    token, victim = planted(open_shop), Client()
    victim.get(ways_in(open_shop, token)[way])
    assert token not in victim.cookies.get("tp_cart", "x").__str__()
    later = token_in(add(victim, open_shop))
    assert later != token


@pytest.mark.parametrize("way", range(7))
def test_who_has_a_cart_keeps_it(
    open_shop: Merchant, belt: Product, lines_of: Lines, way: int
) -> None:
    victim = Client()
    own, token = token_in(add(victim, open_shop, product="Mine")), planted(open_shop)
    victim.get(ways_in(open_shop, token)[way])
    assert token_in(add(victim, open_shop)) == own
    assert {line.description for line in lines_of() if line.cart.token == token} == {"Bait"}


def test_a_form_of_the_shop_does_not_put_its_cart_into_the_cookie(
    open_shop: Merchant, belt: Product
) -> None:
    token, victim = planted(open_shop), Client()
    victim.post(f"/shop/{open_shop.handle}/product/belt/add/", {"cart": token, "quantity": "1"})
    assert "tp_cart" not in victim.cookies


def go_on(browser: Client, cart: str) -> str:
    """Press *To the checkout*."""
    return browser.post(cart, {"checkout": "1"}).headers["Location"]


def test_the_checkout_has_a_token_that_no_address_has_shown(
    shopper: Client, open_shop: Merchant
) -> None:
    cart = add(shopper, open_shop)
    checkout = go_on(shopper, cart)
    assert token_in(checkout) != token_in(cart)
    assert shopper.get(checkout).status_code == 200
    stranger = Client().get(cart)
    assert stranger.status_code == 410
    assert token_in(checkout) not in stranger.text
    assert "Hat" not in stranger.text
    assert Client().get(cart.replace("cart", "checkout")).status_code == 410
    assert "Hat" in shopper.get(cart).text, "the back button of the browser that has the cookie"


def test_an_order_is_opened_by_no_address_of_its_cart(shopper: Client, open_shop: Merchant) -> None:
    cart = add(shopper, open_shop)
    checkout = go_on(shopper, cart)
    answer = shopper.post(checkout, fill_in(shopper, checkout))
    assert answer.status_code == 303
    order_page = answer.headers["Location"]
    kept = shopper.cookies["tp_cart"].value
    assert token_in(cart) not in kept
    assert token_in(checkout) not in kept
    for address in (cart, checkout, checkout.replace("checkout", "cart")):
        thief = Client()
        thief.cookies["tp_cart"] = f"{token_in(cart)}.{token_in(checkout)}"
        page = thief.get(address)
        assert page.status_code in (404, 410), address
        assert order_page not in page.text
        assert "Anna" not in page.text
        again = thief.post(address, PERSON | {"order": "1", "order_secret": "", "seen": "x:1"})
        assert order_page not in (again.headers.get("Location") or again.text)
    assert shopper.get(checkout).headers["Location"] == order_page
    assert shopper.get(checkout.replace("checkout", "cart")).headers["Location"] == order_page


def test_who_reads_the_database_cannot_open_the_order_by_its_cart(
    shopper: Client, open_shop: Merchant
) -> None:
    checkout = go_on(shopper, add(shopper, open_shop))
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303
    with scopes_disabled():
        (row,) = Cart.objects.values()
    thief = Client()
    for text in {str(value)[:32] for value in row.values()} | {row["order_mark"]}:
        thief.cookies["tp_cart"] = text
        assert thief.get(checkout).status_code == 410
        assert thief.post(checkout, {"order_secret": text}).status_code == 410


def test_a_planted_cart_that_its_victim_orders_tells_the_thief_nothing(
    open_shop: Merchant,
) -> None:
    thief, victim = Client(), Client()
    cart = add(thief, open_shop, product="Bait")
    planted_checkout = go_on(thief, cart)
    own = go_on(victim, planted_checkout.replace("checkout", "cart"))
    assert token_in(own) != token_in(planted_checkout)
    assert victim.post(own, fill_in(victim, own)).status_code == 303
    for address in (cart, planted_checkout):
        page = thief.get(address)
        assert "/order/" not in page.headers.get("Location", "")
        assert "/order/" not in page.text


def test_ordering_straight_from_a_planted_checkout_tells_the_thief_nothing(
    open_shop: Merchant,
) -> None:
    thief, victim = Client(), Client()
    planted_checkout = go_on(thief, add(thief, open_shop, product="Bait"))
    answer = victim.post(planted_checkout, fill_in(victim, planted_checkout))
    assert answer.status_code == 303
    page = thief.get(planted_checkout)
    assert page.status_code == 410
    assert "This cart was ordered" in page.text
    assert "/order/" not in page.text
    back = victim.get(planted_checkout)
    assert back.headers["Location"] == answer.headers["Location"]


class Refusing:
    """A browser that keeps no cookie."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, address: str) -> object:
        self.client.cookies.clear()
        return self.client.get(address)

    def post(self, address: str, fields: dict[str, str]) -> object:
        self.client.cookies.clear()
        return self.client.post(address, fields)


def test_without_cookies_one_goes_back_from_the_checkout_and_changes_the_cart(
    open_shop: Merchant, belt: Product
) -> None:
    browser = Refusing()
    cart = browser.get("/buy/ember-leather/BELT").headers["Location"]
    checkout = browser.post(cart, {"checkout": "1"}).headers["Location"]
    assert browser.get(checkout).status_code == 200
    assert "€49.00" in browser.get(cart).text, "the back button leads to the same cart"
    browser.get(f"/buy/ember-leather/BELT?cart={token_in(cart)}")
    checkout = browser.post(cart, {"checkout": "1"}).headers["Location"]
    form = fill_in(browser, checkout)
    answer = browser.post(checkout, form)
    assert answer.status_code == 303
    with scopes_disabled():
        assert Order.objects.get().goods_minor == 9800
    assert browser.post(checkout, form).headers["Location"] == answer.headers["Location"], "twice"
    for address in (cart, checkout):
        page = browser.get(address)
        assert page.status_code == 410, "the old cart cannot be ordered once more by mistake"
        assert "This cart was ordered" in page.text
        assert "/order/" not in page.text


def test_refused_links_and_empty_forms_leave_no_cart(shopper: Client, merchant: Merchant) -> None:
    userid = merchant.cart_username
    for fields in ({"product": "Hat", "price": "free"}, {"qty": "0", "nocart": ""}, {"qty1": "0"}):
        shopper.post("/cf/add.cfm", {"userid": userid} | fields)
    with scopes_disabled():
        assert not Cart.objects.exists()
    assert "tp_cart" not in shopper.cookies


def test_a_deleted_product_leaves_a_word_in_the_cart(
    shopper: Client, open_shop: Merchant, belt: Product
) -> None:
    cart = shopper.get("/buy/ember-leather/BELT").headers["Location"]
    with scopes_disabled():
        belt.delete()
    page = shopper.get(cart).text
    assert "Belt" in page
    assert "Not for sale any more" in page
    checkout = reverse("checkout:checkout", args=[token_in(cart)])
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 409
    with scopes_disabled():
        assert not Order.objects.exists()
