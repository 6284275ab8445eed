"""What sign-up asks, what it says, and what a new shop is guessed to be like."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tradepost.lib.weblinks import is_this_machine
from tradepost.merchants.actions.join import open_shop, time_zone_of
from tradepost.merchants.models import Merchant

SIGN_UP = {
    "email": "ines@linden.example",
    "password1": "bottle-green-ledger-7",
    "shop_name": "Linden Loom & Söhne",
    "country": "DE",
    "language": "de",
}


def sign_up(**changes):
    return Client().post(reverse("account_signup"), SIGN_UP | changes, follow=True)


@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "Europe/Berlin"), ("ES", "Europe/Madrid"), ("US", "America/New_York"), ("ZZ", "UTC")],
)
def test_a_zone_is_guessed_from_the_country(country, zone):
    assert time_zone_of(country) == zone


def test_a_shop_without_a_website_joins_under_its_own_name_and_language(db):
    sign_up()
    shop = Merchant.objects.get()
    assert (shop.name, shop.handle, shop.website) == (
        "Linden Loom & Söhne",
        "linden-loom-sohne",
        "",
    )
    assert (shop.language, shop.home_country, shop.currency) == ("de", "DE", "EUR")
    assert shop.time_zone == "Europe/Berlin"


def test_a_shop_without_a_name_does_not_join(db):
    page = sign_up(shop_name="", website="https://linden.example")
    assert 'name="shop_name"' in page.text
    assert "This field is required" in page.text
    assert not Merchant.objects.exists()


def test_the_language_is_preselected_from_the_browser_and_shown(db):
    page = Client(headers={"accept-language": "de-AT,de;q=0.9"}).get(reverse("account_signup"))
    assert re.search(r'<option value="de" selected>', page.text)
    page = Client(headers={"accept-language": "xx"}).get(reverse("account_signup"))
    assert re.search(r'<option value="en" selected>', page.text)


def test_the_form_says_what_the_country_is_for(db):
    page = Client().get(reverse("account_signup")).text
    assert "Decides about tax" in page
    assert "Country and type of business serve statistics only" not in page
    assert page.count('name="country"') == 1


def test_shop_details_ask_for_one_country_and_statistics_follow_it(office, merchant):
    page = reverse("merchants_office:shop", args=[merchant.handle])
    form = office.get(page).context["form"]
    assert "country" not in form.fields
    given = {name: form[name].value() or "" for name in form.fields}
    office.post(page, given | {"home_country": "AT"})
    merchant.refresh_from_db()
    assert (merchant.home_country, merchant.country) == ("AT", "AT")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.linden.example", "https://www.linden.example"),
        ("http://linden.example/shop", "http://linden.example/shop"),
        ("localhost:18150", "http://localhost:18150"),
        ("http://localhost:8000/", "http://localhost:8000/"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("shop.localhost", "http://shop.localhost"),
        ("  ", ""),
    ],
)
def test_a_website_is_taken_as_it_is_typed(typed, kept, db):
    sign_up(website=typed)
    assert Merchant.objects.get().website == kept


@pytest.mark.parametrize(
    "typed", ["localhost", "http://localhost:8000", "127.0.0.1:9", "http://[::1]/", "x.localhost"]
)
def test_on_a_public_installation_nobody_sells_from_their_own_machine(
    typed, db, settings, monkeypatch
):
    public = settings.TRADEPOST.__class__
    monkeypatch.setattr(public, "base_url", property(lambda _self: "https://shops.example"))
    answer = sign_up(website=typed)
    assert "leads to your own computer" in answer.text
    assert not Merchant.objects.exists()


@pytest.mark.parametrize(
    "typed", ["linden", "ftp://x.example", "javascript:alert(1)", "a b.example"]
)
def test_nonsense_is_no_website(typed, db):
    answer = sign_up(website=typed)
    assert "Write it like www.example.com" in answer.text
    assert typed in answer.context["form"]["website"].value()
    assert not Merchant.objects.exists()


def test_one_message_after_signing_up(db):
    page = sign_up().text
    assert "Look into your mailbox" in page
    assert "Confirmation email" not in page
    assert page.count('class="notice') == 0


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("St. Pauli Café", "st-pauli-cafe"),
        ("王小明", "elm"),
        ("", "elm"),
        ("New", "new-shop"),
        ("🧵", "elm"),
    ],
)
def test_the_address_comes_from_the_name(name, handle, make_user):
    owner = make_user("x@elm.example")
    shop = open_shop(owner=owner, country="DE", website="https://www.elm.example", name=name)
    assert shop.handle == handle


def test_two_shops_whose_names_cannot_stand_in_an_address_get_two(make_user):
    owner = make_user("x@elm.example")
    one, two = (open_shop(owner=owner, country="JP", name="王小明") for _ in range(2))
    assert one.name == two.name == "王小明"
    assert len({one.handle, two.handle, ""}) == 3


@pytest.mark.parametrize("address", ["http://localhost.example", "https://127.example", "", "x"])
def test_other_addresses_are_no_machine_of_ours(address):
    assert not is_this_machine(address)


def test_a_further_shop_is_asked_its_language_too(office, owner):
    page = office.get(reverse("merchants:open_shop")).text
    assert 'name="language"' in page
    asked = {"name": "Second", "country": "FR", "language": "de"}
    office.post(reverse("merchants:open_shop"), asked)
    shop = Merchant.objects.get(name="Second")
    assert (shop.language, shop.time_zone) == ("de", "Europe/Paris")
    assert EmailAddress.objects.filter(user=owner).exists()
