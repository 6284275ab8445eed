"""Saving counts and choices while the shop is open."""

import pytest
from django.urls import reverse

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.options import set_options
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.actions.stock import take_stock
from tradepost.catalog.models import Product, Variant
from tradepost.catalog.queries import find_by_sku
from tradepost.catalog.types import StockLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def to(in_scope):
    return lambda name, *more: reverse(f"catalog_office:{name}", args=[in_scope.handle, *more])


@pytest.fixture
def belt(in_scope):
    return create_product(
        merchant=in_scope, by=SYSTEM, name="Belt", price_minor=6900, sku="B", stock=10
    )


@pytest.fixture
def colours(belt):
    return set_options(product=belt, options=[("Colour", ["Black", "Brown"])], by=SYSTEM)


def test_what_is_sold_while_the_form_stands_open_is_not_put_back(office, to, in_scope, belt, shown):
    fields = shown(to("product", belt.public_id))
    take_stock(merchant=in_scope, lines=[StockLine(product_id=belt.pk, quantity=4)])
    answer = office.post(to("product", belt.public_id), fields | {"name": "Wide belt"})
    assert answer.status_code == 302
    saved = Product.objects.get()
    assert (saved.name, saved.stock, saved.price_minor) == ("Wide belt", 6, 6900)


def test_a_count_that_is_typed_holds_even_if_something_was_sold_meanwhile(
    office, to, in_scope, belt, shown
):
    fields = shown(to("product", belt.public_id))
    take_stock(merchant=in_scope, lines=[StockLine(product_id=belt.pk, quantity=4)])
    office.post(to("product", belt.public_id), fields | {"stock": "20"})
    assert Product.objects.get().stock == 20


def test_the_table_of_choices_puts_nothing_sold_back_either(
    office, to, in_scope, belt, colours, shown
):
    Variant.objects.update(stock=5)
    black, brown = colours
    fields = shown(to("product", belt.public_id))
    line = StockLine(product_id=belt.pk, variant_id=black.pk, quantity=2)
    take_stock(merchant=in_scope, lines=[line])
    office.post(to("product", belt.public_id), fields | {f"v{brown.pk}-stock": "8"})
    assert list(Variant.objects.values_list("stock", flat=True)) == [3, 8]


def test_two_choices_may_change_article_numbers_with_each_other(office, to, belt, colours, fill):
    black, brown = colours
    fill(to("product", belt.public_id), {f"v{black.pk}-sku": "1", f"v{brown.pk}-sku": "2"})
    fill(to("product", belt.public_id), {f"v{black.pk}-sku": "2", f"v{brown.pk}-sku": "1"})
    assert list(Variant.objects.values_list("sku", flat=True)) == ["2", "1"]


def test_an_article_number_in_use_is_said_in_its_row(office, to, belt, colours, fill):
    black, brown = colours
    typed = {f"v{black.pk}-sku": "NEW", f"v{brown.pk}-sku": "B"}
    answer = fill(to("product", belt.public_id), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_v{brown.pk}-sku_error"' in page
    assert f'id="id_v{black.pk}-sku_error"' not in page
    assert 'value="NEW"' in page
    assert set(Variant.objects.values_list("sku", flat=True)) == {""}


def test_without_its_options_a_product_keeps_what_is_in_stock(office, to, belt, colours, fill):
    Variant.objects.update(stock=3)
    fill(to("product", belt.public_id), {"name1": "", "values1": ""})
    assert Product.objects.get().stock == 6
    assert not Variant.objects.exists()


def test_new_choices_that_count_as_sold_out_are_pointed_out(office, to, belt, fill):
    typed = {"name1": "Colour", "values1": "Black, Brown"}
    page = fill(to("product", belt.public_id), typed, follow=True).content.decode()
    assert "2 combinations have no stock" in page


def test_the_number_of_a_product_with_choices_asks_for_one(in_scope, belt, colours):
    assert find_by_sku(in_scope, "B").needs_choice
    Variant.objects.filter(pk=colours[0].pk).update(sku="B-1")
    assert not find_by_sku(in_scope, "B-1").needs_choice


def test_everything_on_the_page_is_saved_by_one_button(fill, to, belt, colours, jpeg, in_scope):
    page = to("product", belt.public_id)
    first, second = (add_photo(product=belt, data=jpeg(), alt=alt, by=SYSTEM) for alt in "ab")
    black, brown = colours
    typed = {
        "name": "Wide belt", "price_minor": "70.00",
        f"v{black.pk}-stock": "7", f"v{brown.pk}-sku": "BR", f"v{brown.pk}-photo": second.public_id,
        "values1": "Black, Brown, Red",
        f"{first.public_id}-place": "2", f"{second.public_id}-place": "1",
        f"{second.public_id}-alt": "Brown one",
    }  # fmt: skip
    assert fill(page, typed).status_code == 302
    saved = Product.objects.get()
    assert (saved.name, saved.price_minor) == ("Wide belt", 7000)
    found = [(v.choice, v.sku, v.stock, v.photo_id) for v in saved.variants.all()]
    assert found == [("Black", "", 7, None), ("Brown", "BR", 0, second.pk), ("Red", "", 0, None)]
    assert [photo.alt for photo in saved.photos.all()] == ["Brown one", "a"]
    fill(page, {f"{first.public_id}-remove": "on"})
    assert [photo.alt for photo in saved.photos.all()] == ["Brown one"]


def test_one_mistake_keeps_everything_typed_and_saves_nothing(fill, to, belt, colours):
    black, brown = colours
    typed = {
        "name": "Wide belt", f"v{black.pk}-stock": "7", f"v{brown.pk}-stock": "many",
        "values1": "Black, Brown, Red",
    }  # fmt: skip
    answer = fill(to("product", belt.public_id), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    for value in ("Wide belt", "7", "many", "Black, Brown, Red"):
        assert f'value="{value}"' in page
    assert Product.objects.get().name == "Belt"
    assert Variant.objects.count() == 2
    assert set(Variant.objects.values_list("stock", flat=True)) == {0}


def test_combinations_that_are_not_made_stay_away_when_something_else_is_saved(
    fill, to, belt, colours
):
    _black, brown = colours
    fill(to("product", belt.public_id), {f"v{brown.pk}-remove": "on"})
    fill(to("product", belt.public_id), {"name": "Wide belt"})
    assert [row.choice for row in Variant.objects.all()] == ["Black"]
