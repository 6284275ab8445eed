"""The back office in a browser: its menu, its tables on a phone, and work that is not saved yet."""

import re

import pytest
from django.urls import reverse
from django_scopes import scope

from tests.journeys.test_orders import sign_in
from tradepost.audience.models import Contact, ContactList
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.models import Campaign
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.models import Product
from tradepost.merchants.types import Role
from tradepost.modules.registry import navigation
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.tests.drafts import place
from tradepost.payments.models import GatewayAccount
from tradepost.storefront.actions.fronts import change_front

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
# What reaches over the edge of the window, but for what only screen readers meet.
OVERFLOW = """() => {
  const edge = document.documentElement.clientWidth;
  const found = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && (box.right > edge + 1 || box.left < -1)
      && !element.closest(".visually-hidden, .skip-link, svg");
  });
  return [document.documentElement.scrollWidth > edge, found.map((one) => one.outerHTML.slice(0, 120))];
}"""


@pytest.fixture
def full_office(transactional_db, merchant, context, site):
    """A shop with one of everything, under names that do not break."""
    with scope(merchant=merchant):
        owner = merchant.memberships.get(role=Role.OWNER).user
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
        order = place(merchant)
        write_invoice(order=order)
        create_product(
            merchant=merchant,
            by=Actor.user(owner),
            name=LONG,
            price_minor=129_900_00,
            sku="SKU-" + "9" * 40,
        )
        Contact.objects.create(merchant=merchant, email=f"{LONG[:40].lower()}@elm.example")
        lists = ContactList.objects.create(merchant=merchant, name=LONG)
        Campaign.objects.create(merchant=merchant, name=LONG, subject=LONG, contact_list=lists)
    sign_in(context, site, merchant)
    return merchant


def office(merchant, name, *more):
    return reverse(name, args=[merchant.handle, *more])


def test_at_390_pixels_nothing_of_any_page_in_the_menu_is_cut_off(
    page, site, full_office, order_page
):
    page.set_viewport_size({"width": 390, "height": 844})
    pages = [office(full_office, entry.url_name) for entry in navigation] + [order_page]
    cut_off = {}
    for address in pages:
        page.goto(site + address)
        wider, reaching = page.evaluate(OVERFLOW)
        if wider or reaching:
            cut_off[address] = reaching
    assert cut_off == {}


@pytest.fixture
def order_page(full_office):
    from tradepost.orders.models import Order

    with scope(merchant=full_office):
        order = Order.objects.get()
    return office(full_office, "orders_office:order", order.public_id)


def test_on_a_phone_an_order_is_a_card_with_number_and_sum_on_top(visit, site, full_office):
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    visit.goto(office(full_office, "orders_office:orders"))
    row = page.locator(".orders-table tbody tr").first
    number, total = row.locator("th"), row.locator("td.money").last
    top = row.bounding_box()["y"]
    for fact in (number, total):
        box = fact.bounding_box()
        assert box["y"] - top < 40, "both stand in the first line of the card"
        assert box["x"] + box["width"] <= 390
    assert row.locator("td[data-label]").count() >= 3


UNNAMED = """() => [...document.querySelectorAll(".office .table")].flatMap((table) => {
  const named = [...table.querySelectorAll("thead tr:last-child > *")].map(
    (head) => !head.querySelector(".visually-hidden, input") && head.textContent.trim() !== "");
  return [...table.querySelectorAll("tbody tr")].flatMap((row) => [...row.children].filter(
    (cell, place) => cell.localName === "td" && cell.colSpan === 1 && named[place] && !cell.dataset.label));
}).map((cell) => cell.outerHTML.slice(0, 120))"""


def test_without_a_script_every_card_names_its_columns(browser, site, full_office, order_page):
    """The page as the server sends it: the names stand in it, and are drawn."""
    opened = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="en-GB"
    )
    sign_in(opened, site, full_office)
    page = opened.new_page()
    pages = [office(full_office, entry.url_name) for entry in navigation] + [order_page]
    unnamed = {}
    for address in pages:
        page.goto(site + address)
        if found := page.evaluate(UNNAMED):
            unnamed[address] = found
    page.goto(site + office(full_office, "orders_office:orders"))
    drawn = page.locator(".orders-table td.who").first.evaluate(
        "(cell) => getComputedStyle(cell, '::before').content"
    )
    opened.close()
    assert unnamed == {}
    assert drawn == '"Customer"'


def test_at_night_on_a_phone_everything_can_be_read(visit, site, full_office, order_page):
    """Contrast and names by axe, in the dark look: office, buy buttons with their preview, shop."""
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    with scope(merchant=full_office):
        change_front(merchant=full_office, by=SYSTEM, dark=True, accent="#ffd400")
        product = Product.objects.get()
    shop = f"/shop/{full_office.handle}/"
    pages = [
        office(full_office, "storefront_office:buttons", product.public_id),
        office(full_office, "orders_office:orders"),
        office(full_office, "catalog_office:product", product.public_id),
        order_page,
        shop,
        f"{shop}product/{product.slug}/",
    ]
    for address in pages:
        visit.goto(address)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(int(part) for part in re.findall(r"\d+", ground)[:3]) < 120, address


def test_one_group_of_the_menu_is_open_at_a_time_and_no_page_is_longer_for_it(
    visit, site, full_office
):
    page = visit.page
    visit.goto(office(full_office, "orders_office:orders"))
    menu = page.get_by_role("navigation", name="Main")
    assert menu.get_by_role("link").first.inner_text() == "Today"
    assert menu.locator("details[open]").count() == 1
    menu.locator("summary", has_text="Settings").click()
    assert menu.locator("details[open] > summary").all_inner_texts() == ["Settings"]
    visit.look()
    assert menu.get_by_role("link", name="Terms and imprint").is_visible()
    height = "document.documentElement.scrollHeight"
    with_menu = page.evaluate(height)
    page.evaluate("document.querySelector('.office-side > nav').hidden = true")
    assert page.evaluate(height) == with_menu
    page.get_by_role("link", name="See my shop").click()
    page.wait_for_url(f"{site}/shop/{full_office.handle}/")


def test_unsaved_work_is_warned_about_and_saved_work_is_not(visit, site, full_office):
    page = visit.page
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    address = office(full_office, "merchants_office:shop")
    visit.goto(address)
    bar = page.get_by_role("region", name="Unsaved changes")
    assert not bar.is_visible()
    page.get_by_label("Telephone").click()
    page.keyboard.type("0911")
    assert bar.is_visible()
    visit.look()
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url == site + address, "who stays keeps what was typed"
    assert page.get_by_label("Telephone").input_value() == "0911"

    page.keyboard.press("Tab")
    bar.get_by_role("button", name="Keep these changes").click()
    page.get_by_text("The details of the shop are saved.").wait_for()
    assert not bar.is_visible()
    page.get_by_label("Telephone").fill("")
    bar.get_by_role("button", name="Discard").click()
    assert not bar.is_visible()
    assert page.get_by_label("Telephone").input_value() == "0911"
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_url(site + office(full_office, "backoffice_office:home"))
    assert asked == ["beforeunload"], "nothing was lost, so nothing was asked"


def test_what_came_back_with_a_mistake_is_unsaved_too(visit, site, full_office):
    page = visit.page
    visit.goto(office(full_office, "merchants_office:shop"))
    page.get_by_label("Website").fill("no address")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("This is no web address.").wait_for()
    bar = page.get_by_role("region", name="Unsaved changes")
    assert bar.is_visible()
    bar.get_by_role("button", name="Discard").click()
    page.wait_for_url(site + office(full_office, "merchants_office:shop"))
    assert page.get_by_label("Website").input_value() == full_office.website


def test_saving_one_form_asks_before_it_drops_what_was_typed_in_another(visit, site, full_office):
    page = visit.page
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    visit.goto(office(full_office, "catalog_office:taxes"))
    forms = page.locator("main form")
    forms.nth(1).locator("input[type=text], input[type=number], input:not([type])").first.click()
    page.keyboard.type("7")
    forms.nth(0).locator("input[type=radio]:not(:checked)").first.check()
    assert page.get_by_text("in several forms").is_visible()
    forms.nth(0).get_by_role("button", name="Save").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_ticking_rows_of_a_list_is_no_unsaved_work(visit, site, full_office):
    page = visit.page
    visit.goto(office(full_office, "orders_office:orders"))
    page.locator("tbody input[type=checkbox]").first.check()
    assert not page.get_by_role("region", name="Unsaved changes").is_visible()
