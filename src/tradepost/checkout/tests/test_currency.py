"""A shop changes its currency: amounts are converted, never read anew."""

from decimal import Decimal
from hashlib import md5

import pytest
from django.urls import reverse

from tradepost.audience.actions.segments import save_segment
from tradepost.audience.models import Segment
from tradepost.audit.types import SYSTEM, Actor
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.models import PriceChange, Product, Variant
from tradepost.checkout.dropin.old_secret import seal_old_secret
from tradepost.checkout.models import Cart, CartLine, CartSettings, Coupon, DeliveryMethod
from tradepost.merchants.actions.currency import change_currency
from tradepost.merchants.money import CannotBeConverted, ConversionRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(in_scope):
    """One of everything that has an amount."""
    belt = create_product(
        merchant=in_scope, by=SYSTEM, name="Belt", price_minor=1250, compare_at_minor=1500
    )
    small, _large = set_options(product=belt, options=[("Size", ["S", "L"])], by=SYSTEM)
    change_variants(product=belt, changes={small.pk: {"own_price_minor": 1000}}, by=SYSTEM)
    DeliveryMethod.objects.create(
        merchant=in_scope, name="By value", rule="value", price_minor=0,
        tiers=[[5000, 490], [10000, 290]], free_from_minor=15000,
    )  # fmt: skip
    DeliveryMethod.objects.create(
        merchant=in_scope, name="By weight", rule="weight", tiers=[[500, 490]]
    )
    Coupon.objects.create(merchant=in_scope, code="FIVE", amount_minor=500)
    Coupon.objects.create(merchant=in_scope, code="TENTH", percent=10)
    cart = Cart.objects.create(merchant=in_scope)
    CartLine.objects.create(merchant=in_scope, cart=cart, product=belt, variant=small)
    CartLine.objects.create(
        merchant=in_scope, cart=cart, description="Page", unit_minor=1250, bands=[[5, 1100]]
    )
    CartSettings.objects.filter(merchant=in_scope).update(currency_number="3", mode="open")
    return in_scope


@pytest.fixture
def page(shop):
    return reverse("merchants_office:currency", args=[shop.handle])


def test_no_amount_is_read_anew(shop, owner):
    change_currency(merchant=shop, by=Actor.user(owner), to="JPY", each=Decimal("162.5"))
    product = Product.objects.get()
    assert (product.price_minor, product.compare_at_minor) == (2031, 2438)
    assert Variant.objects.get(label="S").own_price_minor == 1625
    assert Variant.objects.get(label="L").own_price_minor is None
    value, weight = DeliveryMethod.objects.order_by("pk")
    assert value.tiers == [[8125, 796], [16250, 471]]
    assert (value.price_minor, value.free_from_minor) == (0, 24375)
    assert weight.tiers == [[500, 796]]
    assert [c.amount_minor for c in Coupon.objects.order_by("pk")] == [813, None]
    line = CartLine.objects.get(description="Page")
    assert (line.unit_minor, line.bands) == (2031, [[5, 1788]])
    shop.refresh_from_db()
    assert shop.currency == "JPY"
    settings = CartSettings.objects.get()
    assert (settings.link_key_number, settings.currency_number) == (2, "")
    last = PriceChange.objects.filter(variant_id=None).last()
    assert (last.currency, last.price_minor) == ("JPY", 2031)


def test_segments_by_money_spent_keep_their_meaning(shop, owner, office):
    """Their sums are kept as text: 12.50 euro is no sum in yen at all, and 100.00 another one."""
    spent = [{"kind": "orders.spent", "values": {"amount": text}} for text in ("12.50", "100.00")]
    part = {"op": "none", "of": [spent[1]]}
    save_segment(
        merchant=shop,
        by=Actor.user(owner),
        name="Good",
        definition={"op": "all", "of": [spent[0], part]},
    )
    save_segment(
        merchant=shop, by=Actor.user(owner), name="All", definition={"op": "all", "of": []}
    )
    change_currency(merchant=shop, by=Actor.user(owner), to="JPY", each=Decimal("162.5"))
    changed, other = (Segment.objects.get(name=name).definition for name in ("Good", "All"))
    assert changed["of"][0]["values"] == {"amount": "2031"}
    assert changed["of"][1]["of"][0]["values"] == {"amount": "16250"}
    assert other == {"op": "all", "of": []}
    page = office.get(reverse("audience_office:segments", args=[shop.handle]))
    assert page.status_code == 200
    assert "¥2,031" in page.text


def test_prices_of_pages_are_not_read_in_another_currency(shop, owner, office, client):
    """12.50 on a page is euro: as yen it would be sold for a hundredth."""
    hat = {"userid": shop.cart_username, "product": "Hat", "price": "12.50"}
    secret, was = "old-secret", CartSettings.objects.get(merchant=shop)
    old_hash = md5(f"{secret}Hat12.50".encode()).hexdigest()
    assert client.post("/cf/add.cfm", hat).status_code == 303
    was.old_secret = seal_old_secret(secret)
    was.save()
    page = reverse("merchants_office:currency", args=[shop.handle])
    assert "stop selling until you say anew" in office.get(page).text
    office.post(page, {"currency": "JPY", "each": "162.5", "confirm": "yes"})
    for more in ({}, {"hash": old_hash}):
        assert client.post("/cf/add.cfm", hat | more).status_code == 422
    office.post(reverse("checkout_office:old_pages", args=[shop.handle]), {"choose": "open"})
    assert client.post("/cf/add.cfm", hat | {"price": "2031"}).status_code == 303


def test_three_decimals_keep_the_value_too(shop, owner):
    change_currency(merchant=shop, by=Actor.user(owner), to="KWD", each=Decimal("0.3333"))
    assert Product.objects.get().price_minor == 4166  # 4.166 KWD, not 1.250


def test_run_twice_it_converts_once(shop, owner):
    for _again in range(2):
        change_currency(merchant=shop, by=Actor.user(owner), to="CHF", each=Decimal(2))
    assert Product.objects.get().price_minor == 2500


def test_an_open_cart_says_so(shop, owner, client):
    cart = Cart.objects.get()
    address = reverse("checkout:cart", args=[cart.token])
    assert "has changed its currency" not in client.get(address).content.decode()
    change_currency(merchant=shop, by=Actor.user(owner), to="JPY", each=Decimal("162.5"))
    text = client.get(address).content.decode()
    assert "the prices in this cart are in JPY now" in text
    assert "¥1,625" in text
    assert "¥1,250" not in text


def test_the_page_shows_before_it_changes_anything(shop, office, page):
    asked = {"currency": "JPY", "each": "162.5"}
    text = office.post(page, asked).content.decode()
    assert "€12.50 → ¥2,031" in text
    shop.refresh_from_db()
    assert (shop.currency, Product.objects.get().price_minor) == ("EUR", 1250)
    answer = office.post(page, asked | {"confirm": "yes"})
    assert answer.status_code == 302
    assert Product.objects.get().price_minor == 2031


@pytest.mark.parametrize("each", ["", "0", "-1", "abc", "1e30", "0.0000000001"])
def test_without_a_rate_nothing_changes_and_what_was_typed_stays(shop, office, page, each):
    answer = office.post(page, {"currency": "JPY", "each": each, "confirm": "yes"})
    assert answer.status_code == 400
    assert '<option value="JPY" selected>' in answer.content.decode()
    shop.refresh_from_db()
    assert (shop.currency, Product.objects.get().price_minor) == ("EUR", 1250)


def test_an_amount_that_would_become_nothing_stops_the_change(shop, owner, office, page):
    with pytest.raises(CannotBeConverted):
        ConversionRate("EUR", "JPY", Decimal("0.001"))(10)
    answer = office.post(page, {"currency": "JPY", "each": "0.001", "confirm": "yes"})
    assert answer.status_code == 400
    assert "cannot be converted at this rate" in answer.content.decode()
    assert Product.objects.get().price_minor == 1250


def test_a_shop_without_amounts_needs_no_rate(in_scope, office):
    page = reverse("merchants_office:currency", args=[in_scope.handle])
    office.post(page, {"currency": "CHF", "each": "", "confirm": "yes"})
    in_scope.refresh_from_db()
    assert in_scope.currency == "CHF"


def test_shop_details_cannot_change_the_currency_by_the_way(office, shop):
    address = reverse("merchants_office:shop", args=[shop.handle])
    data = {f.name: f.value() or "" for f in office.get(address).context["form"]}
    office.post(address, data | {"currency": "JPY"})
    shop.refresh_from_db()
    assert shop.currency == "EUR"
