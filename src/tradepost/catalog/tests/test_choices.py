"""Saving counts and choices while the shop is open."""

import re

import pytest
from django.urls import reverse

from tradepost.catalog.actions.options import set_options
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
        merchant=in_scope, by="system", name="Belt", price_minor=6900, sku="B", stock=10
    )


@pytest.fixture
def colours(belt):
    return set_options(product=belt, options=[("Colour", ["Black", "Brown"])], by="system")


def shown_fields(page: str) -> dict[str, str]:
    """What a browser would send for the inputs, selects and texts of the first form of the content."""
    inputs = re.findall(
        r'<input type="(?!checkbox|radio|file)[^"]*" name="([^"]+)"(?: value="([^"]*)")?', page
    )
    boxes = re.findall(r'<input type="checkbox" name="([^"]+)"[^>]*checked', page)
    selects = re.findall(
        r'<select name="([^"]+)".*?<option value="([^"]*)" selected', page, re.DOTALL
    )
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    return dict(inputs) | dict.fromkeys(boxes, "on") | dict(selects) | dict(texts)


def test_what_is_sold_while_the_form_stands_open_is_not_put_back(office, to, in_scope, belt):
    fields = shown_fields(office.get(to("product", belt.public_id)).content.decode())
    take_stock(merchant=in_scope, lines=[StockLine(product_id=belt.pk, quantity=4)])
    answer = office.post(to("product", belt.public_id), fields | {"name": "Wide belt"})
    assert answer.status_code == 302
    saved = Product.objects.get()
    assert (saved.name, saved.stock, saved.price_minor) == ("Wide belt", 6, 6900)


def test_a_count_that_is_typed_holds_even_if_something_was_sold_meanwhile(
    office, to, in_scope, belt
):
    fields = shown_fields(office.get(to("product", belt.public_id)).content.decode())
    take_stock(merchant=in_scope, lines=[StockLine(product_id=belt.pk, quantity=4)])
    office.post(to("product", belt.public_id), fields | {"stock": "20"})
    assert Product.objects.get().stock == 20


def test_the_table_of_choices_puts_nothing_sold_back_either(office, to, in_scope, belt, colours):
    Variant.objects.update(stock=5)
    black, brown = colours
    shown = {f"v{row.pk}-stock": "5" for row in colours}
    shown |= {f"initial-{name}": value for name, value in shown.items()}
    line = StockLine(product_id=belt.pk, variant_id=black.pk, quantity=2)
    take_stock(merchant=in_scope, lines=[line])
    office.post(to("variants", belt.public_id), shown | {f"v{brown.pk}-stock": "8"})
    assert list(Variant.objects.values_list("stock", flat=True)) == [3, 8]


def test_two_choices_may_change_article_numbers_with_each_other(office, to, belt, colours):
    black, brown = colours
    office.post(to("variants", belt.public_id), {f"v{black.pk}-sku": "1", f"v{brown.pk}-sku": "2"})
    office.post(to("variants", belt.public_id), {f"v{black.pk}-sku": "2", f"v{brown.pk}-sku": "1"})
    assert list(Variant.objects.values_list("sku", flat=True)) == ["2", "1"]


def test_an_article_number_in_use_is_said_in_its_row(office, to, belt, colours):
    black, brown = colours
    typed = {f"v{black.pk}-sku": "NEW", f"v{brown.pk}-sku": "B"}
    answer = office.post(to("variants", belt.public_id), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_v{brown.pk}-sku_error"' in page
    assert f'id="id_v{black.pk}-sku_error"' not in page
    assert 'value="NEW"' in page
    assert set(Variant.objects.values_list("sku", flat=True)) == {""}


def test_without_its_options_a_product_keeps_what_is_in_stock(office, to, belt, colours):
    Variant.objects.update(stock=3)
    office.post(to("options", belt.public_id), {"name1": "", "values1": ""})
    assert Product.objects.get().stock == 6
    assert not Variant.objects.exists()


def test_new_choices_that_count_as_sold_out_are_pointed_out(office, to, belt):
    typed = {"name1": "Colour", "values1": "Black, Brown"}
    page = office.post(to("options", belt.public_id), typed, follow=True).content.decode()
    assert "2 combinations have no stock" in page


def test_the_number_of_a_product_with_choices_asks_for_one(in_scope, belt, colours):
    assert find_by_sku(in_scope, "B").needs_choice
    Variant.objects.filter(pk=colours[0].pk).update(sku="B-1")
    assert not find_by_sku(in_scope, "B-1").needs_choice
