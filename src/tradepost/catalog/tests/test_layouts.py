"""Lists of other shop systems, as they write them: what is recognised, read, left out and said."""

from pathlib import Path

import pytest

from tradepost.audit.types import Actor
from tradepost.catalog.actions.importing import bring_in, start_import
from tradepost.catalog.models import Category, Product
from tradepost.catalog.shopify.table import UnreadableList
from tradepost.catalog.tests.lists_in import look_through
from tradepost.jobs.runner import Running

pytestmark = pytest.mark.django_db
LISTS = Path(__file__).parent / "lists"


@pytest.fixture
def look(in_scope, owner):
    def upload(name, data=None):
        content = (LISTS / name).read_bytes() if data is None else data
        return look_through(merchant=in_scope, by=Actor.user(owner), file_name=name, data=content)

    return upload


@pytest.fixture
def run(look, owner):
    def bring(name, data=None):
        upload = look(name, data)
        bring_in(Running(start_import(upload=upload, by=Actor.user(owner))))
        upload.refresh_from_db()
        return upload.report

    return bring


def choices(product):
    return [
        (v.choice, v.sku, v.price_minor, v.stock, v.weight_grams) for v in product.variants.all()
    ]


@pytest.mark.parametrize(
    ("file", "layout", "count"),
    [("woocommerce.csv", "WooCommerce", 3), ("prestashop.csv", "PrestaShop", 2),
     ("prestashop-office.csv", "PrestaShop", 1), ("etsy.csv", "Etsy", 3),
     ("magento.csv", "Magento", 2), ("x-cart.csv", "X-Cart", 2), ("x-cart-4.csv", "X-Cart 4", 1)],
)  # fmt: skip
def test_a_layout_is_recognised_and_read_twice_changes_the_same_products(
    look, run, file, layout, count
):
    report = look(file).report
    assert (report["layout"], report["new"], report["known"]) == (layout, count, 0)
    first = run(file)
    assert (first["created"], first["changed"]) == (count, 0)
    before = {p.pk: (p.name, p.slug, choices(p)) for p in Product.objects.all()}
    assert look(file).report["known"] == count
    again = run(file)
    assert (again["created"], again["changed"]) == (0, count)
    assert {p.pk: (p.name, p.slug, choices(p)) for p in Product.objects.all()} == before


def test_woocommerce_variations_find_their_parents_by_number_and_by_sku(run):
    report = run("woocommerce.csv")
    tee = Product.objects.get(name="V-Neck T-Shirt")
    assert choices(tee) == [
        ("Red, Large", "woo-vneck-tee-red", 2000, 7, 500),
        ("Green, Large", "woo-vneck-tee-green", 1800, 0, 600),
        ("Green, Medium", "", 1800, 0, 600),
    ]
    assert (tee.slug, tee.category.name, tee.tags, tee.maker) == (
        "v-neck-t-shirt", "Tshirts", "cotton, summer", "Ember",
    )  # fmt: skip
    assert "<strong>cotton</strong>.\nWash" in tee.description
    single = Product.objects.get(name="Single")
    assert (single.price_minor, single.compare_at_minor, single.stock) == (200, 300, 0)
    assert (single.visible, single.needs_delivery, single.tax_class) == (False, False, "zero")
    assert Product.objects.get(name="Album").stock is None
    assert [(m["line"], m["value"]) for m in report["mistakes"]] == [
        (5, "grouped"), (6, "external"), (9, "gone"),
    ]  # fmt: skip
    assert [(w["line"], w["column"]) for w in report["warnings"]] == [
        (2, "Categories"), (8, "Attribute 1 value(s)"),
    ]  # fmt: skip
    assert "Length (cm)" in report["not_taken"]
    assert "External URL" in report["not_taken"]
    assert "SKU" not in report["not_taken"]
    assert [p["url"].rsplit("/", 1)[1] for p in report["not_fetched"]] == [
        "vneck-tee-2.jpg", "vnech-tee-green-1.jpg", "vneck-tee-red.jpg",
    ]  # fmt: skip


def test_woocommerce_in_german_is_the_same_list(run):
    data = (
        "ID,Typ,Artikelnummer,Name,Veröffentlicht,Kurzbeschreibung,Beschreibung,Steuerstatus,Vorrätig?,"
        "Bestand,Gewicht (kg),Angebotspreis,Regulärer Preis,Kategorien,Bilder,Übergeordnetes Produkt,"
        "Attribut 1 Name,Attribut 1 Wert(e)\n"
        '7,variable,G,Gürtel,1,,,taxable,1,,0.25,,,Gürtel,,,Farbe,"Schwarz, Braun"\n'
        '8,variation,G-S,"Gürtel – Schwarz",1,,,taxable,1,3,,,"69,00",,,id:7,Farbe,Schwarz\n'
    )
    assert run("g.csv", data.encode())["mistakes"] == []
    assert choices(Product.objects.get()) == [("Schwarz", "G-S", 6900, 3, 250)]


def test_prestashop_prices_without_tax_are_pointed_out(run):
    report = run("prestashop.csv")
    mug, print_ = Product.objects.order_by("pk")
    assert (mug.name, mug.sku, mug.price_minor, mug.stock, mug.weight_grams) == (
        'Mug "The adventure begins"', "demo_11", 1190, 300, 300,
    )  # fmt: skip
    assert (mug.slug, mug.category.name) == ("mug-the-adventure-begins", "Accessories")
    assert (print_.price_minor, print_.visible, print_.needs_delivery) == (1653, False, False)
    assert any("without tax" in note for note in report["notes"])
    assert [(p["line"], p["url"]) for p in report["not_fetched"]] == [
        (2, "https://shop.example/img/1.jpg"), (2, "https://shop.example/img/2.jpg"),
    ]  # fmt: skip
    assert "Wholesale price" in report["not_taken"]


def test_prestashop_prices_with_tax_go_before_those_without(run):
    assert run("prestashop-office.csv")["notes"] == []
    assert Product.objects.get().price_minor == 1668


def test_prestashops_combinations_alone_say_what_to_do(look):
    with pytest.raises(UnreadableList, match="PrestaShop's combinations"):
        look(
            "c.csv", b"Product ID*;Attribute (Name:Type:Position)*;Value (Value:Position)*\n1;a;b\n"
        )


def test_etsy_listings_keep_their_choices_and_guess_no_article_number(run):
    report = run("etsy.csv")
    fob, belt, wallet = Product.objects.order_by("pk")
    assert (fob.name, fob.sku, fob.stock, fob.tags) == (
        'Leather key fob "Otter"', "FOB-1", 12, "leather fob,key ring",
    )  # fmt: skip
    assert "Don't wash." in fob.description
    assert [(v.choice, v.sku, v.stock) for v in belt.variants.all()] == [
        ("Black, 85", "B-1", None), ("Black, 95", "B-2", None),
        ("Brown, 85", "B-3", None), ("Brown, 95", "B-4", None),
    ]  # fmt: skip
    assert [v.sku for v in wallet.variants.all()] == ["", ""]
    assert [(m["line"], m["value"]) for m in report["mistakes"]] == [(5, "USD")]
    assert [(w["line"], w["column"]) for w in report["warnings"]] == [
        (3, "QUANTITY"), (4, "SKU"), (4, "QUANTITY"),
    ]  # fmt: skip
    assert "MATERIALS" in report["not_taken"]


def test_magento_puts_simple_products_into_the_configurable_one(run, in_scope):
    report = run("magento.csv")
    hoodie = Product.objects.get(slug="chaz-kangeroo-hoodie")
    assert choices(hoodie) == [
        ("XS, Black", "MH01-XS-Black", 5200, 5, 1000),
        ("S, Black", "MH01-S-Black", 4900, 0, 1000),
    ]
    assert [o.name for o in hoodie.options.all()] == ["Size", "Color"]
    bag = Product.objects.get(sku="24-MB01")
    assert (bag.name, bag.stock, bag.maker, bag.category.name) == (
        "Joust Duffle Bag", 100, "Joust", "Gear",
    )  # fmt: skip
    assert [(m["line"], m["value"]) for m in report["mistakes"]] == [(7, "bundle")]
    assert (6, "MH01-M-Black") in [(w["line"], w["value"]) for w in report["warnings"]]
    assert any("other store views" in note for note in report["notes"])
    urls = [p["url"] for p in report["not_fetched"]]
    assert any(url.endswith("/media/catalog/product/m/b/mb01-blue-1.jpg") for url in urls)
    assert not any("//m/b" in url for url in urls)


def test_x_cart_variants_stand_in_rows_of_their_own(run):
    report = run("x-cart.csv")
    shirt = Product.objects.get(slug="planet-express-babydoll")
    assert choices(shirt) == [
        ("White, S", "10001-W-S", 2499, 12, 141),
        ("Black, S", "10001-B-S", 2699, 0, 227),
    ]
    assert (shirt.compare_at_minor, shirt.category.name) == (3000, "T-Shirts")
    song = Product.objects.get(slug="gift-song")
    assert (song.sku, song.stock, song.visible, song.needs_delivery) == (
        "10002",
        None,
        False,
        False,
    )
    assert report["mistakes"] == []
    run("x-cart-4.csv")
    train = Product.objects.get(sku="SKU17")
    assert (train.name, train.price_minor, train.stock, train.weight_grams) == (
        "Wooden train", 3995, 25, 680,
    )  # fmt: skip
    assert Category.objects.filter(name="Wood").exists()


def test_a_sale_price_counts_on_its_days_only(run):
    rows = [
        "1,simple,A,Over,1,2020-01-01,2020-01-31,8,10",
        "2,simple,B,Not yet,1,2999-01-01,,8,10",
        "3,simple,C,Now,1,2020-01-01,2999-01-01,8,10",
    ]
    head = "ID,Type,SKU,Name,Published,Date sale price starts,Date sale price ends,Sale price,Regular price"
    run("w.csv", "\n".join([head, *rows]).encode())
    assert dict(Product.objects.values_list("name", "price_minor")) == {
        "Over": 1000, "Not yet": 1000, "Now": 800,
    }  # fmt: skip


BROKEN = {
    "woocommerce.csv": [(",20,", ",cheap,"), ("1,7,,0,0", "1,many,,0,0"), ("woo-album,,Album", "woo-album,,"),
        (".5,24", "heavy,24"), ("Color,Red", "Color,"), ("variation,", "variation "), ('"Large, Medium"', "")],
    "prestashop.csv": [("11.900000", "free"), (";300;", ";lots;"), ("0.300000", "x"), ("demo_6", "demo_11"),
        ("Affiche à encadrer", ""), ("2;0;", ";0;"), ("16.528926", "-1")],
    "etsy.csv": [("19.00", ""), (",12,", ",twelve,"), ("EUR", "GBP"), ("B-1,B-2,B-3,B-4", "B-1,B-1,B-1,B-1"),
        ("Wallet", ""), ('"85,95"', '","'), ("Black,Brown", "Black,Black")],
    "magento.csv": [("34.000000", "a"), ("sku=MH01-XS-Black,", ""), ("size=XS", "size"), ("|sku", "||sku"),
        ("MH01-XS-Black,,Top", "MH01-S-Black,,Top"), ("100.0000", "1e999"), ("configurable,", "konfigurierbar,")],
    "x-cart.csv": [("24.99", "24,99,99"), ("10002", ""), (",12,,https", ",?,,https"), ("Black,S", ",S"),
        ("10001-B-S", "10001-W-S"), ("0.31", "NaN"), ("Planet Express Babydoll", "")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "there", "instead"),
    [(file, *change) for file, changes in BROKEN.items() for change in changes],
)
def test_whatever_is_broken_what_is_missing_is_named(run, file, there, instead):
    text = (LISTS / file).read_text()
    assert there in text
    report = run(file, text.replace(there, instead, 1).encode())
    brought = report["created"] + report["changed"]
    assert brought >= 1
    assert brought == Product.objects.count()
    if (
        brought
        < {
            "woocommerce.csv": 3,
            "prestashop.csv": 2,
            "etsy.csv": 3,
            "magento.csv": 2,
            "x-cart.csv": 2,
        }[file]
    ):
        assert report["mistake_count"] >= 1


@pytest.mark.parametrize("file", sorted(BROKEN))
@pytest.mark.parametrize("cut", [0.3, 0.5, 0.8, 0.97])
def test_a_list_cut_off_anywhere_is_refused_or_read(run, file, cut):
    data = (LISTS / file).read_bytes()
    try:
        report = run(file, data[: int(len(data) * cut)])
    except UnreadableList:
        return  # in words, as every refusal of a whole file
    assert report["created"] + report["mistake_count"] >= 1


def test_the_preview_says_what_was_recognised_and_what_is_left_out(office, look, in_scope):
    upload = look("woocommerce.csv")
    page = office.get(
        f"/office/{in_scope.handle}/products/import/{upload.public_id}/"
    ).content.decode()
    assert "WooCommerce" in page
    assert "Length (cm)" in page
    assert "Products of this type are not sold here" in page
    assert "it becomes one combination for each" in page
