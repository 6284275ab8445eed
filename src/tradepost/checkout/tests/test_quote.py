"""What is read for a quote, what it offers and what it tells the page: a cart of a belt and two hats."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django_scopes import scope

from tradepost.catalog.models import CatalogSettings, Photo, Product, Variant
from tradepost.catalog.types import TaxClass
from tradepost.checkout.models import Cart, CartLine, CartSettings, Coupon, DeliveryMethod
from tradepost.checkout.pricing.quote import (
    Contents,
    DeliveryChoice,
    Quote,
    contents_of,
    delivery_choices,
    quote_of,
)
from tradepost.checkout.tests.conftest import make_product
from tradepost.checkout.types import LinkMode, MethodKind, Rounding
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.types import DeliveryKind, LineDraft


@pytest.fixture
def cart(merchant: Merchant, belt: Product):
    """A belt for 49.00 € from the catalogue and two hats for 10.00 € each from a page."""
    with scope(merchant=merchant):
        made = Cart.objects.create(merchant=merchant)
        add(made, product=belt, sku="BELT-M", options="Size{br}M")
        add(
            made,
            description="{b}Hat{/b}",
            quantity=2,
            unit_minor=1000,
            tax_rate=7,
            units=Decimal(3),
        )
        yield made


def add(cart: Cart, **fields: object) -> CartLine:
    return CartLine.objects.create(merchant=cart.merchant, cart=cart, **fields)


def read(cart: Cart) -> Contents:
    return contents_of(cart, cart.merchant)


def quoted(cart: Cart, country: str = "DE", delivery: DeliveryChoice | None = None) -> Quote:
    return quote_of(read(cart), country, delivery)


def method(merchant: Merchant, **fields: object) -> DeliveryMethod:
    values = {"name": "Post", "estimate": "2 days", "price_minor": 490} | fields
    return DeliveryMethod.objects.create(merchant=merchant, **values)


def choose(cart: Cart, **fields: object) -> DeliveryChoice:
    method(cart.merchant, **fields)
    return (delivery_choices(read(cart), "DE") or [])[0]


def test_a_cart_is_counted_and_added_up(cart) -> None:
    contents = read(cart)
    assert (contents.cart, contents.merchant) == (cart, cart.merchant)
    assert (contents.count, contents.goods) == (3, Money(6900, "EUR"))
    assert (contents.discount, contents.coupon, contents.coupon_problem) == (
        Money(0, "EUR"), None, "",
    )  # fmt: skip
    assert contents.taxes.home == "DE"
    assert contents.settings == CartSettings.objects.get()


def test_what_was_taken_out_costs_nothing_and_can_be_put_back(cart) -> None:
    gone = add(cart, description="Cap", unit_minor=100, removed_at=clock.now())
    contents = read(cart)
    assert contents.goods.minor == 6900
    assert [line.row for line in contents.removed] == [gone]
    assert gone not in [line.row for line in contents.lines]


def test_two_lines_of_an_article_share_what_is_in_stock(cart, belt) -> None:
    more = add(cart, product=belt, quantity=10)
    assert [line.row for line in read(cart).short] == [more], "ten are there and eleven wanted"
    CartLine.objects.filter(pk=more.pk).update(removed_at=clock.now())
    CartLine.objects.filter(product=belt, removed_at=None).update(quantity=10)
    assert read(cart).short == [], "what was taken out takes nothing from the shelf"


def test_a_code_takes_off_what_it_says_and_at_most_the_goods(cart) -> None:
    coupon = Coupon.objects.create(
        merchant=cart.merchant, code="MAY", amount_minor=500, minimum_minor=6900
    )
    cart.coupon_code = "may"
    assert (read(cart).coupon, read(cart).discount) == (coupon, Money(500, "EUR"))
    assert quoted(cart).totals.discount_minor == 500
    Coupon.objects.update(amount_minor=9900)
    assert read(cart).discount == Money(6900, "EUR")
    Coupon.objects.update(minimum_minor=6901)
    assert read(cart).coupon is None
    assert "€69.01" in read(cart).coupon_problem


def test_what_is_short_of_a_code_s_minimum_was_not_taken_out(cart) -> None:
    Coupon.objects.create(merchant=cart.merchant, code="MAY", amount_minor=1, minimum_minor=6901)
    add(cart, description="Cap", unit_minor=100, removed_at=clock.now())
    cart.coupon_code = "MAY"
    assert read(cart).coupon is None


def test_how_far_the_shop_trusts_its_pages_decides_what_can_be_had(cart) -> None:
    assert [line.available for line in read(cart).lines] == [True, True]
    CartSettings.objects.update(mode=LinkMode.SAFE)
    assert [line.available for line in read(cart).lines] == [True, False]


def test_a_page_that_names_a_product_with_variants_is_held_to_the_cheapest(cart, belt) -> None:
    for price, choice in ((3000, "S"), (4000, "L")):
        Variant.objects.create(
            merchant=cart.merchant, product=belt, label=choice, own_price_minor=price
        )
    add(cart, product=belt, description="Belt", unit_minor=3000)
    line = read(cart).lines[2]
    assert line.catalogue_minor == 3000
    assert not quoted(cart).needs_approval
    CartLine.objects.filter(description="Belt").update(unit_minor=2999)
    assert quoted(cart).needs_approval


def test_reading_a_cart_asks_as_much_for_many_lines_as_for_few(
    cart, django_assert_num_queries
) -> None:
    def look() -> None:
        for line in read(cart).lines:
            assert line.photo is None
            assert line.name

    with django_assert_num_queries(5):
        look()
    for number in range(3):
        goods = make_product(cart.merchant, f"SOCK{number}")
        variant = Variant.objects.create(merchant=cart.merchant, product=goods, label="S")
        add(cart, product=goods)
        add(cart, product=goods, variant=variant, is_variant=True)
    with django_assert_num_queries(5):
        look()


def test_the_first_picture_of_a_product_is_the_line_s(cart, belt) -> None:
    first, _second = (
        Photo.objects.create(
            merchant=cart.merchant, product=belt, stem=f"{n}", width=9, height=9, position=n
        )
        for n in range(2)
    )
    assert [line.photo for line in read(cart).lines] == [first, None]


def test_the_lines_of_the_order_say_what_the_cart_said(cart, belt) -> None:
    hat = cart.lines.get(product=None)
    CartLine.objects.filter(pk=hat.pk).update(page_price_minor=1100)
    belts, hats = quoted(cart).lines
    assert belts == LineDraft(
        title="Belt",
        options="Size, M",
        quantity=1,
        unit_price_minor=4900,
        total_minor=4900,
        tax_rate=Decimal(19),
        tax_minor=782,
        sku="BELT-M",
        units=belt.units,
        product_id=belt.pk,
    )
    assert (hats.title, hats.quantity, hats.unit_price_minor) == ("Hat", 2, 1000)
    assert (hats.total_minor, hats.tax_rate, hats.tax_minor) == (2000, Decimal(7), 131)
    assert (hats.units, hats.product_id, hats.variant_id) == (Decimal(3), None, None)
    assert (hats.price_from_page, hats.page_price_minor) == (True, 1100)


def test_a_variant_is_ordered_as_such(cart, belt) -> None:
    variant = Variant.objects.create(merchant=cart.merchant, product=belt, label="S")
    add(cart, product=belt, variant=variant, is_variant=True)
    assert quoted(cart).lines[2].variant_id == variant.pk


def test_tax_is_that_of_the_country_it_goes_to(cart) -> None:
    CatalogSettings.objects.update_or_create(
        merchant=cart.merchant, defaults={"tax_rule": "destination"}
    )
    choice = choose(cart, tax_class=TaxClass.REDUCED)
    totals = quoted(cart, "FR", choice).totals
    assert [part.rate for part in totals.taxes] == [Decimal(20), Decimal(7), Decimal("5.5")]
    assert totals.delivery_tax_rate == Decimal("5.5")


def test_goods_of_the_reduced_class_carry_the_reduced_rate(cart, belt) -> None:
    Product.objects.filter(pk=belt.pk).update(tax_class=TaxClass.REDUCED)
    assert quoted(cart).lines[0].tax_rate == Decimal(7)


def test_the_shop_s_way_of_rounding_is_taken(cart) -> None:
    cart.lines.all().delete()
    for name in ("Pin", "Nail", "Screw"):
        add(cart, description=name, unit_minor=3, tax_rate=19)
    taxes = {}
    for rounding in Rounding.values:
        CartSettings.objects.update(rounding=rounding)
        taxes[rounding] = quoted(cart).totals.tax_minor
    assert taxes == {Rounding.LINE: 0} | dict.fromkeys(set(Rounding.values) - {Rounding.LINE}, 1)


def test_prices_without_tax_are_taxed_on_top(cart) -> None:
    CatalogSettings.objects.update_or_create(
        merchant=cart.merchant, defaults={"prices_include_tax": False}
    )
    totals = quoted(cart).totals
    assert (totals.prices_include_tax, totals.total_minor) == (False, 6900 + 931 + 140)


def test_less_tax_on_top_than_the_catalogue_s_waits_for_the_merchant(cart, belt) -> None:
    line = add(cart, product=belt, description="Belt", unit_minor=4900, tax_rate=7)
    assert not quoted(cart).needs_approval, "inside the price it is the shop's own loss of nothing"
    CatalogSettings.objects.update_or_create(
        merchant=cart.merchant, defaults={"prices_include_tax": False}
    )
    assert quoted(cart).needs_approval
    CartLine.objects.filter(pk=line.pk).update(tax_rate=19)
    assert not quoted(cart).needs_approval


def test_a_way_of_delivery_is_offered_with_all_that_is_said_of_it(cart) -> None:
    post = method(cart.merchant, tax_class=TaxClass.REDUCED)
    choices = delivery_choices(read(cart), "DE")
    assert choices == [
        DeliveryChoice(post.public_id, "Post", "2 days", 490, "EUR", TaxClass.REDUCED, post)
    ]
    assert (choices[0].price, choices[0].is_collected) == (Money(490, "EUR"), False)


def test_ways_that_are_switched_off_or_go_elsewhere_or_take_less_are_not_offered(cart) -> None:
    method(cart.merchant, name="Off", active=False)
    method(cart.merchant, name="France", countries=["FR"])
    method(cart.merchant, name="Small", rule="value", tiers=[[6899, 100]])
    assert delivery_choices(read(cart), "DE") == []
    assert [one.name for one in delivery_choices(read(cart), "FR") or ()] == ["France"]
    method(cart.merchant, name="Free", price_minor=0)
    assert [one.price_minor for one in delivery_choices(read(cart), "DE") or ()] == [0]


def test_where_nothing_is_set_up_or_nothing_has_to_be_sent_there_is_no_choice(
    cart, other_merchant
) -> None:
    with scope(merchant=other_merchant):
        method(other_merchant)
    assert delivery_choices(read(cart), "DE") is None
    method(cart.merchant)
    assert delivery_choices(read(cart), "DE")
    CartLine.objects.update(no_shipping=True)
    assert delivery_choices(read(cart), "DE") is None


def test_goods_are_brought_collected_or_nothing_has_to_be_delivered(cart) -> None:
    brought = quoted(cart, delivery=choose(cart))
    assert (quoted(cart).delivery_kind, quoted(cart).is_brought) == (DeliveryKind.BROUGHT, True)
    assert (brought.delivery_kind, brought.is_brought) == (DeliveryKind.BROUGHT, True)
    DeliveryMethod.objects.all().delete()
    collected = quoted(cart, delivery=choose(cart, kind=MethodKind.COLLECT, collect_at="Here"))
    assert (collected.delivery_kind, collected.is_brought) == (DeliveryKind.COLLECTED, False)
    CartLine.objects.update(no_shipping=True)
    assert quoted(cart).delivery_kind == DeliveryKind.NOTHING


def test_payment_on_delivery_needs_a_parcel_or_nothing_to_pay(cart) -> None:
    assert quoted(cart).suits_payment_on_delivery
    CartLine.objects.update(no_shipping=True)
    assert not quoted(cart).suits_payment_on_delivery
    free = replace(quoted(cart).totals, total_minor=0)
    assert replace(quoted(cart), totals=free).suits_payment_on_delivery


def test_a_way_of_delivery_may_name_the_ways_of_paying(cart) -> None:
    assert quoted(cart).payments == []
    by_hand = DeliveryChoice("key", "Post", "", 0, "EUR", TaxClass.STANDARD)
    assert quoted(cart, delivery=by_hand).payments == []
    assert quoted(cart, delivery=choose(cart, payments=["stripe"])).payments == ["stripe"]


def test_the_page_remembers_fingerprint_and_total(cart) -> None:
    quote = quoted(cart)
    assert (quote.cart, quote.merchant, quote.country) == (cart, cart.merchant, "DE")
    assert quote.mark == f"{quote.fingerprint}:6900"
    assert len(quote.fingerprint) == 24


def test_another_country_way_or_currency_is_another_offer_even_for_the_same_sum(cart) -> None:
    free = DeliveryChoice("a", "Post", "", 0, "EUR", TaxClass.STANDARD)
    offers = [
        quoted(cart, "US"),
        quoted(cart, "CA"),
        quoted(cart, "US", free),
        quoted(cart, "US", replace(free, key="b")),
    ]
    cart.merchant.currency = "USD"
    offers.append(quoted(cart, "US"))
    assert {offer.totals.total_minor for offer in offers} == {6900}
    assert len({offer.fingerprint for offer in offers}) == 5


def test_a_dearer_delivery_or_a_code_that_is_over_is_another_offer_for_the_same_goods(cart) -> None:
    post = DeliveryChoice("a", "Post", "", 490, "EUR", TaxClass.STANDARD)
    before = quoted(cart, delivery=post)
    assert quoted(cart, delivery=replace(post, price_minor=590)).fingerprint != before.fingerprint
    Coupon.objects.create(merchant=cart.merchant, code="MAY", amount_minor=1)
    cart.coupon_code = "MAY"
    assert quoted(cart, delivery=post).fingerprint != before.fingerprint


def test_another_quantity_at_another_price_is_another_offer_even_for_the_same_sum(cart) -> None:
    before = quoted(cart).fingerprint
    assert quoted(cart).fingerprint == before
    hat = cart.lines.get(product=None)
    CartLine.objects.filter(pk=hat.pk).update(quantity=4, unit_minor=500)
    assert quoted(cart).fingerprint != before
    hat.delete()
    add(cart, description="Hat", quantity=2, unit_minor=1000, tax_rate=7)
    assert quoted(cart).fingerprint != before
