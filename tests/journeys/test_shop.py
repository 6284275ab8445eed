"""A stranger on the high street: looks into the window, finds something, takes it to the counter."""

import io

import pytest
from django.urls import reverse
from django_scopes import scope
from PIL import Image

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.categories import create_category
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.products import create_product
from tradepost.demo.pictures import draw
from tradepost.storefront.actions.fronts import change_front

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(merchant, settings, tmp_path):
    """Thirty products, one with choices and photos, behind a front of the merchant's own."""
    settings.MEDIA_ROOT = tmp_path
    with scope(merchant=merchant):
        bags = create_category(merchant=merchant, by=SYSTEM, name="Bags", description="**Ours.**")
        for number in range(30):
            create_product(
                merchant=merchant, by=SYSTEM, name=f"Tote {number}", price_minor=18900,
                sku=f"T-{number}", category=bags, stock=number,
            )  # fmt: skip
        belt = create_product(
            merchant=merchant, by=SYSTEM, name="Gürtel", price_minor=6900, compare_at_minor=7900,
            description="Full grain.\n\n- brass\n\nFrom [our tannery](https://tannery.example/).",
        )  # fmt: skip
        for colour in ("Natural", "Black"):
            add_photo(
                product=belt, data=draw("belt", colour, seed=3), alt=f"Belt, {colour}", by=SYSTEM
            )
        black, brown = set_options(
            product=belt, options=[("Colour", ["Black", "Brown"])], by=SYSTEM
        )
        changes = {black.pk: {"sku": "G-B", "stock": 0}, brown.pk: {"sku": "G-N", "stock": 2}}
        change_variants(product=belt, changes=changes, by=SYSTEM)
        change_front(
            merchant=merchant, by=SYSTEM, accent="#803020", tagline="From a back yard.",
            introduction="Come in.", imprint="Anna Ember, Leipzig",
        )  # fmt: skip
    return reverse("storefront:home", args=[merchant.handle])


def walk(visit, shop):
    """From the first page to the cart by links and buttons alone."""
    page = visit.goto(shop)
    page.get_by_role("link", name="Bags").first.click()
    visit.look()
    page.locator(".pagination a", has_text="2").first.click()
    visit.look()
    page.get_by_role("searchbox").fill("GURTEL")
    page.get_by_role("button", name="Search").click()
    visit.look()
    page.get_by_role("link", name="Gürtel").click()
    visit.look()
    assert page.get_by_role("radio", name="Black (sold out)").is_enabled()
    assert not page.get_by_role("radio", name="Brown").is_checked()
    page.get_by_role("radio", name="Brown").check()
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to cart").click()
    visit.look()
    assert "/cart/" in page.url
    assert page.get_by_text("Gürtel").first.is_visible()
    assert page.get_by_text("€138.00").first.is_visible()
    return page


def test_from_the_window_to_the_cart(visit, shop):
    page = walk(visit, shop)
    assert [cookie["name"] for cookie in page.context.cookies()] == ["tp_cart"]
    page.get_by_role("link", name="Ember Leather").first.click()
    visit.look()
    assert page.locator(".shop-cart .count").inner_text() == "2"
    page.get_by_role("link", name="Imprint").click()
    visit.look()


def test_the_same_without_script_and_without_cookies(plain_visit, shop):
    page = walk(plain_visit, shop)
    assert page.context.cookies() == []
    token = page.url.rstrip("/").rpartition("/")[2]
    plain_visit.goto(f"{shop}?cart={token}")
    page.get_by_role("link", name="Bags").first.click()
    assert page.locator(".shop-cart .count").inner_text() == "2"


def test_price_stock_and_button_follow_the_choice(visit, shop):
    page = visit.goto(f"{shop}product/gurtel/")
    button = page.get_by_role("button", name="Add to cart")
    assert page.get_by_text("Please choose.").is_visible()
    page.get_by_role("radio", name="Black").check()
    assert page.locator("[data-stock]").inner_text() == "Sold out"
    assert button.is_disabled()
    page.get_by_role("radio", name="Brown").check()
    assert page.locator("[data-stock]").inner_text() == "Only 2 left"
    assert button.is_enabled()
    assert page.url.endswith("?o1=Brown")
    visit.look()


@pytest.fixture
def scarf(shop, merchant):
    """Two choices, of which one combination is sold out, at three prices, each colour with its photo."""
    with scope(merchant=merchant):
        product = create_product(merchant=merchant, by=SYSTEM, name="Scarf", price_minor=5990)
        plain, red = (
            add_photo(product=product, data=draw("belt", colour, seed=3), alt=colour, by=SYSTEM)
            for colour in ("Natural", "Black")
        )
        options = [("Colour", ["Natural", "Madder"]), ("Fringe", ["with", "without"])]
        rows = set_options(product=product, options=options, by=SYSTEM)
        facts = [(5, None, plain), (1, 5490, plain), (0, 6490, red), (None, 6990, red)]
        changes = {
            row.pk: {"sku": f"S-{number}", "stock": stock, "own_price_minor": own, "photo": photo}
            for number, (row, (stock, own, photo)) in enumerate(zip(rows, facts, strict=True))
        }
        change_variants(product=product, changes=changes, by=SYSTEM)
    return f"{shop}product/scarf/"


@pytest.mark.parametrize("width", [390, 1280])
def test_photos_of_two_shapes_leave_no_hole(visit, shop, merchant, width):
    with scope(merchant=merchant):
        product = create_product(merchant=merchant, by=SYSTEM, name="Mat", price_minor=100)
        for size in ((600, 1000), (1000, 600)):
            data = io.BytesIO()
            Image.new("RGB", size, "#803020").save(data, "JPEG")
            add_photo(product=product, data=data.getvalue(), alt=f"{size}", by=SYSTEM)
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    visit.goto(f"{shop}product/mat/")
    strip = page.locator(".picture-strip").bounding_box()
    for photo in page.locator(".picture-strip img").all():
        box = photo.bounding_box()
        assert strip["y"] + strip["height"] - (box["y"] + box["height"]) < 30
    below = page.locator(".picture-choice").bounding_box()
    assert below["y"] - (strip["y"] + strip["height"]) < 30


def test_price_photo_number_and_marks_follow_two_choices(visit, scarf):
    page = visit.goto(scarf)
    price = page.locator("[data-price]")
    scrolled = "() => document.querySelector('[data-photo]').parentElement.scrollLeft"
    assert price.inner_text() == "from €54.90"
    page.get_by_role("radio", name="Madder").check()
    assert page.locator("label.sold-out").all_inner_texts() == ["with\n(sold out)"]
    page.get_by_role("radio", name="without").check()
    assert price.inner_text() == "€69.90"
    assert page.locator("[data-sku] dd").inner_text() == "S-3"
    page.wait_for_function(f"({scrolled})() > 50", timeout=3000)
    page.get_by_role("radio", name="Natural").check()
    assert price.inner_text() == "€54.90"
    page.wait_for_function(f"({scrolled})() < 5", timeout=3000)
    assert page.locator("[data-stock]").inner_text() == "The last one"
    assert page.get_by_label("Quantity").get_attribute("max") == "1"
    page.get_by_role("radio", name="Madder").check()
    assert page.get_by_label("Quantity").get_attribute("max") == "9999"
    page.get_by_role("radio", name="with (sold out)").check()
    assert price.inner_text() == "€64.90"
    assert page.get_by_role("button", name="Add to cart").is_disabled()
    visit.look()


def test_a_choice_can_be_looked_at_without_script(plain_visit, shop):
    page = plain_visit.goto(f"{shop}product/gurtel/")
    page.get_by_role("radio", name="Black").check()
    page.get_by_role("button", name="Show this choice").click()
    assert page.locator("[data-stock]").inner_text() == "Sold out"
    assert page.get_by_role("button", name="Add to cart").is_disabled()
    plain_visit.look()


def test_looking_around_sets_no_cookie(visit, shop):
    page = visit.goto(shop)
    for name in ("Bags", "Privacy"):
        page.get_by_role("link", name=name).first.click()
        page.go_back()
    assert page.context.cookies() == []
