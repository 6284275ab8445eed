"""Whose price counts: safe by default, open with open eyes, and a yes where a page undercuts the shop."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.actions.give_up import give_up_unpaid
from tradepost.checkout.dropin.signing import current_link_key, sign_fields
from tradepost.checkout.models import CartLine, CartSettings
from tradepost.checkout.tests.conftest import only_cart
from tradepost.checkout.tests.test_checkout import fill_in, open_shop
from tradepost.delivery.models import Mail
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order
from tradepost.orders.remote_fields import remote_fields
from tradepost.payments.models import GatewayAccount, PaymentIntent

__all__ = ["open_shop"]
Lines = Callable[[], list[CartLine]]
Mailbox = Callable[[str], list[Mail]]
CHEAP = {"product": "Belt", "scode": "BELT", "price": "0.01"}


@pytest.fixture
def fresh_shop(open_shop: Merchant) -> Merchant:
    """Nothing was chosen yet."""
    with scopes_disabled():
        CartSettings.objects.all().delete()
    return open_shop


@pytest.fixture
def transfer_shop(open_shop: Merchant) -> Merchant:
    with scope(merchant=open_shop):
        given = {"holder": "Ember", "iban": "DE02120300000000202051", "days": 7}
        GatewayAccount.objects.create(merchant=open_shop, gateway="bank_transfer", settings=given)
    return open_shop


def put(shopper: Client, merchant: Merchant, **fields: str) -> str:
    answer = shopper.post("/cf/add.cfm", {"userid": merchant.cart_username} | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].replace("/cart/", "/checkout/")


def order(shopper: Client, merchant: Merchant, pay: str = "bank_transfer", **fields: str) -> Order:
    checkout = put(shopper, merchant, **(CHEAP | fields))
    answer = shopper.post(checkout, fill_in(shopper, checkout, payment=pay))
    assert answer.status_code == 303, answer.text
    with scopes_disabled():
        return Order.objects.select_related("merchant").latest("pk")


def page_of(row: Order) -> str:
    return Client().get(reverse("orders:follow", args=[row.token])).text


def act(office: Client, row: Order, what: str) -> str:
    row.refresh_from_db()
    address = reverse("orders_office:act", args=[row.merchant.handle, row.public_id])
    page = office.post(address, {"do": what}, follow=True).text
    row.refresh_from_db()
    return page


def test_a_fresh_shop_sells_its_own_articles_at_its_own_price(
    shopper: Client, fresh_shop: Merchant, belt: Product, lines_of: Lines
) -> None:
    put(shopper, fresh_shop, **CHEAP)
    assert [(line.unit_minor, line.page_price_minor) for line in lines_of()] == [(None, 1)]
    assert (
        "€49.00"
        in shopper.get(f"/cf/review.cfm?userid={fresh_shop.cart_username}", follow=True).text
    )


def test_a_fresh_shop_takes_nothing_else_unsigned(
    shopper: Client, fresh_shop: Merchant, belt: Product, lines_of: Lines
) -> None:
    hat = {"userid": fresh_shop.cart_username, "product": "Hat", "price": "5"}
    for more in ({}, {"scode": "belt 2"}, {"scode": "NONE"}, {"hash": "0" * 32}):
        assert shopper.post("/cf/add.cfm", hat | more).status_code == 422
    with scope(merchant=fresh_shop):
        good = sign_fields(current_link_key(fresh_shop), description="Hat", price="5")
    put(shopper, fresh_shop, product="Hat", price="5", hash=good)
    assert [(line.unit_minor, line.signed) for line in lines_of()] == [(500, True)]


def test_the_first_steps_ask_and_the_shop_chooses_open(
    office: Client, shopper: Client, fresh_shop: Merchant, lines_of: Lines
) -> None:
    address = reverse("checkout_office:old_pages", args=[fresh_shop.handle])
    assert address in office.get(reverse("backoffice_office:home", args=[fresh_shop.handle])).text
    page = office.get(address).text
    assert "whoever can change a link can change its price" in page
    office.post(address, {"choose": "open"})
    put(shopper, fresh_shop, product="Hat", price="5")
    assert lines_of()[0].unit_minor == 500
    steps = office.get(reverse("backoffice_office:home", args=[fresh_shop.handle])).text
    assert re.search(f'<li class="done">(?:(?!</li>).)*{address}', steps, re.DOTALL)


def test_what_came_at_a_page_s_price_is_marked_in_list_and_notice(
    office: Client, shopper: Client, transfer_shop: Merchant, mailbox: Mailbox
) -> None:
    row = order(shopper, transfer_shop, product="Hat", scode="", price="5")
    assert not row.waits_for_approval
    listed = office.get(reverse("orders_office:orders", args=[transfer_shop.handle])).text
    assert "price from the page" in listed
    assert "needs your yes" not in listed
    (notice,) = mailbox("orders/notice")
    assert "prices came from a page" in notice.text
    assert "prices came from a page" in notice.html


def test_a_known_article_below_its_price_waits_for_the_merchant(
    office: Client, shopper: Client, transfer_shop: Merchant, belt: Product, mailbox: Mailbox
) -> None:
    row = order(shopper, transfer_shop)
    assert row.waits_for_approval
    with scopes_disabled():
        assert not PaymentIntent.objects.exists()
    belt.refresh_from_db()
    assert belt.stock == 9, "kept meanwhile"
    assert (
        "needs your yes"
        in office.get(reverse("orders_office:orders", args=[transfer_shop.handle])).text
    )
    told = page_of(row)
    assert "please do not pay before" in told
    assert "DE02" not in told
    receipt = mailbox("orders/receipt")[0].text
    assert "has to accept it first" in receipt
    assert "DE02" not in receipt
    assert "has to be accepted first" in mailbox("orders/notice")[0].text
    assert "Accept or decline the price" in act(office, row, "accept")
    assert "has to accept the price" in act(office, row, "mark_paid")
    assert not row.accepted_at
    assert not row.paid_minor


def test_yes_lets_it_be_paid(
    office: Client, shopper: Client, transfer_shop: Merchant, belt: Product, mailbox: Mailbox
) -> None:
    row = order(shopper, transfer_shop)
    assert "The price is accepted" in act(office, row, "approve")
    assert row.approved_by is not None
    assert "DE02 1203" in page_of(row)
    (mail,) = mailbox("orders/approved")
    assert "DE02 1203" in mail.text
    act(office, row, "approve")
    assert len(mailbox("orders/approved")) == 1
    act(office, row, "mark_paid")
    assert row.is_paid


def test_no_cancels_it_and_puts_the_goods_back(
    office: Client, shopper: Client, transfer_shop: Merchant, belt: Product, mailbox: Mailbox
) -> None:
    row = order(shopper, transfer_shop)
    assert "the customer is told" in act(office, row, "decline")
    belt.refresh_from_db()
    assert (belt.stock, bool(row.cancelled_at)) == (10, True)
    (mail,) = mailbox("orders/cancelled")
    assert "did not accept a price that a page named" in mail.text
    assert "You need not pay anything" in mail.text
    assert "is cancelled" in act(office, row, "approve")


@pytest.mark.parametrize(
    "fields",
    [{"price": "49.00"}, {"price": "60"}, {"product": "Hat", "scode": "", "price": "0.01"}],
)
def test_only_a_lower_price_of_a_known_article_waits(
    shopper: Client, transfer_shop: Merchant, belt: Product, fields: dict[str, str]
) -> None:
    assert not order(shopper, transfer_shop, **fields).waits_for_approval


def test_quantity_prices_below_the_catalogue_wait_too(
    shopper: Client, transfer_shop: Merchant, belt: Product
) -> None:
    bands = {"price": "", "discountpr": "1,49.00:0,40.00"}
    assert not order(shopper, transfer_shop, **bands).waits_for_approval
    assert order(shopper, transfer_shop, qty="2", **bands).waits_for_approval


def test_long_words_of_a_page_reach_the_order_whole(
    shopper: Client, transfer_shop: Merchant
) -> None:
    words, wish = "Ring, " * 160 + "end", "x" * 990
    fields = {"userid": transfer_shop.cart_username, "product[]": [words, wish], "price": "5"}
    checkout = (
        shopper.post("/cf/add.cfm", fields).headers["Location"].replace("cart", "checkout", 1)
    )
    assert shopper.post(checkout, fill_in(shopper, checkout)).status_code == 303
    with scopes_disabled():
        line = Order.objects.get().lines.get()
    assert (line.title, line.options) == (words, wish)


def test_article_numbers_of_pages_come_whole_to_the_merchant_s_server(
    shopper: Client, transfer_shop: Merchant
) -> None:
    number = "DE101:412~7 100% %3A"
    put(
        shopper,
        transfer_shop,
        **{"product[]": ["Book: one~two", "Red", "XL"]},
        scode=number,
        price="5",
        qty="2",
    )
    checkout = reverse("checkout:checkout", args=[only_cart(transfer_shop).token])
    shopper.post(checkout, fill_in(shopper, checkout))
    with scopes_disabled():
        (line,) = remote_fields(Order.objects.get())["cart"].split("~")
    name, quantity, price, _units, sku = line.split(":")
    decoded = [re.sub("%(25|3A|7E)", lambda found: unquote(found[0]), part) for part in (name, sku)]
    assert (decoded, quantity, price) == (["Book: one~two, Red, XL", number], "2", "5.00")


# The time to pay


def age(row: Order, days: int) -> None:
    with scopes_disabled():
        Order.objects.filter(pk=row.pk).update(
            pay_until=row.pay_until - timedelta(days=days),
            placed_at=row.placed_at - timedelta(days=days),
        )
    row.refresh_from_db()


def test_a_transfer_that_does_not_come_lets_the_goods_go(
    shopper: Client, transfer_shop: Merchant, belt: Product, mailbox: Mailbox
) -> None:
    row = order(shopper, transfer_shop, price="49.00")
    said = f"{row.pay_until:%-d}"
    assert timedelta(days=7) <= row.pay_until - timezone.now() < timedelta(days=8)
    for told in (
        page_of(row),
        mailbox("orders/receipt")[0].text,
        mailbox("orders/receipt")[0].html,
    ):
        assert "The goods are kept for you until" in told
        assert said in told
    age(row, 7)
    assert give_up_unpaid() == 0
    age(row, 1)
    assert give_up_unpaid() == 1
    assert give_up_unpaid() == 0
    belt.refresh_from_db()
    assert belt.stock == 10
    assert "No payment came for your order" in mailbox("orders/cancelled")[0].text


def test_orders_that_are_paid_sent_or_waited_for_are_kept(
    office: Client, shopper: Client, transfer_shop: Merchant, belt: Product
) -> None:
    paid, picked = (order(shopper, transfer_shop, price="49.00") for _one in range(2))
    on_delivery = order(shopper, transfer_shop, pay="on_delivery", price="49.00")
    unapproved = order(shopper, transfer_shop)
    act(office, paid, "mark_paid")
    act(office, picked, "accept")
    assert on_delivery.pay_until is None
    assert unapproved.pay_until is None
    for row in (paid, picked):
        age(row, 30)
    assert give_up_unpaid() == 1, "taking an order over does not mean that it was paid"
    picked.refresh_from_db()
    assert picked.cancelled_at


def test_money_that_comes_late_takes_the_order_up_again(
    office: Client, shopper: Client, transfer_shop: Merchant, belt: Product, mailbox: Mailbox
) -> None:
    row = order(shopper, transfer_shop, price="49.00")
    age(row, 30)
    give_up_unpaid()
    page = office.get(reverse("orders_office:order", args=[transfer_shop.handle, row.public_id]))
    assert "The money has come after all" in page.text
    assert "Taken up again" in act(office, row, "paid_late")
    belt.refresh_from_db()
    assert (row.is_paid, row.cancelled_at, belt.stock) == (True, None, 9)
    assert "taken your order up again" in mailbox("orders/taken_up_again")[0].text
    assert give_up_unpaid() == 0
    act(office, row, "paid_late")
    belt.refresh_from_db()
    assert (row.paid_minor, belt.stock) == (row.total_minor, 9)


def test_money_that_comes_too_late_for_the_goods_is_noted_to_be_given_back(
    office: Client, shopper: Client, transfer_shop: Merchant, belt: Product
) -> None:
    row = order(shopper, transfer_shop, price="49.00")
    age(row, 30)
    give_up_unpaid()
    with scopes_disabled():
        Product.objects.filter(pk=belt.pk).update(stock=0)
    assert "stays cancelled" in act(office, row, "paid_late")
    belt.refresh_from_db()
    assert (row.paid_minor, bool(row.cancelled_at), belt.stock) == (row.total_minor, True, 0)
    assert "still to be given back" in page_of(row)
    with scopes_disabled():
        assert row.invoices.count() == 0


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"product": "x" * 1001}, "name of this product is too long"),
        ({"product": "Ring", "sd": "x" * 4001}, "longer than 4000 characters"),
    ],
)
def test_what_cannot_be_kept_whole_is_refused_with_words(
    shopper: Client, transfer_shop: Merchant, field: dict[str, str], words: str
) -> None:
    fields = {"userid": transfer_shop.cart_username, "price": "5"} | field
    answer = shopper.post("/cf/add.cfm", fields)
    assert answer.status_code == 422
    assert words in answer.text
