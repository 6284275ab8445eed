"""From the cart to the order, as a guest."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.audience.models import ConsentRecord, ContactList, PendingSubscription
from tradepost.catalog.models import CatalogSettings, Product
from tradepost.checkout.models import Cart, CartLine, Coupon, DeliveryMethod
from tradepost.checkout.tests.conftest import only_cart
from tradepost.checkout.types import DeliveryRule
from tradepost.checkout.views import checkout
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount

Post = Callable[..., object]
PERSON = {
    "email": " Anna.Nowak@Example.ORG ",
    "shipping-country": "DE",
    "shipping-name": "Anna Nowak",
    "shipping-line1": "Lederweg 7",
    "shipping-postal_code": "10115",
    "shipping-city": "Berlin",
    "payment": "on_delivery",
}


@pytest.fixture
def open_shop(merchant: Merchant, belt: Product) -> Merchant:
    """Takes money on delivery; sends by post for 4.90."""
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery", settings={})
        DeliveryMethod.objects.create(merchant=merchant, name="Post", price_minor=490)
    return merchant


@pytest.fixture
def at_checkout(open_shop: Merchant, shopper: Client) -> str:
    shopper.get("/buy/ember-leather/BELT")
    return reverse("checkout:checkout", args=[only_cart(open_shop).token])


def fill_in(shopper: Client, address: str, **changes: str) -> dict[str, str]:
    """The form as a browser would send it: what the page shows, and what the person typed."""
    page = shopper.get(address).context["page"]
    quote = page.choices.quote
    delivery = {"delivery": quote.delivery.key} if quote.delivery else {}
    sent = {"seen": quote.mark, "order_secret": page.order_secret, "order": "1"}
    return PERSON | delivery | sent | changes


def test_a_guest_orders_without_an_account(
    shopper: Client, at_checkout: str, open_shop: Merchant, belt: Product
) -> None:
    with scopes_disabled():
        Cart.objects.update(return_url="https://page.example/bags?visitor=anna#a")
    answer = shopper.post(at_checkout, fill_in(shopper, at_checkout, note="Ring twice"))
    assert answer.status_code == 303, answer.text
    with scopes_disabled():
        assert Cart.objects.get().return_url == "https://page.example/bags"
        order = Order.objects.get(merchant=open_shop)
        assert not CartLine.objects.exists()
        belt.refresh_from_db()
    assert answer.headers["Location"] == reverse("orders:follow", args=[order.token])
    assert (order.email, order.goods_minor, order.delivery_minor) == (
        "anna.nowak@example.org",
        4900,
        490,
    )
    assert (order.total_minor, order.tax_minor, order.note) == (5390, 860, "Ring twice")
    assert belt.stock == 9


def test_ordering_twice_makes_one_order(
    shopper: Client, at_checkout: str, open_shop: Merchant, belt: Product
) -> None:
    form = fill_in(shopper, at_checkout)
    first, second = shopper.post(at_checkout, form), shopper.post(at_checkout, form)
    assert first.headers["Location"] == second.headers["Location"]
    with scopes_disabled():
        assert Order.objects.count() == 1
        belt.refresh_from_db()
    assert belt.stock == 9


def test_a_second_press_that_meets_the_emptied_cart_shows_the_order(
    shopper: Client, at_checkout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first press commits between the second's reading of the cart and of its lines."""
    form, answers = fill_in(shopper, at_checkout), []
    read = checkout.contents_of

    def read_late(cart: Cart, merchant: Merchant) -> object:
        if not answers:
            answers.append(None)
            answers[0] = Client().post(at_checkout, form)
        return read(cart, merchant)

    monkeypatch.setattr(checkout, "contents_of", read_late)
    second = shopper.post(at_checkout, form)
    with scopes_disabled():
        page = reverse("orders:follow", args=[Order.objects.get().token])
    assert (answers[0].headers["Location"], second.headers.get("Location")) == (page, page)


def test_a_changed_price_is_shown_and_not_taken(
    shopper: Client, at_checkout: str, belt: Product
) -> None:
    form = fill_in(shopper, at_checkout)
    with scopes_disabled():
        Product.objects.filter(pk=belt.pk).update(price_minor=5900)
    page = shopper.post(at_checkout, form)
    assert page.status_code == 409
    assert "was €53.90 and is now €63.90" in page.text
    assert "Anna Nowak" in page.text
    with scopes_disabled():
        assert not Order.objects.exists()
    assert shopper.post(at_checkout, fill_in(shopper, at_checkout)).status_code == 303


def test_what_was_sold_meanwhile_is_said(shopper: Client, at_checkout: str, belt: Product) -> None:
    form = fill_in(shopper, at_checkout)
    with scopes_disabled():
        Product.objects.filter(pk=belt.pk).update(stock=0)
    page = shopper.post(at_checkout, form)
    assert page.status_code == 409
    assert "Belt is sold out" in page.text
    with scopes_disabled():
        assert not Order.objects.exists()
        assert Cart.objects.get().ordered_at is None


def test_every_error_is_beside_its_field_and_nothing_is_lost(
    shopper: Client, at_checkout: str
) -> None:
    changes = {"email": "anna", "shipping-postal_code": "1", "shipping-city": ""}
    page = shopper.post(at_checkout, fill_in(shopper, at_checkout, **changes))
    assert page.status_code == 422
    for ident in ("id_email_error", "id_shipping-postal_code_error", "id_shipping-city_error"):
        assert f'id="{ident}"' in page.text
    assert 'value="Lederweg 7"' in page.text
    assert "not a postal code of that country" in page.text


def test_the_country_decides_the_fields_without_javascript(
    shopper: Client, at_checkout: str
) -> None:
    typed = PERSON | {"shipping-country": "US", "update": "country"}
    page = shopper.post(at_checkout, typed)
    assert page.status_code == 200
    assert "California" in page.text
    assert 'value="Anna Nowak"' in page.text
    assert 'class="errors"' not in page.text
    japan = shopper.post(at_checkout, typed | {"shipping-country": "JP"}).text
    assert japan.index("shipping-postal_code") < japan.index("shipping-line1")


def test_a_bill_may_go_elsewhere(shopper: Client, at_checkout: str, open_shop: Merchant) -> None:
    bill = {
        "billing-country": "US",
        "billing-name": "Nowak Inc.",
        "billing-line1": "1 Main St",
        "billing-city": "Springfield",
        "billing-country_area": "IL",
        "billing-postal_code": "62701",
    }
    assert shopper.post(at_checkout, fill_in(shopper, at_checkout, **bill)).status_code == 303
    with scopes_disabled():
        addresses = {row.use: row for row in Order.objects.get().addresses.all()}
    assert (addresses["billing"].country, addresses["delivery"].country) == ("US", "DE")


def test_news_only_for_a_tick_and_a_confirmation(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    with scopes_disabled():
        ContactList.objects.create(merchant=open_shop, name="News")
    page = shopper.get(at_checkout).text
    box = page[page.index('name="newsletter"') - 40 : page.index('name="newsletter"') + 80]
    assert "checked" not in box
    form = fill_in(shopper, at_checkout)
    shopper.post(at_checkout, form | {"newsletter": "on"})
    with scopes_disabled():
        pending = PendingSubscription.objects.select_related("wording").get(merchant=open_shop)
        assert not ConsentRecord.objects.exists()
    assert pending.email == "anna.nowak@example.org"
    assert pending.wording.text == (
        "Send me news from Ember Leather by e-mail. I can end this at any time."
    )


def test_no_tick_no_news(shopper: Client, at_checkout: str, open_shop: Merchant) -> None:
    with scopes_disabled():
        ContactList.objects.create(merchant=open_shop, name="News")
    shopper.post(at_checkout, fill_in(shopper, at_checkout))
    with scopes_disabled():
        assert Order.objects.count() == 1
        assert not PendingSubscription.objects.exists()


def test_a_card_number_in_the_note_is_not_kept(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    shopper.post(at_checkout, fill_in(shopper, at_checkout, note="4111 1111 1111 1111 please"))
    with scopes_disabled():
        assert "4111 1111" not in Order.objects.get().note


def test_delivery_by_weight_country_and_value(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    with scope(merchant=open_shop):
        DeliveryMethod.objects.all().delete()
        make = DeliveryMethod.objects.create
        make(
            merchant=open_shop,
            name="Parcel",
            rule=DeliveryRule.WEIGHT,
            tiers=[[500, 490], [2000, 690]],
            countries=["DE"],
        )
        make(merchant=open_shop, name="Free", free_from_minor=4000, price_minor=990)
        Product.objects.update(weight_grams=700)
    choices = shopper.get(at_checkout).context["choices"]
    assert [(one.name, one.price_minor) for one in choices.deliveries] == [
        ("Parcel", 690),
        ("Free", 0),
    ]
    abroad = shopper.post(at_checkout, {"shipping-country": "FR", "update": "1"}).context["choices"]
    assert [one.name for one in abroad.deliveries] == ["Free"]


def test_another_country_chooses_a_delivery_that_goes_there(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    with scope(merchant=open_shop):
        DeliveryMethod.objects.all().delete()
        near = DeliveryMethod.objects.create(
            merchant=open_shop, name="Near", price_minor=490, countries=["DE"]
        )
        DeliveryMethod.objects.create(merchant=open_shop, name="Far", price_minor=990)
    key = next(
        one.key for one in shopper.get(at_checkout).context["choices"].deliveries
        if one.name == near.name
    )  # fmt: skip
    moved = PERSON | {"shipping-country": "FR", "delivery": key}
    page = shopper.post(at_checkout, moved | {"update": "country"})
    (far,) = page.context["choices"].deliveries
    assert page.context["page"].contact["delivery"].value() == far.key
    ordered = shopper.post(at_checkout, moved | {"order": "1"})
    assert ordered.context["page"].contact["delivery"].value() == far.key
    assert "delivery" not in ordered.context["page"].contact.errors
    with scope(merchant=open_shop):
        assert not Order.objects.exists(), "the sum is another one now"


def test_a_country_the_shop_does_not_send_to(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    with scopes_disabled():
        DeliveryMethod.objects.update(rule=DeliveryRule.WEIGHT, tiers=[[1, 100]])
        Product.objects.update(weight_grams=700)
    page = shopper.post(at_checkout, PERSON | {"order": "1"})
    assert page.status_code == 422
    assert "does not deliver this cart" in page.text


def test_net_prices_show_the_tax_on_top(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    with scopes_disabled():
        CatalogSettings.objects.create(merchant=open_shop, prices_include_tax=False)
    page = shopper.get(at_checkout)
    assert "Tax 19 %" in page.text
    assert page.context["quote"].totals.total_minor == 5390 + 1024
    shopper.post(at_checkout, fill_in(shopper, at_checkout))
    with scopes_disabled():
        assert Order.objects.get().total_minor == 6414


def test_a_discount_code_and_an_unknown_one(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    with scopes_disabled():
        Coupon.objects.create(merchant=open_shop, code="SPRING", percent=10)
    cart = at_checkout.replace("checkout", "cart")
    assert "is not accepted" in shopper.post(cart, {"coupon": "NOPE"}, follow=True).text
    assert "−€4.90" in shopper.post(cart, {"coupon": "spring"}, follow=True).text
    shopper.post(at_checkout, fill_in(shopper, at_checkout))
    with scopes_disabled():
        order = Order.objects.get()
    assert (order.discount_minor, order.total_minor, order.coupon) == (490, 4900, "SPRING")


def test_lines_change_go_and_come_back(
    shopper: Client, at_checkout: str, open_shop: Merchant
) -> None:
    cart = at_checkout.replace("checkout", "cart")
    with scopes_disabled():
        line = CartLine.objects.get()
    more = shopper.post(cart, {f"quantity-{line.public_id}": "3"}, follow=True)
    assert "€147.00" in more.text
    gone = shopper.post(cart, {"remove": line.public_id}, follow=True)
    assert "Taken out:" in gone.text
    assert "€147.00" in shopper.post(cart, {"restore": line.public_id}, follow=True).text


def test_the_page_has_the_word_privacy_and_carries_autofill(
    shopper: Client, at_checkout: str
) -> None:
    page = shopper.get(at_checkout).text
    assert ">Privacy</a>" in page
    for words in ("shipping postal-code", "shipping address-line1", "email", "shipping country"):
        assert f'autocomplete="{words}"' in page


def test_pages_of_a_cart_ask_a_constant_number_of_questions(
    shopper: Client,
    open_shop: Merchant,
    at_checkout: str,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for number in range(12):
        fields = {"userid": open_shop.cart_username, "product": f"Item {number}", "price": "5"}
        shopper.get("/cf/add.cfm", fields)
    with django_assert_max_num_queries(24):
        shopper.get(at_checkout)
    with django_assert_max_num_queries(16):
        shopper.get(at_checkout.replace("checkout", "cart"))
