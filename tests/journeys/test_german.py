"""A shopper with a German browser buys in a German shop; the merchant finds the order in German."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django_scopes import scope

from tradepost.audit.types import SYSTEM
from tradepost.catalog.models import Product
from tradepost.checkout.actions.settings import save_delivery_method
from tradepost.merchants.types import Role
from tradepost.orders.models import Order
from tradepost.payments.models import GatewayAccount

PERSON = {
    "E-Mail": "anna@example.org",
    "Vor- und Nachname": "Anna Nowak",
    "Straße und Hausnummer": "Lederweg 7",
    "Postleitzahl": "10115",
    "Ort": "Berlin",
}


@pytest.fixture
def shop(transactional_db, make_merchant):
    merchant = make_merchant("sattlerei", name="Sattlerei Glut", language="de")
    merchant.memberships.get(role=Role.OWNER).user.__class__.objects.update(language="de")
    with scope(merchant=merchant):
        GatewayAccount.objects.create(
            merchant=merchant,
            gateway="bank_transfer",
            settings={"iban": "DE89370400440532013000", "holder": "Sattlerei Glut", "days": 14},
        )
        save_delivery_method(
            merchant=merchant, by=SYSTEM, name="Post", price_minor=490, estimate="2–3 Tage"
        )
        Product.objects.create(
            merchant=merchant, name="Gürtel", slug="guertel", sku="G1", price_minor=123900, stock=5
        )
    return merchant


@pytest.fixture
def context(browser):
    """A telephone that speaks German."""
    opened = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


# What sticks out at the right; a table may scroll within its own frame.
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [document.documentElement.scrollWidth, ...[...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().left + one.scrollWidth > innerWidth)
    .map(one => one.outerHTML.slice(0, 80))]"""


def look(visit, path: str) -> None:
    """Once there: nothing overflows sideways, and the page says which language it is in."""
    page = visit.page
    page.wait_for_url(f"**{path}**")
    found = page.evaluate(WIDER)
    assert not found, f"{page.url} {found}"
    assert page.locator("html").get_attribute("lang") == "de", page.url
    visit.look()


def go(visit, path: str) -> None:
    visit.page.goto(visit.base_url + path)
    look(visit, path)


def test_a_german_shopper_buys_and_the_merchant_sees_it(shop, visit, context, site) -> None:
    page = visit.page
    go(visit, "/shop/sattlerei/")
    page.get_by_role("link", name="Gürtel").first.click()
    look(visit, "/product/guertel/")
    assert page.get_by_text("1.239,00 €").first.is_visible()
    assert page.get_by_text("MwSt.").first.is_visible()
    page.get_by_role("button", name="In den Warenkorb").click()
    look(visit, "/cart/")
    page.get_by_role("button", name="Zur Kasse").click()
    look(visit, "/checkout/")
    part = page.locator("#checkout-form")
    for label, text in PERSON.items():
        part.get_by_label(label).first.fill(text)
    page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
    look(visit, "/order/")
    assert page.get_by_text("DE89 3704 0044 0532 0130 00").is_visible()
    assert page.get_by_text("1.243,90 €").first.is_visible()

    go(visit, "/privacy/sattlerei/")
    assert page.get_by_role("heading", name="Datenschutz").first.is_visible()
    assert page.get_by_text("Annahme und Lieferung von Bestellungen").count()

    with scope(merchant=shop):
        order = Order.objects.get()
    assert (order.language, order.total_minor) == ("de", 124390)
    client = Client()
    client.force_login(shop.memberships.get(role=Role.OWNER).user)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    go(visit, "/office/sattlerei/orders/")
    page.get_by_role("link", name=str(order.number)).click()
    page.get_by_role("heading", name=f"Bestellung {order.number}").wait_for()
    look(visit, "/orders/")
    assert page.get_by_text("1.243,90 €").first.is_visible()
