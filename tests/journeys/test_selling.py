"""An old page of the merchant's, the drop-in cart, the checkout: with and without script and cookies."""

import pytest
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import SYSTEM
from tradepost.catalog.models import Product
from tradepost.checkout.actions.settings import save_cart_settings, save_delivery_method
from tradepost.checkout.types import LinkMode
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount

PERSON = {
    "E-mail": "anna@example.org",
    "Full name": "Anna Nowak",
    "Street and number": "Lederweg 7",
    "Postal code": "10115",
    "Town or city": "Berlin",
}


@pytest.fixture
def shop(transactional_db, make_merchant):
    merchant = make_merchant("ember-leather")
    with scope(merchant=merchant):
        GatewayAccount.objects.create(
            merchant=merchant,
            gateway="bank_transfer",
            settings={"iban": "DE89370400440532013000", "holder": "Ember Leather", "days": 14},
        )
        save_cart_settings(merchant=merchant, by=SYSTEM, mode=LinkMode.OPEN)
        save_delivery_method(
            merchant=merchant, by=SYSTEM, name="Post", price_minor=490, estimate="2–3 days"
        )
        Product.objects.create(
            merchant=merchant, name="Belt", slug="belt", sku="BELT", price_minor=4900, stock=5
        )
    return merchant


def old_page(merchant, site: str) -> str:
    """As they were written in 2003, only with the new host in the action."""
    return f"""<HTML><HEAD><TITLE>Our hats</TITLE></HEAD><BODY BGCOLOR=white>
    <FORM ACTION="{site}/cf/add.cfm" METHOD=POST>
    <INPUT TYPE=HIDDEN NAME=userid VALUE="{merchant.cart_username}">
    <INPUT TYPE=HIDDEN NAME="product[]" VALUE="Caf&eacute; hat">
    <SELECT NAME="product[]"><OPTION>Red<OPTION>Blue</SELECT>
    <INPUT TYPE=HIDDEN NAME=price VALUE="12,50"><INPUT NAME=qty VALUE=2>
    <INPUT TYPE=HIDDEN NAME=return VALUE="ember-leather.example/hats.html">
    <INPUT TYPE=SUBMIT VALUE="Buy"></FORM></BODY></HTML>"""


def fill_in(page) -> None:
    part = page.locator("#checkout-form")
    for label, text in PERSON.items():
        part.get_by_label(label).first.fill(text)


def test_an_old_page_sells_without_script_and_without_cookies(shop, plain_visit, site) -> None:
    page = plain_visit.page
    page.set_content(old_page(shop, site))
    page.get_by_role("combobox").select_option("Blue")
    page.get_by_role("button", name="Buy").click()
    assert page.get_by_text("Café hat").first.is_visible()
    assert page.get_by_text("€25.00").first.is_visible()
    plain_visit.look()
    page.get_by_role("button", name="To the checkout").click()
    plain_visit.look()
    fill_in(page)
    page.get_by_label("Country").first.select_option("US")
    page.get_by_role("button", name="Show the fields of this country").first.click()
    assert page.get_by_label("State").first.is_visible()
    page.get_by_label("Country").first.select_option("DE")
    page.get_by_role("button", name="Show the fields of this country").first.click()
    assert page.get_by_label("Full name").first.input_value() == "Anna Nowak"
    page.get_by_role("button", name="Order with obligation to pay").click()
    if page.get_by_text("was €").count():  # the sum changed with the country and is shown first
        page.get_by_role("button", name="Order with obligation to pay").click()
    assert "/order/" in page.url, page.content()
    assert page.get_by_text("DE89 3704 0044 0532 0130 00").is_visible()
    plain_visit.look()
    assert plain_visit.page.context.cookies() == []
    with scopes_disabled():
        order = Order.objects.get()
        assert order.lines.get().options == "Blue"
    assert (order.goods_minor, order.total_minor, order.email) == (2500, 2990, "anna@example.org")


def test_with_script_the_country_changes_the_fields_at_once(shop, visit) -> None:
    page = visit.page
    page.goto(f"{visit.base_url}/buy/ember-leather/BELT")
    visit.look()
    page.get_by_role("button", name="To the checkout").click()
    visit.look()
    fill_in(page)
    page.get_by_label("Country").first.select_option("US")
    page.get_by_label("State").first.wait_for()
    assert page.get_by_label("Full name").first.input_value() == "Anna Nowak"
    page.get_by_label("Country").first.select_option("DE")
    page.get_by_label("State").first.wait_for(state="detached")
    page.get_by_label("Town or city").first.fill("Berlin")
    page.get_by_label("Postal code").first.fill("1")
    page.get_by_role("button", name="Order with obligation to pay").click()
    assert page.get_by_text("not a postal code").is_visible()
    visit.look()
    page.get_by_label("Postal code").first.fill("10115")
    page.get_by_role("button", name="Order with obligation to pay").click()
    page.wait_for_url("**/order/**")
    with scopes_disabled():
        assert Order.objects.get().total_minor == 5390


def test_a_line_goes_and_comes_back(shop, visit) -> None:
    page = visit.page
    page.goto(f"{visit.base_url}/buy/ember-leather/BELT")
    page.get_by_label("Quantity Belt").fill("2")
    page.get_by_role("button", name="Update").click()
    assert page.get_by_text("€98.00").first.is_visible()
    page.get_by_role("button", name="Remove Belt").click()
    assert page.get_by_text("Your cart is empty").is_visible()
    visit.look()
    page.get_by_role("button", name="Put it back").click()
    assert page.get_by_text("€98.00").first.is_visible()


@pytest.mark.parametrize("query", ["", "?product=Hat", "?userid=A1", "?userid={}&product=Hat"])
def test_a_broken_link_says_what_is_wrong(shop, plain_visit, query) -> None:
    plain_visit.goto("/cf/add.cfm" + query.format(shop.cart_username))
    assert plain_visit.page.get_by_role("alert").is_visible()
