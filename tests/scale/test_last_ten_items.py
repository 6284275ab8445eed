"""Two hundred people want the last ten belts at the same moment. Ten get one.

Real connections, real transactions, the real pages: each buyer is a thread with a browser of its own
against whatever database is configured.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.db.models import Sum
from django.test import Client, RequestFactory
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.models import Cart, CartLine
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order, OrderLine
from tradepost.payments.models import GatewayAccount

pytestmark = [pytest.mark.scale, pytest.mark.django_db(transaction=True)]

BUYERS = 200
LEFT = 10
AT_ONCE = 40  # threads; PostgreSQL's default is 100 connections
PERSON = {
    "shipping-country": "DE",
    "shipping-name": "Anna Nowak",
    "shipping-line1": "Lederweg 7",
    "shipping-postal_code": "10115",
    "shipping-city": "Berlin",
    "payment": "on_delivery",
    "order": "1",
}


@pytest.fixture
def last_ten(merchant: Merchant) -> Iterator[Product]:
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery", settings={})
        yield Product.objects.create(
            merchant=merchant, name="Belt", slug="belt", sku="BELT", price_minor=4900, stock=LEFT
        )


@pytest.fixture
def press_order() -> Callable[[str, dict[str, str]], tuple[int, str, str]]:
    """One request through the whole application, on a connection of its own.

    Not the test client: it listens to every template drawn by anybody, and keeps copies.
    """
    application, requests = get_wsgi_application(), RequestFactory()

    def press(address: str, form: dict[str, str]) -> tuple[int, str, str]:
        try:
            answer = application.get_response(requests.post(address, form))
            words = answer.content.decode() if not answer.streaming else ""
            return answer.status_code, words, answer.headers.get("Location", "")
        finally:
            connections.close_all()

    return press


def filled_carts(
    merchant: Merchant, product: Product, buyers: int = BUYERS
) -> list[tuple[str, dict[str, str]]]:
    """Everybody stands at the checkout with one belt in the cart and the form filled in."""
    ready = []
    for number in range(buyers):
        cart = Cart.objects.create(merchant=merchant)
        CartLine.objects.create(merchant=merchant, cart=cart, product=product, sku="BELT")
        address = reverse("checkout:checkout", args=[cart.token])
        page = Client().get(address).context["page"]
        seen = page.choices.quote.mark
        own = {"email": f"buyer{number}@example.org", "seen": seen}
        ready.append((address, PERSON | own | {"order_secret": page.order_secret}))
    return ready


def test_ten_of_two_hundred_get_one(
    merchant: Merchant, last_ten: Product, press_order: Callable[..., tuple[int, str, str]]
) -> None:
    ready = filled_carts(merchant, last_ten)
    start = Barrier(AT_ONCE, timeout=30)

    def buy(number: int) -> tuple[int, str, str]:
        if number < AT_ONCE:
            start.wait()
        return press_order(*ready[number])

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(buy, range(BUYERS)))
    assert Counter(status for status, _text, _to in answers) == {303: LEFT, 409: BUYERS - LEFT}
    assert all("sold out" in text for status, text, _to in answers if status == 409)
    with scopes_disabled():
        assert Order.objects.filter(merchant=merchant).count() == LEFT
        assert OrderLine.objects.aggregate(sold=Sum("quantity"))["sold"] == LEFT
        last_ten.refresh_from_db()
        numbers = sorted(Order.objects.values_list("number", flat=True))
    assert last_ten.stock == 0
    assert numbers == list(range(numbers[0], numbers[0] + LEFT))


def test_one_buyer_pressing_twenty_times_orders_once(
    merchant: Merchant, last_ten: Product, press_order: Callable[..., tuple[int, str, str]]
) -> None:
    cart = filled_carts(merchant, last_ten, buyers=1)[0]
    start = Barrier(20, timeout=30)

    def press(_number: int) -> str:
        start.wait()
        _status, _text, location = press_order(*cart)
        return location

    with ThreadPoolExecutor(20) as impatient:
        answers = set(impatient.map(press, range(20)))
    with scopes_disabled():
        order = Order.objects.get()
        last_ten.refresh_from_db()
    assert answers == {reverse("orders:follow", args=[order.token])}, connection.vendor
    assert last_ten.stock == LEFT - 1
