"""Three hundred broken and hostile posts: a best reading, or a page that says what is wrong.

Never a 500, never a price of zero that nobody asked for, never markup of the page in ours.
"""

from html.parser import HTMLParser
from itertools import product as every
from urllib.parse import quote

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.checkout.models import Cart, CartLine
from tradepost.merchants.models import Merchant

PRICES = (
    *(
        "",
        " ",
        "free",
        "abc",
        "-5",
        "- 5",
        "1e5",
        "0x10",
        "NaN",
        "inf",
        "12.5.0",
        "1,2,3",
        "12,50,",
    ),
    *(
        "$",
        "€",
        "12 or 13",
        "12;13",
        "1/2",
        "½",
        "٣",
        "１２",
        "12.345",
        "1.000",
        "0,001",
        "9" * 40,
        "\x00",
        "'",
    ),
    *(
        "1 OR 1=1",
        "<b>5</b>",
        "{b}5{/b}",
        "${7*7}",
        "12\n13",
        "--",
        "+",
        "12%",
        "=1+1",
        "null",
        "None",
    ),
)
GOOD_PRICES = {
    "12.50": 1250,
    "12,50": 1250,
    "$12.50": 1250,
    "€ 12,50": 1250,
    "12.5": 1250,
    "12": 1200,
    "12,-": 1200,
    "12.--": 1200,
    "1.234,50": 123450,
    "1,234.50": 123450,
    "1'234.50": 123450,
    "EUR 12.50": 1250,
    "12.50 €": 1250,
    "US$12.50": 1250,
    "&euro;12.50": 1250,
    "0": 0,
    "0.00": 0,
    " 12.50 ": 1250,
    "012.50": 1250,
}
QUANTITIES = (
    *("-1", "1.5", "1,5", "two", "1e3", "99999999999", "10000", "\x00", "NaN", "٣x", "1;1", "<i>"),
    *("0x2", "--", "1 2", "½"),
)
NUMBERS = ("abc", "-1", "1e9", "9" * 30, "NaN", "<b>", "101", "\x00x")
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "{b}<svg onload=alert(1)>{/b}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "{{ 7*7 }}{% debug %}",
    "'; DROP TABLE checkout_cart; --",
    "\ud800half",
    "\u202eright to left",
    "a" * 5000,
    "{b}" * 400,
    "{b}open",
    "{/b}{b}",
    "\x00\x01\x02",
)
TEXT_FIELDS = (
    *(
        "product",
        "scode",
        "sd",
        "coupon",
        "thumb",
        "producturl",
        "return",
        "lg",
        "currency",
        "noqty",
    ),
    *("hash", "nocart", "userid"),
)
ODD = (
    {"productpr": "nothing"},
    {"productpr": ":::::"},
    {"productpr": "Belt:"},
    {"productpr": ":12.50"},
    {"productpr": "Belt:abc:1:2:3:4:5:6"},
    {"discountpr": "3;9.99", "product": "x"},
    {"discountpr": "0,5:3,4", "product": "x"},
    {"discountpr": ",,,", "product": "x"},
    {"discountpr": "3,free", "product": "x"},
    {"discountpr": "9999999,1", "product": "x"},
    {"product[]": "", "price": "5"},
    {"product1": "a", "price2": "5", "qty1": "1", "qty2": "1"},
    {"product0": "a", "price0": "5", "qty0": "1"},
    {"product99999": "a", "price99999": "5", "qty99999": "1"},
    {"product-1": "a", "price-1": "5"},
    {"product1": "a", "price1": "5", "qty1": "-1"},
    {"product01": "a", "price1": "5", "qty1": "1"},
    {"qty1": "5"},
    {},
)


def cases() -> list[tuple[str, dict[str, str]]]:
    good = {"product": "Belt", "price": "5"}
    found = [("price", good | {"price": price}) for price in PRICES]
    found += [("qty", good | {"qty": quantity}) for quantity in QUANTITIES]
    found += [(name, good | {name: number}) for name, number in every(("tax", "units"), NUMBERS)]
    found += [(name, good | {name: text}) for name, text in every(TEXT_FIELDS, SCRIPTS)]
    found += [("odd", fields) for fields in ODD]
    return found


CASES = cases()


def test_there_are_three_hundred_of_them() -> None:
    assert len(CASES) >= 280


def encode(fields: dict[str, str]) -> bytes:
    pairs = [
        f"{quote(name)}={quote(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in fields.items()
    ]
    return "&".join(pairs).encode()


@pytest.mark.parametrize("address", ["/cf/add.cfm", "/cf/addmulti.cfm"])
def test_nothing_breaks_the_cart(merchant: Merchant, address: str) -> None:
    browser = Client(raise_request_exception=True)
    for field, fields in CASES:
        browser.cookies.clear()
        fields = {"userid": merchant.cart_username} | fields
        answer = browser.post(
            address, encode(fields), content_type="application/x-www-form-urlencoded", follow=True
        )
        assert answer.status_code in (200, 404, 422), (field, fields, answer.status_code)
        assert_harmless(answer.text, fields)
        assert_no_silent_zero(fields)
        with scopes_disabled():
            Cart.objects.all().delete()


class Harms(HTMLParser):
    """Whatever could run: handlers, scripts in the page, addresses that are no web addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.found += [name for name in values if name.startswith("on")]
        if (tag == "script" and "src" not in values) or tag in {"svg-x", "iframe", "object"}:
            self.found.append(tag)
        for name in ("href", "src", "action"):
            address = values.get(name) or ""
            if ":" in address and not address.startswith(
                ("http://", "https://", "mailto:contact@")
            ):
                self.found.append(address)


def assert_harmless(page: str, fields: dict[str, str]) -> None:
    assert Harms(page).found == [], fields
    if "{{ 7*7 }}" in fields.values():
        assert ">49<" not in page


def assert_no_silent_zero(fields: dict[str, str]) -> None:
    with scopes_disabled():
        for line in CartLine.objects.all():
            free = line.unit_minor == 0 or any(price == 0 for _count, price in line.bands)
            assert not free, fields


@pytest.mark.parametrize(("text", "minor"), GOOD_PRICES.items())
def test_prices_are_read_as_people_write_them(
    shopper: Client, merchant: Merchant, text: str, minor: int
) -> None:
    shopper.post(
        "/cf/add.cfm", {"userid": merchant.cart_username, "product": "Belt", "price": text}
    )
    with scopes_disabled():
        assert CartLine.objects.get(merchant=merchant).unit_minor == minor


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"%", "application/x-www-form-urlencoded"),
        (b"%zz=%zz&&&==", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"userid=A1\r\nproduct=x", "text/plain"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"garbage", "multipart/form-data"),
        (b"a=1&" * 6000, "application/x-www-form-urlencoded"),
        (b"a" * 3_000_000, "application/x-www-form-urlencoded"),
    ],
)
def test_bodies_that_are_no_forms(
    shopper: Client, merchant: Merchant, body: bytes, kind: str
) -> None:
    assert shopper.post("/cf/add.cfm", body, content_type=kind).status_code in (400, 404, 422)


def test_a_form_with_pictures_encoding_in_windows_1252(shopper: Client, merchant: Merchant) -> None:
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in (
            (b"userid", merchant.cart_username.encode()),
            (b"product", b"Caf\xe9"),
            (b"price", b"5"),
        )
    )
    shopper.post(
        "/cf/add.cfm", parts + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    with scopes_disabled():
        assert CartLine.objects.get(merchant=merchant).description == "Café"


@pytest.mark.parametrize("token", ["nope", "a" * 22, "-" * 22, "0"])
def test_a_guessed_cart_is_gone(shopper: Client, db: None, token: str) -> None:
    for address in (f"/cart/{token}/", f"/checkout/{token}/"):
        assert shopper.get(address).status_code == 404
        assert shopper.post(address, {"order": "1"}).status_code == 404


def test_a_line_of_another_cart_cannot_be_touched(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    carts = []
    for shop in (merchant, other_merchant):
        browser = Client()
        fields = {"userid": shop.cart_username, "product": "Hat", "price": "5", "qty": "3"}
        carts.append(browser.post("/cf/add.cfm", fields).headers["Location"])
    with scopes_disabled():
        theirs = CartLine.objects.get(merchant=other_merchant)
    attacker = Client()
    name = f"quantity-{theirs.public_id}"
    attacker.post(carts[0], {name: "0", "remove": theirs.public_id})
    attacker.post(carts[0], {"restore": theirs.public_id})
    with scopes_disabled():
        theirs.refresh_from_db()
    assert (theirs.quantity, theirs.removed_at) == (3, None)
