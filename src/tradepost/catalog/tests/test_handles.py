"""Whose row is it? Handles in any script, article numbers that repeat, texts that are too long."""

import csv
import io

import pytest

from tradepost.audit.types import SYSTEM, Actor
from tradepost.catalog.actions.importing import bring_in, start_import
from tradepost.catalog.actions.products import change_product, create_product
from tradepost.catalog.models import Product, Variant
from tradepost.catalog.queries import find_by_sku
from tradepost.catalog.tests.lists_in import look_through
from tradepost.catalog.types import CannotBeSaved
from tradepost.jobs.runner import Running

pytestmark = pytest.mark.django_db
HEAD = ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price")


@pytest.fixture
def run(in_scope, owner):
    def bring(*rows, head=HEAD):
        out = io.StringIO()
        csv.writer(out).writerows([head, *rows])
        upload = look_through(
            merchant=in_scope, by=Actor.user(owner), file_name="l.csv", data=out.getvalue().encode()
        )
        bring_in(Running(start_import(upload=upload, by=Actor.user(owner))))
        upload.refresh_from_db()
        return upload.report

    return bring


def test_products_with_handles_of_other_scripts_stay_apart(run):
    rows = [
        (handle, title, "Size", size, "", price)
        for handle, name, price in (("日本酒-1", "日本酒", "30"), ("紹興酒-1", "紹興酒", "40"),
                                    ("日本酒", "日本酒 大", "50"), ("قميص-أزرق", "قميص", "60"),
                                    ("käse", "Käse", "7"), ("kase", "Kase", "8"), ("1", "One", "9"),
                                    ("٣", "Three", "10"), ("!!!", "Wow", "11"), ("☕", "Coffee", "12"))
        for size, title in (("S", name), ("L", ""))
    ]  # fmt: skip
    for _again in range(2):
        report = run(*rows)
        assert (report["mistake_count"], report["warning_count"]) == (0, 0)
        found = {
            p.list_handle: (p.name, p.variants.count(), p.price_minor)
            for p in Product.objects.all()
        }
        assert len(found) == 10
        assert found["日本酒-1"] == ("日本酒", 2, 3000)
        assert found["紹興酒-1"] == ("紹興酒", 2, 4000)
        assert found["kase"] == ("Kase", 2, 800)
    slugs = set(Product.objects.values_list("slug", flat=True))
    assert {"日本酒-1", "紹興酒-1", "قميص-أزرق", "käse", "kase", "wow", "coffee"} <= slugs
    assert not any(slug.startswith("product") for slug in slugs)


def test_two_handles_with_one_address_are_two_products(run):
    """Also where the second stands in a file of its own, and by the words of the preview."""
    first = [
        ("rock'n'roll", "Rock'n'roll", "", "", "", "5"),
        ("rocknroll", "Rocknroll", "", "", "", "6"),
    ]
    run(*first)
    assert run(("ROCKNROLL", "Loud", "", "", "", "7"))["created"] == 1
    assert run(*first)["changed"] == 2
    found = {p.list_handle: (p.name, p.price_minor) for p in Product.objects.all()}
    assert found == {
        "rock'n'roll": ("Rock'n'roll", 500), "rocknroll": ("Rocknroll", 600), "ROCKNROLL": ("Loud", 700),
    }  # fmt: skip
    assert Product.objects.values("slug").distinct().count() == 3


def test_the_preview_takes_no_product_for_another_with_its_address(run, in_scope, owner):
    run(("rock'n'roll", "Rock'n'roll", "", "", "", "5"))
    data = b"Handle,Title,Variant Price\nrocknroll,Loud,6\n"
    looked = look_through(merchant=in_scope, by=Actor.user(owner), file_name="l.csv", data=data)
    assert (looked.report["new"], looked.report["known"]) == (1, 0)


def test_handles_that_differ_behind_their_250th_character_stay_apart(run):
    rows = [("h" * 255 + end, f"Long {end}", "", "", "", "5") for end in "ab"]
    for _again in range(2):
        run(*rows)
        assert sorted(p.name for p in Product.objects.all()) == ["Long a", "Long b"]


def test_products_of_two_handles_may_swap_their_article_numbers(run):
    run(("a", "A", "", "", "X", "5"), ("b", "B", "", "", "Y", "6"))
    run(("b", "B", "", "", "X", "6"), ("a", "A", "", "", "Z", "5"))
    assert dict(Product.objects.values_list("list_handle", "name")) == {"a": "A", "b": "B"}


def test_the_shop_opens_at_an_address_in_any_script(client, in_scope):
    for name in ("日本酒", "قميص أزرق", "Λάδι"):
        product = create_product(merchant=in_scope, by=SYSTEM, name=name, price_minor=100)
        assert not product.slug.startswith("product")
        answer = client.get(f"/shop/{in_scope.handle}/product/{product.slug}/")
        assert answer.status_code == 200
        assert f'<h1 class="page-title">{name}</h1>' in answer.content.decode()


def test_a_repeated_article_number_is_brought_in_and_said_once_a_row(run):
    rows = [("a", "A" if n == 0 else "", "Size", str(n), "SAME", "5") for n in range(60)]
    report = run(*rows, ("b", "B", "", "", "same", "6"))
    assert (report["created"], report["mistake_count"], report["warning_count"]) == (2, 0, 60)
    assert Variant.objects.exclude(sku="").get().sku == "SAME"
    assert Product.objects.get(name="B").sku == ""
    assert [(w["value"], w["line"]) for w in report["warnings"]] == [("SAME", 3), ("same", 62)]
    assert {w["message"].partition(" stands")[0] for w in report["warnings"]} == {
        "The article number"
    }
    assert report["warnings"][0]["lines"].startswith("3, 4, 5")
    again = run(*rows, ("b", "B", "", "", "same", "6"))
    assert (again["created"], again["changed"]) == (0, 2)


def test_one_product_with_a_number_in_two_spellings_is_brought_in(run):
    report = run(("a", "A", "Size", "S", "DE-1", "5"), ("a", "", "Size", "L", "de-1", "5"))
    assert (report["created"], report["mistake_count"]) == (1, 0)
    assert [(w["line"], w["value"]) for w in report["warnings"]] == [(3, "de-1")]


def test_a_number_of_another_product_in_the_shop_is_left_empty(run):
    run(("a", "A", "", "", "X", "5"))
    report = run(("b", "B", "", "", "x", "6"), ("a", "A", "", "", "Y", "5"))
    assert [(w["line"], w["value"]) for w in report["warnings"]] == [(2, "x")]
    assert dict(Product.objects.values_list("name", "sku")) == {"A": "Y", "B": ""}


def test_what_is_too_long_is_cut_with_a_word_about_it(run):
    report = run(
        ("a", "T" * 256, "", "", "S" * 81, "5"), ("b", "U" * 255, "", "", "", "5"),
        ("c", "C", "Size", "V" * 90, "", "5"),
    )  # fmt: skip
    assert [(w["line"], w["column"]) for w in report["warnings"]] == [
        (2, "Title"), (2, "Variant SKU"), (4, "Option1 Value"),
    ]  # fmt: skip
    assert sorted(len(p.name) for p in Product.objects.all()) == [1, 255, 255]
    assert Product.objects.get(name="T" * 255).sku == ""


def test_guards_of_spreadsheets_come_off_numbers_only(run):
    run(("a", "'90s shirt", "", "", "'8720892119308", "'5"), ("b", "B", "", "", '="0012"', "6"))
    assert find_one("'90s shirt").sku == "8720892119308"
    assert find_one("B").sku == "0012"


NUMBERS = (
    "Handle",
    "Title",
    "Variant Price",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
)


def test_guards_come_off_weights_and_counts_too(run):
    run(
        ("a", "A", "'5", "'260", "shopify", "'7"),
        ("b", "B", '="6"', '="30"', "x", '="8"'),
        head=NUMBERS,
    )
    found = Product.objects.order_by("name").values_list("price_minor", "weight_grams", "stock")
    assert list(found) == [(500, 260, 7), (600, 30, 8)]


def test_weights_are_rounded_to_whole_grams(run):
    weights = {
        "36.8543800625": 37,
        "907.003303052": 907,
        "0.5": 1,
        "2.5": 3,
        "907,5": 908,
        "907.185": 907,
    }
    run(*((n, n, "5", n, "", "") for n in weights), head=NUMBERS)
    assert dict(Product.objects.values_list("name", "weight_grams")) == weights


def test_a_weight_of_two_readings_is_left_empty_and_said(run):
    report = run(("a", "A", "5", "1,250", "", ""), head=NUMBERS)
    assert find_one("A").weight_grams == 0
    assert [(w["line"], w["column"], w["value"]) for w in report["warnings"]] == [
        (2, "Variant Grams", "1,250")
    ]


@pytest.mark.parametrize("count", ["1,000", "1.000", "12,500"])
def test_a_count_of_two_readings_is_refused(run, count):
    report = run(("a", "A", "5", "", "x", count), ("b", "B", "5", "", "x", "10.0000"), head=NUMBERS)
    assert [(m["line"], m["value"]) for m in report["mistakes"]] == [(2, count)]
    assert dict(Product.objects.values_list("name", "stock")) == {"B": 10}


@pytest.mark.parametrize("price", ["12 50", "12..50", "99c", "99ct", "12 GBP"])
def test_a_price_that_would_have_to_be_guessed_is_refused(run, price):
    report = run(("a", "A", price, "", "", ""), head=NUMBERS)
    assert [(m["line"], m["column"], m["value"]) for m in report["mistakes"]] == [
        (2, "Variant Price", price)
    ]
    assert not Product.objects.exists()


@pytest.mark.parametrize("pad", ["  {}\t", "\u00a0{}\u00a0", "{}\u200b", "\ufeff{}"])
def test_padded_cells_hold_what_stands_between(run, pad):
    cells = ("belt", "Belt", "Size", "S", "B-1", "5")
    run(cells)
    report = run(tuple(pad.format(cell) for cell in cells))
    assert (report["created"], report["changed"], report["mistake_count"]) == (0, 1, 0)
    variant = Variant.objects.get()
    assert (variant.product.list_handle, variant.product.name) == ("belt", "Belt")
    assert (variant.sku, variant.options) == ("B-1", {"Size": "S"})


def find_one(name):
    return Product.objects.get(name=name)


def test_rows_are_counted_as_a_spreadsheet_counts_them(run):
    report = run(("a", "Two\nlines", "", "", "", "5"), (), ("b", "B", "", "", "", "cheap"))
    assert report["mistakes"][0]["line"] == 4


def test_a_second_title_under_one_handle_is_pointed_out(run):
    report = run(("a", "A", "Size", "S", "", "5"), ("a", "Other", "Size", "L", "", "6"))
    assert [(w["line"], w["value"]) for w in report["warnings"]] == [(3, "Other")]


def test_upper_and_lower_case_are_one_article_number(in_scope):
    first = create_product(merchant=in_scope, by=SYSTEM, name="A", price_minor=1, sku="DE-1")
    second = create_product(merchant=in_scope, by=SYSTEM, name="B", price_minor=1, sku="DE-2")
    with pytest.raises(CannotBeSaved):
        create_product(merchant=in_scope, by=SYSTEM, name="C", price_minor=1, sku="de-1")
    with pytest.raises(CannotBeSaved):
        change_product(product=second, by=SYSTEM, sku="dE-1")
    for spelling in ("de-1", "DE-1", "De-1"):
        assert find_by_sku(in_scope, spelling).product == first
    change_product(product=first, by=SYSTEM, sku="de-1")
    assert Product.objects.get(name="A").sku == "de-1"
