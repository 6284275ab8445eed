"""A hash is good for the fields it was made for, under their own names, and for nothing else."""

import hashlib
import html
import re
from collections.abc import Callable

import pytest
from conftest import PASSWORD
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.checkout.dropin.old_secret import seal_old_secret
from tradepost.checkout.dropin.signing import current_link_key, sign_fields
from tradepost.checkout.models import CartLine, CartSettings
from tradepost.checkout.types import LinkMode
from tradepost.identity.models import User
from tradepost.merchants.models import Merchant

Lines = Callable[[], list[CartLine]]
UseMode = Callable[..., CartSettings]
SIGNED = {
    "product": "Sofa", "price": "1999,00", "units": "7", "tax": "19", "scode": "S-1", "currency": "EUR",
}  # fmt: skip


def link_hash(merchant: Merchant, **fields: str) -> str:
    with scope(merchant=merchant):
        return sign_fields(current_link_key(merchant), **fields)


def send(browser: Client, merchant: Merchant, **fields: str) -> int:
    return browser.post("/cf/add.cfm", {"userid": merchant.cart_username} | fields).status_code


@pytest.mark.parametrize("price", ["1999,00", "49,00", "1,999.00", "3,9"])
def test_a_signed_price_is_no_signed_quantity_price(
    shopper: Client, merchant: Merchant, use_mode: UseMode, lines_of: Lines, price: str
) -> None:
    use_mode(LinkMode.SIGNED)
    good = link_hash(merchant, description="Sofa", price=price)
    assert send(shopper, merchant, product="Sofa", discountpr=price, hash=good) == 422
    bands = link_hash(merchant, description="Sofa", bands="3,9")
    assert send(shopper, merchant, product="Sofa", price="3,9", hash=bands) == 422
    assert send(shopper, merchant, product="Sofa", discountpr="3,9", hash=bands) == 303
    assert [line.bands for line in lines_of()] == [[[3, 900]]]


def test_no_value_may_move_to_another_field(
    shopper: Client, merchant: Merchant, use_mode: UseMode, lines_of: Lines
) -> None:
    use_mode(LinkMode.SIGNED)
    said = {"description" if name == "product" else name: text for name, text in SIGNED.items()}
    good = link_hash(merchant, **said)
    names = list(SIGNED)
    for first in names:
        for second in names:
            if first != second:
                moved = SIGNED | {first: SIGNED[second], second: SIGNED[first]}
                assert send(shopper, merchant, hash=good, **moved) == 422, (first, second)
        left_out = {name: text for name, text in SIGNED.items() if name != first}
        assert send(shopper, merchant, hash=good, **left_out) == 422, first
    assert lines_of() == []
    assert send(shopper, merchant, hash=good, **SIGNED) == 303


def test_a_hash_of_one_shop_is_none_at_another(
    shopper: Client,
    merchant: Merchant,
    other_merchant: Merchant,
    use_mode: UseMode,
    lines_of: Lines,
) -> None:
    """Every merchant is shown the own key: nobody signs prices of a neighbour with it."""
    use_mode(LinkMode.SIGNED)
    for shop, status in ((other_merchant, 422), (merchant, 303)):
        signed = link_hash(shop, description="Sofa", price="5")
        assert send(shopper, merchant, product="Sofa", price="5", hash=signed) == status
    assert len(lines_of()) == 1


def test_noship_is_no_word_of_the_units(
    shopper: Client, merchant: Merchant, use_mode: UseMode
) -> None:
    use_mode(LinkMode.SIGNED)
    good = link_hash(merchant, description="Sofa", price="5", units="noship")
    assert send(shopper, merchant, product="Sofa", price="5", noship="1", hash=good) == 422


def test_the_link_key_is_not_shown_in_a_stolen_browser(owner: User, merchant: Merchant) -> None:
    stolen = Client()
    stolen.force_login(owner)
    with scope(merchant=merchant):
        key = current_link_key(merchant)
    address = reverse("checkout_office:cart_settings", args=[merchant.handle])
    stolen.post(address, {"old_secret": "known to the thief"})
    answer = stolen.get(address)
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert key in stolen.post(answer.url, {"password": PASSWORD, "next": address}, follow=True).text
    with scope(merchant=merchant):
        assert not CartSettings.objects.exclude(old_secret="").exists()


# Hashes of the old cart


def old_hash(product: str, price: str, units: str = "", secret: str = "tulip") -> str:
    return hashlib.md5(f"{secret}{product[:10]}{price}{units}".encode()).hexdigest()


@pytest.fixture
def old_shop(merchant: Merchant, use_mode: UseMode) -> Merchant:
    use_mode(LinkMode.SIGNED, old_secret=seal_old_secret("tulip"))
    return merchant


def test_an_old_hash_is_taken_and_called_weak(
    shopper: Client, old_shop: Merchant, lines_of: Lines
) -> None:
    before = timezone.now()
    good = old_hash("Leather satchel", "249.00", "3")
    fields = {"product": "Leather satchel", "price": "249.00", "units": "3"}
    assert send(shopper, old_shop, hash=good, **fields) == 303
    assert [(line.signed, line.has_old_hash) for line in lines_of()] == [(True, True)]
    with scopes_disabled():
        assert CartSettings.objects.get(merchant=old_shop).old_hash_used_at >= before
        assert "tulip" not in CartSettings.objects.get(merchant=old_shop).old_secret
    assert send(shopper, old_shop, hash=good, **(fields | {"price": "24.90"})) == 422


@pytest.mark.parametrize(
    ("signed", "sent"),
    [
        (("Hat", "19.90", ""), {"product": "Hat1", "price": "9.90"}),
        (("Hat", "100", "0"), {"product": "Hat", "price": "10", "units": "00"}),
        (("Hat", "100", ""), {"product": "Hat", "price": "10", "units": "0"}),
        (("Hat", "19.90", ""), {"product": "Hat", "price": "19", "units": ".90"}),
        (("Hat", "19.90", ""), {"product": "Hat", "price": "19.9", "units": "0"}),
        (("Hat", "1999.00", ""), {"product": "Hat", "discountpr": "1999.00"}),
        (("Hat", "3,9", ""), {"product": "Hat", "discountpr": "3,9"}),
    ],
)
def test_what_an_old_hash_covers_cannot_be_cut_anew(
    shopper: Client,
    old_shop: Merchant,
    signed: tuple[str, str, str],
    sent: dict[str, str],
) -> None:
    assert send(shopper, old_shop, hash=old_hash(*signed), **sent) == 422


def test_without_the_old_secret_no_old_hash_counts(
    shopper: Client, merchant: Merchant, use_mode: UseMode
) -> None:
    use_mode(LinkMode.SIGNED)
    for secret in ("tulip", ""):
        good = old_hash("Leather satchel", "5.00", secret=secret)
        assert send(shopper, merchant, product="Leather satchel", price="5.00", hash=good) == 422


# Pages signed in the back office

PAGE = """<p>My caf&eacute;</p>
<a class=buy href="https://old.example/cf/add.cfm?userid={user}&amp;product=Hat+%26+cap&price=12.50">Hat</a>
<A HREF='/cf/add.cfm?userid={user}&product=Scarf&price=5&hash=0123'>Scarf</A>
<a href="/other?price=1">no</a>
<form action="/cf/addmulti.cfm" method=post><input type=hidden name=userid value={user}>
<input type="hidden" name="product1" value="Tea"><input type="hidden" name="price1" value="4,20">
<input name=qty1 value=1>
<select name="productpr2"><option value="Small:1.50">S</option><option value="Large:2.50:3">L</option></select>
<input name="qty2"></form>
"""


def test_a_pasted_page_comes_back_signed_and_sells(
    office: Client, shopper: Client, merchant: Merchant, use_mode: UseMode, lines_of: Lines
) -> None:
    use_mode(LinkMode.SIGNED)
    page = PAGE.format(user=merchant.cart_username)
    answer = office.post(
        reverse("checkout_office:old_pages", args=[merchant.handle]), {"page": page, "sign": "1"}
    )
    signed = answer.context["signed"]
    assert (signed.signed, signed.left) == (3, 0)
    assert "<p>My caf&eacute;</p>" in signed.text
    assert '<a href="/other?price=1">no</a>' in signed.text
    for address in re.findall(r"(?:href|HREF)=[\"']([^\"']*cf/add[^\"']*)", signed.text):
        plain = html.unescape(address).removeprefix("https://old.example")
        assert shopper.get(plain).status_code == 303, plain
    hidden = dict(re.findall(r'name="?(\w+)"? value="?([^">]+)', signed.text))
    chosen = re.findall(r'<option value="([^"]+)"', signed.text)[1]
    fields = hidden | {"qty1": "1", "qty2": "2", "productpr2": html.unescape(chosen)}
    assert shopper.post("/cf/addmulti.cfm", fields).status_code == 303
    assert [(line.description, line.unit_minor) for line in lines_of()] == [
        ("Hat & cap", 1250),
        ("Scarf", 500),
        ("Tea", 420),
        ("Large", 250),
    ]
