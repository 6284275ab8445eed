"""What a thief tries at the cart: other people's orders, other prices, all codes."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import CatalogSettings, Product, Variant
from tradepost.checkout.actions.cart import MAX_LINES
from tradepost.checkout.actions.place_order import Placed
from tradepost.checkout.dropin.signing import current_link_key, sign_fields
from tradepost.checkout.models import CartLine, Coupon
from tradepost.checkout.tests.conftest import make_product, only_cart
from tradepost.checkout.tests.test_checkout import fill_in, open_shop
from tradepost.checkout.tests.test_prices_of_pages import order, transfer_shop
from tradepost.checkout.types import LinkMode
from tradepost.checkout.views import checkout as checkout_view
from tradepost.identity.actions.limits import LIMITS
from tradepost.merchants.models import Merchant

__all__ = ["open_shop", "transfer_shop"]
Lines = Callable[[], list[CartLine]]
CHOSEN_BY_THE_THIEF = "EVILEVILEVILEVILEVIL12"


def checkout_of(browser: Client, merchant: Merchant, **more: str) -> str:
    said = {"userid": merchant.cart_username, "product": "Hat", "price": "49"} | more
    cart = browser.post("/cf/add.cfm", said).headers["Location"]
    address: str = browser.post(cart, {"checkout": "1"}).headers["Location"]
    return address


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    ],
)
def test_a_thief_s_page_plants_no_secret_that_opens_the_order_later(
    transfer_shop: Merchant, headers: dict[str, str]
) -> None:
    checkout = checkout_of(Client(), transfer_shop)
    buyer = Client()
    planted = {"order_secret": CHOSEN_BY_THE_THIEF, "note": "mine"}
    page = buyer.post(checkout, planted, headers=headers, follow=True)
    assert page.status_code == 200
    assert CHOSEN_BY_THE_THIEF not in page.text
    ordered = buyer.post(checkout, fill_in(buyer, checkout, payment="bank_transfer"))
    assert ordered.headers["Location"].startswith("/order/")
    for address in (checkout, checkout.replace("/checkout/", "/cart/")):
        assert Client().post(address, {"order_secret": CHOSEN_BY_THE_THIEF}).status_code == 410


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}]
)
def test_the_shop_s_own_forms_are_taken(transfer_shop: Merchant, headers: dict[str, str]) -> None:
    buyer = Client(headers=headers)
    checkout = checkout_of(buyer, transfer_shop)
    ordered = buyer.post(checkout, fill_in(buyer, checkout, payment="bank_transfer"))
    assert ordered.headers["Location"].startswith("/order/")


def test_who_presses_while_somebody_else_orders_the_same_cart_is_not_led_to_that_order(
    transfer_shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thief's form is past the first look at the cart when the victim's order comes in between."""
    victim, thief = Client(), Client()
    checkout = checkout_of(thief, transfer_shop)
    form, planted = (fill_in(one, checkout, payment="bank_transfer") for one in (victim, thief))
    place, ordered = checkout_view.place_order, []

    def a_moment_later(**said: Any) -> Placed:
        monkeypatch.setattr(checkout_view, "place_order", place)
        ordered.append(victim.post(checkout, form).headers["Location"])
        return place(**said)

    monkeypatch.setattr(checkout_view, "place_order", a_moment_later)
    answer = thief.post(checkout, planted)
    assert ordered[0].startswith("/order/")
    assert answer.status_code == 410
    assert ordered[0] not in answer.text + answer.headers.get("Location", "")


@pytest.mark.parametrize("field", ["price", "discountpr", "productpr"])
@pytest.mark.parametrize(
    "added",
    [
        {"product2": "x", "price2": "9,99", "qty2": "0"},
        {"price2": "9,99"},
        {"price9": "0,5", "qty9": ""},
        {"discountpr2": "1,9,99"},
        {"price": "9,99"},
    ],
)
def test_another_row_does_not_change_what_a_signed_price_means(
    merchant: Merchant,
    use_mode: Callable[..., object],
    lines_of: Lines,
    field: str,
    added: dict[str, str],
) -> None:
    use_mode(LinkMode.SIGNED)
    bands = "0,1,299" if field == "discountpr" else ""
    with scope(merchant=merchant):
        signed = sign_fields(
            current_link_key(merchant), description="Sofa", price="1,299", bands=bands
        )
    sofa = {
        "price": {"product": "Sofa", "price": "1,299", "hash": signed},
        "discountpr": {"product": "Sofa", "discountpr": bands, "hash": signed},
        "productpr": {"productpr": f"Sofa:1,299:::{signed}"},
    }[field]
    Client().post("/cf/add.cfm", {"userid": merchant.cart_username} | added | sofa)
    prices = {line.unit_minor or line.bands[0][1] for line in lines_of()}
    assert prices <= {129900}


def test_codes_cannot_be_tried_by_links_without_end(merchant: Merchant, lines_of: Lines) -> None:
    with scopes_disabled():
        Coupon.objects.create(merchant=merchant, code="SPRING", percent=Decimal(50))
    hat = {"userid": merchant.cart_username, "product": "Hat", "price": "49"}
    most = LIMITS["code word"]["network"].most
    answers = [Client().post("/cf/add.cfm", hat | {"coupon": f"GUESS{n}"}) for n in range(most + 2)]
    assert ["code_waits" in answer.headers["Location"] for answer in answers] == (
        [False] * most + [True] * 2
    )
    late = Client().post("/cf/add.cfm", hat | {"coupon": "SPRING"}, follow=True)
    assert "Too many discount codes were tried" in late.text
    assert "€24.50" not in late.text
    assert lines_of()[-1].cart.coupon_code == ""


def test_those_who_know_the_code_use_up_nobody_s_tries(merchant: Merchant) -> None:
    with scopes_disabled():
        Coupon.objects.create(merchant=merchant, code="SPRING", percent=Decimal(50))
    hat = {"userid": merchant.cart_username, "product": "Hat", "price": "49", "coupon": "spring"}
    for _shopper in range(LIMITS["code word"]["network"].most + 5):
        answer = Client().post("/cf/add.cfm", hat)
        assert "code_waits" not in answer.headers["Location"]


def test_what_was_taken_out_does_not_come_back_into_a_full_cart(
    shopper: Client, merchant: Merchant, lines_of: Lines
) -> None:
    hat = {"userid": merchant.cart_username, "product": "Hat", "price": "49"}
    address = shopper.post("/cf/add.cfm", hat).headers["Location"]
    (hat_line,) = lines_of()
    shopper.post(address, {"remove": hat_line.public_id})
    cart = only_cart(merchant)
    with scopes_disabled():
        CartLine.objects.bulk_create(
            CartLine(merchant=merchant, cart=cart, description=f"Belt {n}", unit_minor=1)
            for n in range(MAX_LINES)
        )
    answer = shopper.post(address, {"restore": hat_line.public_id})
    assert answer.status_code == 422
    assert "The cart is full" in answer.text
    assert len(lines_of()) == MAX_LINES


# Open mode, the catalogue's own price or more, and yet less to pay.
UNDERCUT = [
    {"tax": "0"},
    {"noship": "1"},
    {"units": "0"},
    {"units": "1.5", "price": "60"},
    {"scode": " belt ", "price": "48.99"},
    {"discountpr": "1,49.00:0,0.01", "qty": "3"},
]


@pytest.mark.parametrize("fields", UNDERCUT, ids=str)
def test_a_known_article_waits_for_the_yes_also_where_tax_or_delivery_are_undercut(
    shopper: Client, transfer_shop: Merchant, belt: Product, fields: dict[str, str]
) -> None:
    with scopes_disabled():
        Product.objects.filter(pk=belt.pk).update(units=Decimal(2))
        CatalogSettings.objects.create(merchant=transfer_shop, prices_include_tax=False)
    assert order(shopper, transfer_shop, **({"price": "49.00"} | fields)).waits_for_approval


@pytest.mark.parametrize("fields", [{}, {"tax": "19"}, {"units": "2"}, {"price": "50"}], ids=str)
def test_a_page_that_says_what_the_catalogue_says_sells_at_once(
    shopper: Client, transfer_shop: Merchant, belt: Product, fields: dict[str, str]
) -> None:
    with scopes_disabled():
        Product.objects.filter(pk=belt.pk).update(units=Decimal(2))
        CatalogSettings.objects.create(merchant=transfer_shop, prices_include_tax=False)
    assert not order(shopper, transfer_shop, **({"price": "49.00"} | fields)).waits_for_approval


def test_the_number_of_a_product_with_kinds_is_compared_with_the_cheapest_kind(
    shopper: Client, transfer_shop: Merchant
) -> None:
    coat = make_product(transfer_shop, "COAT", price_minor=100)
    with scopes_disabled():
        for size, price in (("S", 20000), ("M", 25000)):
            Variant.objects.create(
                merchant=transfer_shop,
                product=coat,
                options={"Size": size},
                own_price_minor=price,
            )
    assert order(shopper, transfer_shop, scode="COAT", price="199.99").waits_for_approval
    assert not order(shopper, transfer_shop, scode="COAT", price="200").waits_for_approval


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", "a=1\n" * 600_000),
        ("text/plain", "\r\n" * 900_000),
        (
            "application/x-www-form-urlencoded",
            "&".join(f"product{n}=p&qty{n}=1&discountpr{n}={'1,9.99:' * 570}" for n in range(200)),
        ),
    ],
    ids=["lines", "empty lines", "quantity prices"],
)
def test_a_large_form_is_refused_before_it_is_read(
    merchant: Merchant, content_type: str, body: str, lines_of: Lines
) -> None:
    Client().get("/robots.txt")
    said, costs = f"/cf/add.cfm?userid={merchant.cart_username}", []
    for _ in range(3):  # the least of them: what else the machine does can only add to it
        began = time.process_time()
        answer = Client().post(said, body, content_type=content_type)
        costs.append(time.process_time() - began)
        assert answer.status_code in {400, 422}
    assert min(costs) < 2.4  # a core that others use, too, makes it dearer
    assert lines_of() == []
