from decimal import Decimal

import pytest

from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM, Actor
from tradepost.catalog.actions.categories import change_category, create_category
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.products import change_product, create_product, duplicate_product
from tradepost.catalog.actions.stock import adjust_stock, set_stock, take_stock
from tradepost.catalog.actions.taxes import set_tax_rate
from tradepost.catalog.models import FormerAddress, Product, StockMovement, Variant
from tradepost.catalog.queries import (
    ProductFilter,
    content_version,
    office_products,
    shelves,
    shop_fingerprint,
)
from tradepost.catalog.types import CannotBeSaved, StockLine

pytestmark = pytest.mark.django_db


def make(merchant, name="Belt", **fields):
    values = {"price_minor": 6900} | fields
    return create_product(merchant=merchant, by=SYSTEM, name=name, **values)


def test_two_products_of_one_name_get_two_addresses(in_scope):
    assert [make(in_scope).slug for _ in range(3)] == ["belt", "belt-2", "belt-3"]
    assert make(in_scope, name="كتاب").slug == "كتاب"


def test_a_renamed_product_is_still_found_at_its_old_address(in_scope):
    product = make(in_scope)
    change_product(product=product, by=SYSTEM, slug="strap")
    assert FormerAddress.objects.get().slug == "belt"
    change_product(product=product, by=SYSTEM, slug="belt")
    assert [row.slug for row in FormerAddress.objects.all()] == ["strap"]


def test_an_article_number_names_one_thing(in_scope):
    make(in_scope, sku="A-1")
    with pytest.raises(CannotBeSaved):
        make(in_scope, sku="A-1")
    other = make(in_scope, name="Bag")
    variants = set_options(product=other, options=[("Colour", ["Black"])], by=SYSTEM)
    with pytest.raises(CannotBeSaved):
        change_variants(product=other, changes={variants[0].pk: {"sku": "A-1"}}, by=SYSTEM)


def test_options_make_every_combination_and_keep_what_was_known(in_scope):
    product = make(in_scope, stock=5)
    black, brown = set_options(
        product=product, options=[("Colour", ["Black", "Brown", "Black"])], by=SYSTEM
    )
    change_variants(
        product=product,
        changes={black.pk: {"sku": "B", "stock": 3}, brown.pk: {"stock": 4}},
        by=SYSTEM,
    )
    made = set_options(
        product=product, options=[("Colour", ["Black", "Brown"]), ("Size", ["S", "M"])], by=SYSTEM
    )
    assert [row.choice for row in made] == ["Black, S", "Black, M", "Brown, S", "Brown, M"]
    assert [(row.sku, row.stock) for row in made] == [("B", 3), ("", 0), ("", 4), ("", 0)]
    set_options(product=product, options=[], by=SYSTEM)
    assert not Variant.objects.exists()


@pytest.mark.parametrize(
    "options",
    [
        [("Colour", [])],
        [("", ["Black"])],
        [("Colour", ["a"]), ("Colour", ["b"])],
        [("A", [str(n) for n in range(11)]), ("B", [str(n) for n in range(11)])],
    ],
)
def test_options_that_make_no_sense_are_refused(in_scope, options):
    with pytest.raises(CannotBeSaved):
        set_options(product=make(in_scope), options=options, by=SYSTEM)


def test_every_change_of_stock_leaves_a_movement(in_scope):
    product = make(in_scope, stock=10)
    take_stock(merchant=in_scope, lines=[StockLine(product_id=product.pk, quantity=3)])
    assert adjust_stock(row=product, change=-20, by=SYSTEM) == 0
    assert set_stock(row=product, count=None, by=SYSTEM) is None
    rows = StockMovement.objects.order_by("pk").values_list("change", "left", "reason")
    assert list(rows) == [
        (10, 10, "counted"),
        (-3, 7, "order"),
        (-7, 0, "counted"),
        (0, None, "counted"),
    ]


def test_every_write_moves_the_version_of_the_shop(in_scope):
    product = make(in_scope, stock=4)
    steps = [
        lambda: change_product(product=product, by=SYSTEM, price_minor=1),
        lambda: take_stock(merchant=in_scope, lines=[StockLine(product_id=product.pk, quantity=1)]),
        lambda: set_stock(row=product, count=9, by=SYSTEM),
        lambda: set_options(product=product, options=[("Size", ["S"])], by=SYSTEM),
        lambda: create_category(merchant=in_scope, by=SYSTEM, name="Bags"),
        lambda: set_tax_rate(
            merchant=in_scope, by=SYSTEM, tax_class="standard", country="FR", rate=Decimal(20)
        ),
        lambda: duplicate_product(product=product, by=SYSTEM),
    ]
    for step in steps:
        before, seen = content_version(in_scope), shop_fingerprint(in_scope.handle)
        step()
        assert content_version(in_scope) > before
        assert shop_fingerprint(in_scope.handle) != seen


def test_a_copy_is_hidden_and_has_no_stock(in_scope):
    product = make(in_scope, stock=4, sku="A-1")
    set_options(product=product, options=[("Size", ["S", "M"])], by=SYSTEM)
    copy = duplicate_product(product=product, by=SYSTEM)
    assert not copy.visible
    assert copy.sku == ""
    assert [row.choice for row in copy.variants.all()] == ["S", "M"]


def test_a_category_cannot_stand_inside_itself(in_scope):
    bags = create_category(merchant=in_scope, by=SYSTEM, name="Bags")
    totes = create_category(merchant=in_scope, by=SYSTEM, name="Totes", parent=bags)
    with pytest.raises(CannotBeSaved):
        change_category(category=bags, by=SYSTEM, parent=totes)
    assert [shelf.category.name for shelf in shelves(in_scope)] == ["Bags"]


def test_the_list_costs_the_same_for_one_and_for_fifty(in_scope, django_assert_num_queries):
    make(in_scope)
    with django_assert_num_queries(3):
        list(office_products(in_scope, ProductFilter()))
    for number in range(50):
        product = make(in_scope, name=f"Belt {number}", sku=f"S{number}")
        set_options(product=product, options=[("Size", ["S", "M"])], by=SYSTEM)
    with django_assert_num_queries(3):
        list(office_products(in_scope, ProductFilter()))


def test_the_list_finds_by_words_article_numbers_and_stock(in_scope):
    make(in_scope, name="Gürtel", sku="GU-1", stock=0)
    make(in_scope, name="Tasche", stock=50)

    def names(**wanted):
        return [row.name for row in office_products(in_scope, ProductFilter(**wanted))]

    assert names(text="GURTEL") == ["Gürtel"]
    assert names(text="gu-1") == ["Gürtel"]
    assert names(stock="none") == ["Gürtel"]
    assert names(sort="-stock") == ["Tasche", "Gürtel"]
    assert names(text="nothing") == []


def test_what_staff_does_is_on_record(in_scope, owner):
    product = make(in_scope)
    change_product(product=product, by=Actor.user(owner), name="Strap")
    entry = Entry.objects.order_by("-pk").first()
    assert (entry.action, entry.detail["fields"]) == ("catalog.change_product", ["name"])
    assert Product.objects.get().slug == "belt"
