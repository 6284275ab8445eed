"""The checkout fits the cart: too much is said early, nothing typed is lost, nothing needless is asked."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_scopes import scope, scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.addresses import country_choices
from tradepost.checkout.models import Cart, CartLine, DeliveryMethod
from tradepost.checkout.tests.conftest import make_product, only_cart
from tradepost.checkout.tests.test_checkout import PERSON, fill_in
from tradepost.checkout.types import MethodKind
from tradepost.merchants.actions.join import countries
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount

BANK = {"iban": "DE89370400440532013000", "holder": "Ember", "days": 14}
TYPED = PERSON | {
    "telephone": "+49 30 123",
    "note": "Ring twice, “please”",
    "billing-country": "FR",
    "billing-name": "Ember & Söhne",
    "billing-line1": "Rue 1",
}


@pytest.fixture
def shop(merchant: Merchant, belt: Product) -> Merchant:
    with scope(merchant=merchant):
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery", settings={})
        GatewayAccount.objects.create(merchant=merchant, gateway="bank_transfer", settings=BANK)
        DeliveryMethod.objects.create(merchant=merchant, name="Post", price_minor=490)
    return merchant


@pytest.fixture
def collecting(shop: Merchant) -> DeliveryMethod:
    with scopes_disabled():
        return DeliveryMethod.objects.create(
            merchant=shop,
            name="Collect in Berlin",
            kind=MethodKind.COLLECT,
            collect_at="Lederweg 7\nMon to Fri 9 to 18",
            countries=["AT"],
        )


def checkout_of(cart: Cart) -> str:
    return reverse("checkout:checkout", args=[cart.token])


def cart_page(cart: Cart) -> str:
    return reverse("checkout:cart", args=[cart.token])


def fill_cart(shopper: Client, shop: Merchant, sku: str = "BELT", quantity: int = 1) -> Cart:
    shopper.get(f"/buy/ember-leather/{sku}?qty={quantity}")
    return only_cart(shop)


def hidden(html: str) -> dict[str, str]:
    """Names and values of the hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return dict(found)


def test_too_large_a_quantity_stops_at_the_cart(shopper: Client, shop: Merchant) -> None:
    cart = fill_cart(shopper, shop, quantity=12)
    assert "There are only 10 left of Belt." in shopper.get(cart_page(cart)).text
    stopped = shopper.post(cart_page(cart), {"checkout": "1"})
    assert stopped.status_code == 409
    assert "There are only 10 left of Belt." in stopped.text
    taken = shopper.post(cart_page(cart), {"adjust": "1"}, follow=True)
    assert "only 10 left" not in taken.text
    assert shopper.post(cart_page(cart), {"checkout": "1"}).status_code == 303
    with scopes_disabled():
        assert CartLine.objects.get().quantity == 10


def test_two_lines_of_one_article_share_what_is_left(shopper: Client, shop: Merchant) -> None:
    page = {"userid": shop.cart_username, "scode": "BELT", "price": "49", "product": "Belt"}
    shopper.post("/cf/add.cfm", page | {"qty": "6", "product[]": "red"})
    shopper.post("/cf/add.cfm", page | {"qty": "6", "product[]": "blue"})
    cart = only_cart(shop)
    with scopes_disabled():
        assert CartLine.objects.count() == 2
    assert shopper.post(cart_page(cart), {"checkout": "1"}).status_code == 409
    shopper.post(cart_page(cart), {"adjust": "1"})
    with scopes_disabled():
        assert sorted(CartLine.objects.values_list("quantity", flat=True)) == [4, 6]


def test_the_checkout_says_it_on_arrival_and_takes_what_is_left_with_all_typing(
    shopper: Client, shop: Merchant, belt: Product
) -> None:
    checkout = checkout_of(fill_cart(shopper, shop, quantity=3))
    with scopes_disabled():
        Product.objects.update(stock=2)
    assert "There are only 2 left of Belt." in shopper.get(checkout).text
    page = shopper.post(checkout, TYPED | {"adjust": "1"})
    assert "only 2 left" not in page.text
    assert 'value="Anna Nowak"' in page.text
    with scopes_disabled():
        assert CartLine.objects.get().quantity == 2


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_to_the_cart_and_back_keeps_every_field(
    shopper: Client, shop: Merchant, keeps_cookies: bool
) -> None:
    checkout = checkout_of(fill_cart(shopper, shop))
    if not keeps_cookies:
        shopper = Client()
        token = only_cart(shop).token
        answer = shopper.post(reverse("checkout:cart", args=[token]), {"checkout": "1"})
        checkout = answer.headers["Location"]
    cart = checkout.replace("/checkout/", "/cart/")
    page = shopper.post(cart, TYPED | {"from_checkout": "1", "order_secret": "x" * 22})
    assert page.status_code == 200
    line = next(iter(page.context["contents"].lines)).row
    changed = shopper.post(
        cart, page.context["kept"] | {f"quantity-{line.public_id}": "2", "update": "1"}
    )
    assert changed.context["contents"].lines[0].row.quantity == 2
    on = shopper.post(cart, changed.context["kept"] | {"checkout": "1"})
    assert on.status_code == 307
    back = shopper.post(on.headers["Location"], changed.context["kept"] | {"checkout": "1"})
    for name, value in TYPED.items():
        form = back.context["page"].contact if "-" not in name else None
        if name.startswith("shipping-"):
            form = back.context["page"].delivery_address
        if name.startswith("billing-"):
            form = back.context["page"].billing_address
        assert form[name.partition("-")[2] or name].value() == value
    with scopes_disabled():
        assert not Order.objects.exists()


def test_what_was_typed_is_shown_to_nobody_else_who_has_the_address(
    shopper: Client, shop: Merchant
) -> None:
    checkout = checkout_of(fill_cart(shopper, shop))
    cart = checkout.replace("/checkout/", "/cart/")
    shopper.post(checkout, TYPED | {"update": "1"})
    shopper.post(cart, TYPED | {"from_checkout": "1"})
    thief = Client()
    for address in (checkout, cart):
        for answer in (thief.get(address), thief.post(address, {"from_checkout": "1"})):
            assert "Anna" not in answer.text
            assert "Lederweg" not in answer.text
    with scopes_disabled():
        assert "Anna" not in str(list(Cart.objects.values())), "nothing of it is written down"


def test_enter_reaches_no_button_that_orders_or_removes(shopper: Client, shop: Merchant) -> None:
    """A browser presses the first button of the form, unless that one is off."""
    cart = fill_cart(shopper, shop)
    first = re.search(r"<button[^>]*>", shopper.get(checkout_of(cart)).text)
    assert first
    assert "disabled" in first[0]
    assert 'form="checkout-form"' in first[0]
    first = re.search(r"<button[^>]*>", shopper.get(cart_page(cart)).text)
    assert first
    assert 'name="update"' in first[0]


def test_a_download_asks_for_no_street_and_offers_no_payment_on_delivery(
    shopper: Client, shop: Merchant
) -> None:
    make_product(shop, "SONG", needs_delivery=False)
    checkout = checkout_of(fill_cart(shopper, shop, "SONG"))
    page = shopper.get(checkout)
    assert "shipping-line1" not in page.text
    assert 'value="on_delivery"' not in page.text
    form = fill_in(shopper, checkout)
    assert shopper.post(checkout, form).status_code == 422, "on delivery was sent all the same"
    few = {name: form[name] for name in ("email", "shipping-country", "shipping-name", "seen")}
    few |= {"order": "1", "order_secret": form["order_secret"], "payment": "bank_transfer"}
    assert shopper.post(checkout, few).status_code == 303
    with scopes_disabled():
        order = Order.objects.get()
        assert order.delivery_kind == "nothing"
    page = shopper.get(reverse("orders:follow", args=[order.token]))
    assert "Deliver to" not in page.text
    assert 'value="on_delivery"' not in page.text


def test_goods_that_are_collected_need_no_address_and_are_taxed_at_home(
    shopper: Client, shop: Merchant, collecting: DeliveryMethod
) -> None:
    checkout = checkout_of(fill_cart(shopper, shop))
    chosen = TYPED | {"delivery": collecting.public_id, "shipping-country": "US"}
    chosen = {name: value for name, value in chosen.items() if not name.startswith("billing-")}
    page = shopper.post(checkout, chosen | {"update": "1"})
    assert 'name="shipping-line1" id=' not in page.text
    assert "Mon to Fri 9 to 18" in page.text
    assert 'value="on_delivery"' not in page.text
    assert hidden(page.text)["shipping-line1"] == "Lederweg 7", (
        "the street comes back with the post"
    )
    now = page.context["page"]
    sent = {"seen": now.choices.quote.mark, "order_secret": now.order_secret}
    fields = {"email": "anna@example.org", "shipping-country": "US", "shipping-name": "Anna Nowak"}
    fields |= sent | {"order": "1", "payment": "bank_transfer", "delivery": collecting.public_id}
    answer = shopper.post(checkout, fields)
    assert answer.status_code == 303, answer.text
    with scopes_disabled():
        order = Order.objects.get()
        address = order.addresses.get()
    assert (order.delivery_kind, order.collect_at) == ("collected", collecting.collect_at)
    assert (address.name, address.line1, address.country) == ("Anna Nowak", "", "DE")
    page = shopper.get(answer.headers["Location"])
    assert "Collect at" in page.text
    assert "Mon to Fri 9 to 18" in page.text
    assert "Deliver to" not in page.text


def test_a_way_of_delivery_limits_the_ways_of_paying(
    shopper: Client, shop: Merchant, collecting: DeliveryMethod
) -> None:
    with scopes_disabled():
        DeliveryMethod.objects.filter(name="Post").update(payments=["bank_transfer"])
    checkout = checkout_of(fill_cart(shopper, shop))
    page = shopper.get(checkout)
    assert [name for name, _label in page.context["choices"].payments] == ["bank_transfer"]
    answer = shopper.post(checkout, fill_in(shopper, checkout))
    assert answer.status_code == 422
    assert "does not go with this order" in answer.text
    with scopes_disabled():
        DeliveryMethod.objects.filter(name="Post").update(payments=["stripe"])
    page = shopper.get(checkout)
    assert "no way of paying" in page.text
    assert collecting.name in page.text, "another way of delivery can be chosen"


def test_all_that_a_buyer_types_reaches_the_order_and_the_shop_whole(
    shopper: Client, shop: Merchant, office: Client
) -> None:
    """As much as each field takes, and the end of it is still there."""
    checkout = checkout_of(fill_cart(shopper, shop))
    shown = shopper.get(checkout).context["page"]
    address = shown.delivery_address.fields
    longest = {"note": shown.contact.fields["note"].max_length, "telephone": 40}
    longest |= {f"shipping-{name}": address[name].max_length for name in ("name", "line1", "line2")}
    longest |= {"shipping-company_name": address["company_name"].max_length}
    assert longest["note"] >= 2000
    typed = {name: "ä " * (size // 2 - 4) + "the end" for name, size in longest.items()}
    answer = shopper.post(checkout, fill_in(shopper, checkout, **typed))
    assert answer.status_code == 303, answer.context["page"].contact.errors
    with scopes_disabled():
        order = Order.objects.get()
        to = order.addresses.get()
    reached = (order.note, order.telephone, to.name, to.line1, to.line2, to.company)
    assert reached == tuple(typed.values())
    page = reverse("orders_office:order", args=[shop.handle, order.public_id])
    assert typed["note"] in office.get(page).text


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [("NL", "1012ab", "1012 AB"), ("DE", "D-10115", "10115"), ("GB", "sw1a1aa", "SW1A 1AA")],
)
def test_a_postcode_is_mended_on_the_way_into_the_order(
    shopper: Client, shop: Merchant, country: str, typed: str, kept: str
) -> None:
    checkout = checkout_of(fill_cart(shopper, shop))
    choice = {"shipping-country": country, "shipping-postal_code": typed}
    page = shopper.post(checkout, PERSON | choice | {"update": "1"}).context["page"]
    quote = page.choices.quote
    sent = {"seen": quote.mark, "order_secret": page.order_secret}
    sent |= {"delivery": quote.delivery.key, "order": "1"}
    answer = shopper.post(checkout, PERSON | choice | sent)
    assert answer.status_code == 303, answer.text
    with scopes_disabled():
        assert Order.objects.get().addresses.get().postcode == kept


@pytest.mark.parametrize("listed", [country_choices, lambda: countries("de")])
def test_lists_of_countries_stand_in_the_order_of_the_language(listed) -> None:
    with translation.override("de"):
        names = [name for _code, name in listed()]
    assert names.index("Ägypten") < names.index("Albanien") < names.index("Belgien")
    assert names.index("Norwegen") < names.index("Österreich") < names.index("Pakistan")
    with translation.override("en"):
        english = [name for _code, name in country_choices()]
    assert english.index("Costa Rica") < english.index("Côte d’Ivoire") < english.index("Croatia")
