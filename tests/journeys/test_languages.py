"""One language from the shop to the order, whatever the browser speaks, and a switch that is kept."""

import pytest
from django_scopes import scope, scopes_disabled

from tests.journeys.test_selling import fill_in, shop  # noqa: F401  a fixture
from tradepost.catalog.models import Product
from tradepost.delivery.models import Mail
from tradepost.orders.models import Order


def language_of(page) -> str:
    return page.locator("html").get_attribute("lang")


@pytest.fixture
def german(browser, site, request):
    """A browser that asks for German, without script and cookies or with them."""
    context = browser.new_context(locale="de-DE", java_script_enabled=request.param == "script")
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("german", ["script", "plain"], indirect=True)
def test_a_german_browser_on_an_english_shop_stays_in_english(shop, german, site) -> None:  # noqa: F811
    german.goto(f"{site}/shop/ember-leather/")
    seen = [language_of(german)]
    german.goto(f"{site}/shop/ember-leather/product/belt/")
    german.get_by_role("button", name="Add to cart").click()
    seen.append(language_of(german))
    german.get_by_role("button", name="To the checkout").click()
    seen.append(language_of(german))
    fill_in(german)
    german.get_by_role("button", name="Order with obligation to pay").click()
    german.wait_for_url("**/order/**")
    assert [*seen, language_of(german)] == ["en"] * 4


@pytest.mark.parametrize("german", ["script", "plain"], indirect=True)
def test_the_switch_is_kept_from_the_shop_to_the_mail(shop, german, site) -> None:  # noqa: F811
    german.goto(f"{site}/shop/ember-leather/")
    german.get_by_role("link", name="Deutsch").click()
    assert language_of(german) == "de"
    german.get_by_role("link", name="Belt").first.click()
    assert language_of(german) == "de"
    german.get_by_role("button", name="In den Warenkorb").click()
    assert language_of(german) == "de"
    german.locator("button[name=checkout]").click()
    assert language_of(german) == "de"
    form = german.locator("#checkout-form")
    form.locator("[name=shipping-name]").fill("Änne Nowak")
    german.get_by_role("button", name="English").click()
    assert language_of(german) == "en"
    assert form.locator("[name=shipping-name]").input_value() == "Änne Nowak"
    german.get_by_role("button", name="Deutsch").click()
    names = ("email", "shipping-name", "shipping-line1", "shipping-postal_code", "shipping-city")
    texts = ("a@example.org", "Änne", "Weg 1", "10115", "Berlin")
    for name, text in zip(names, texts, strict=True):
        form.locator(f"[name={name}]").fill(text)
    german.locator("button[name=order]").click()
    german.wait_for_url("**/order/**")
    assert language_of(german) == "de"
    with scopes_disabled():
        assert Order.objects.get().language == "de"
        assert {mail.language for mail in Mail.objects.filter(address="a@example.org")} == {"de"}
    german.get_by_role("link", name="English").click()
    assert language_of(german) == "en"


def test_too_much_is_said_in_the_cart_and_typing_survives_the_way_there(
    shop,  # noqa: F811
    plain_visit,
    site,
) -> None:
    page = plain_visit.page
    page.goto(f"{site}/buy/ember-leather/BELT?qty=3")
    page.get_by_role("button", name="To the checkout").click()
    fill_in(page)
    page.get_by_label("A note to the shop").fill("Two bells")
    page.get_by_role("button", name="Change the cart").click()
    page.get_by_label("Quantity Belt").fill("50")
    page.get_by_role("button", name="To the checkout").click()
    assert page.get_by_text("There are only 5 left of Belt.").is_visible()
    plain_visit.look()
    page.get_by_role("button", name="Take what is left").click()
    page.get_by_role("button", name="To the checkout").click()
    assert page.get_by_label("Full name").first.input_value() == "Anna Nowak"
    assert page.get_by_label("A note to the shop").input_value() == "Two bells"
    assert page.get_by_label("Postal code").first.input_value() == "10115"
    assert page.get_by_text("5 ×").is_visible()
    page.get_by_label("Full name").first.press("Enter")
    assert "/checkout/" in page.url
    with scopes_disabled():
        assert not Order.objects.exists()
    page.get_by_role("button", name="Order with obligation to pay").click()
    assert "/order/" in page.url


def test_with_script_the_helper_buttons_are_out_of_sight_and_enter_does_nothing(
    shop,  # noqa: F811
    visit,
) -> None:
    page = visit.page
    page.goto(f"{visit.base_url}/buy/ember-leather/BELT")
    page.get_by_label("Quantity Belt").fill("2")
    page.get_by_label("Quantity Belt").press("Enter")
    assert page.get_by_text("€98.00").first.is_visible(), "Enter updates, it removes nothing"
    page.get_by_role("button", name="To the checkout").click()
    assert page.get_by_role("button", name="Update the sum").count() == 0
    assert page.get_by_role("button", name="Show the fields of this country").count() == 0
    fill_in(page)
    page.get_by_label("Full name").first.press("Enter")
    page.wait_for_timeout(300)
    assert page.get_by_label("Full name").first.input_value() == "Anna Nowak"
    with scope(merchant=shop):
        assert Product.objects.get().stock == 5
