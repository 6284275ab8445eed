"""Shopify's list in and out, with a good file and with fifty bad ones."""

import csv
import gzip
import io
import zipfile

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tradepost.audit.types import Actor
from tradepost.catalog import picture_downloads
from tradepost.catalog.actions.exporting import drop_old_files, start_export, write_export
from tradepost.catalog.actions.importing import (
    AlreadyRunning,
    bring_in,
    start_import,
)
from tradepost.catalog.models import Category, Photo, Product, ProductImport, Variant
from tradepost.catalog.shopify.table import MOST_BYTES, UnreadableList
from tradepost.catalog.tests.lists_in import look_through
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running

pytestmark = pytest.mark.django_db

HEAD = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,"
    "Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Image Src,"
    "Image Position,Image Alt Text\n"
)
GOOD = (
    HEAD
    + 'belt,Everyday belt,<p>Full <strong>grain</strong></p>,Ember,Belts,"leather, brass",true,'
    "Colour,Black,Size,85,B-85,260,shopify,5,69.00,79.00,true,true,https://pictures.example/a.jpg,1,Belt\n"
    "belt,,,,,,,,Black,,95,B-95,260,shopify,0,74.00,,true,true,https://pictures.example/b.jpg,2,\n"
    "fob,Key fob,,Ember,Small,,true,Title,Default Title,,,FOB,30,,,19,,true,false,,,\n"
)


@pytest.fixture
def run(in_scope, owner):
    def bring(data):
        data = data.encode() if isinstance(data, str) else data
        upload = look_through(
            merchant=in_scope, by=Actor.user(owner), file_name="list.csv", data=data
        )
        job = start_import(upload=upload, by=Actor.user(owner))
        bring_in(Running(job))
        upload.refresh_from_db()
        return upload

    return bring


def test_looking_through_changes_no_product(in_scope, owner):
    upload = look_through(
        merchant=in_scope, by=Actor.user(owner), file_name="l.csv", data=GOOD.encode()
    )
    assert (upload.report["new"], upload.report["known"], upload.report["pictures"]) == (2, 0, 2)
    assert not Product.objects.exists()


def test_a_list_becomes_products_with_variants(run):
    upload = run(GOOD)
    assert upload.state == ProductImport.State.DONE
    belt = Product.objects.get(slug="belt")
    assert (belt.name, belt.maker, belt.price_minor, belt.compare_at_minor) == (
        "Everyday belt", "Ember", 6900, 7900,
    )  # fmt: skip
    assert [(row.choice, row.sku, row.price_minor, row.stock) for row in belt.variants.all()] == [
        ("Black, 85", "B-85", 6900, 5),
        ("Black, 95", "B-95", 7400, 0),
    ]
    fob = Product.objects.get(slug="fob")
    assert (fob.sku, fob.stock, fob.tax_class, fob.variants.count()) == ("FOB", None, "zero", 0)
    assert Category.objects.filter(name="Belts").exists()


def test_the_same_list_twice_changes_the_same_products(run):
    run(GOOD)
    ids = set(Variant.objects.values_list("pk", flat=True))
    report = run(GOOD.replace("69.00", "59.00")).report
    assert (report["created"], report["changed"]) == (0, 2)
    assert set(Variant.objects.values_list("pk", flat=True)) == ids
    assert Product.objects.get(slug="belt").price_minor == 5900


def test_a_product_is_known_by_its_article_number_too(run):
    run(GOOD)
    run(GOOD.replace("fob,Key fob", "key-fob,Fob of brass"))
    assert Product.objects.get(sku="FOB").name == "Fob of brass"
    assert Product.objects.count() == 2


def test_pictures_elsewhere_are_named_with_the_reason(run):
    report = run(GOOD).report
    assert [row["url"] for row in report["not_fetched"]] == [
        "https://pictures.example/a.jpg",
        "https://pictures.example/b.jpg",
    ]
    assert "pictures.example is neither" in report["not_fetched"][0]["why"]


def test_pictures_of_registered_places_come_through_the_gateway(run, monkeypatch, jpeg):
    asked = []

    def session(party, **options):
        def answer(request):
            asked.append((party, str(request.url)))
            return httpx.Response(200, content=jpeg())

        return httpx.Client(transport=httpx.MockTransport(answer))

    monkeypatch.setattr(picture_downloads.egress, "session", session)
    data = GOOD.replace("https://pictures.example/a.jpg", "https://cdn.shopify.com/s/a.jpg")
    data = data.replace("https://pictures.example/b.jpg", "https://www.ember-leather.example/b.jpg")
    assert run(data).report["pictures"] == 2
    assert asked == [
        ("shopify-pictures", "https://cdn.shopify.com/s/a.jpg"),
        ("merchant-website", "https://www.ember-leather.example/b.jpg"),
    ]
    run(data)
    assert (len(asked), Photo.objects.count()) == (2, 2)


def test_pictures_inside_a_description_become_photos_or_are_reported(
    run, monkeypatch, jpeg, in_scope, owner
):
    def session(party, **options):
        return httpx.Client(
            transport=httpx.MockTransport(lambda request: httpx.Response(200, content=jpeg()))
        )

    monkeypatch.setattr(picture_downloads.egress, "session", session)
    body = (
        "<p>Sizes</p><img data-src='//cdn.shopify.com/sizes.png' src='data:x' alt='Table of sizes'>"
        "<img src='https://cdn.shopify.com/a.jpg'><IMG SRC=https://elsewhere.example/x.gif>"
    )
    data = GOOD.replace("<p>Full <strong>grain</strong></p>", body)
    data = data.replace("https://pictures.example/", "https://cdn.shopify.com/")
    looked = look_through(
        merchant=in_scope, by=Actor.user(owner), file_name="l.csv", data=data.encode()
    )
    assert (looked.report["pictures"], looked.report["described"]) == (4, 2)
    report = run(data).report
    assert [row["url"] for row in report["not_fetched"]] == ["https://elsewhere.example/x.gif"]
    assert [photo.alt for photo in Photo.objects.all()] == [
        "Belt", "Everyday belt", "Table of sizes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:8000/",
        "file:///etc/passwd",
        "https://cdn.shopify.com.evil.example/a.jpg",
        "https://cdn.shopify.com@evil.example/a.jpg",
        "//[::1]/a.jpg",
        "gopher://cdn.shopify.com/a",
    ],
)
def test_no_address_of_a_list_reaches_where_it_must_not(run, monkeypatch, url):
    monkeypatch.setattr(
        picture_downloads.egress, "session", lambda *a, **k: pytest.fail("went out")
    )
    report = run(GOOD.replace("https://pictures.example/a.jpg", url)).report
    assert report["not_fetched_count"] == 2


def table(*rows, head=HEAD):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return (head + out.getvalue()).encode()


def row(**cells):
    names = HEAD.strip().split(",")
    values = {"Handle": "x", "Title": "X", "Variant Price": "1.00"} | cells
    return [values.get(name, "") for name in names]


def packed(kind):
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("list.csv", b"0" * 50_000_000)
        return out.getvalue()
    return gzip.compress(b"0" * 50_000_000)


UNREADABLE = {
    "empty": b"",
    "blank": b"\n \n\t\n",
    "zip bomb": packed("zip"),
    "gzip bomb": packed("gzip"),
    "old excel": b"\xd0\xcf\x11\xe0" + b"\0" * 100,
    "pdf": b"%PDF-1.7 ...",
    "bzip2": b"BZh91AY&SY",
    "xz": b"\xfd7zXZ\0",
    "zstd": b"\x28\xb5\x2f\xfd123",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "executable": b"\x7fELF\x02\x01\x01\0",
    "too large": b"Handle\n" + b"x\n" * (MOST_BYTES // 2),
    "no heads": b"belt,Everyday belt,69.00\n",
    "html": b"<!doctype html><html><body>Sign in</body></html>",
    "json": b'{"products": []}',
    "column twice": b"Handle,Title,Title\nx,X,X\n",
    "open quotation": GOOD.encode() + b'bag,"never closed',
    "sign after quotation": b'Handle,Title\nx,"X"y\n',
    "too many columns": b"Handle," + b",".join(b"c%d" % n for n in range(600)) + b"\n",
    "too many rows": b"Handle,Title\n" + b"x,X\n" * 50_001,
    "giant cell": b"Handle,Title\nx,%s\n" % (b"X" * 200_000),
    "nul inside": b"Handle,Title\nx,\0\n",
    "utf-16 with a lone surrogate": b"\xff\xfe"
    + "Handle,Title\n".encode("utf-16-le")
    + b"\x00\xd8",
    "utf-16 odd": b"\xff\xfeH",
    "utf-16 with nul": b"\xff\xfe" + "Handle\0\n".encode("utf-16-le"),
}
REFUSED_ROWS = {
    "no handle and no title": row(Handle="", Title=""),
    "no title": row(Title=""),
    "no price": row(**{"Variant Price": ""}),
    "price of words": row(**{"Variant Price": "cheap"}),
    "price too fine": row(**{"Variant Price": "1.005"}),
    "negative price": row(**{"Variant Price": "-5"}),
    "endless price": row(**{"Variant Price": "9" * 30}),
    "price not a number": row(**{"Variant Price": "NaN"}),
    "price infinite": row(**{"Variant Price": "1e999"}),
    "compare price of words": row(**{"Variant Compare At Price": "more"}),
    "stock of words": row(**{"Variant Inventory Qty": "many", "Variant Inventory Tracker": "x"}),
    "stock too large": row(**{"Variant Inventory Qty": "9" * 12, "Variant Inventory Tracker": "x"}),
    "stock in other digits": row(
        **{"Variant Inventory Qty": "٣", "Variant Inventory Tracker": "x"}
    ),
    "weight of words": row(**{"Variant Grams": "heavy"}),
    "more than a hundred combinations": [
        row(Title="X" * (n == 0), **{"Option1 Name": "Size", "Option1 Value": str(n)})
        for n in range(101)
    ],
    "published perhaps": row(Published="perhaps"),
    "taxable perhaps": row(**{"Variant Taxable": "perhaps"}),
    "option without value": row(**{"Option1 Name": "Colour"}),
    "options of one name": row(
        **{"Option1 Name": "A", "Option1 Value": "1", "Option2 Name": "A", "Option2 Value": "2"}
    ),
    "long description": row(**{"Body (HTML)": "x" * 50_001}),
}
ODD_BUT_READ = {
    "windows-1252": table(row(Title="Gürtel")).decode().encode("windows-1252"),
    "utf-8 with mark": b"\xef\xbb\xbf" + table(row()),
    "utf-16": table(row()).decode().encode("utf-16"),
    "semicolons": b"Handle;Title;Variant Price\nx;X;1,00\n",
    "tabs": b"Handle\tTitle\tVariant Price\nx\tX\t1.00\n",
    "windows line ends": b"Handle,Title,Variant Price\r\nx,X,1.00\r\n",
    "short row": b"Handle,Title,Variant Price,Tags\nx,X,1.00\n",
    "row with more cells": b"Handle,Title,Variant Price\nx,X,1.00,extra,extra\n",
    "formula": table(row(Title='=HYPERLINK("http://evil.example","x")')),
    "script": table(row(Title="<script>alert(1)</script>", Type="<b>x</b>")),
    "new names of columns": b"URL handle,Title,Price,SKU\nx,X,1.00,A\n",
    "no handles": b"Title,Price\nX,1.00\n",
    "blank lines above": b"\n\n,,\nHandle,Title,Variant Price\nx,X,1.00\n",
    "padded": b" Handle , Title ,Variant Price\n  x\t,  X , 1.00 \n",
    "padded with spaces that do not break": "Handle,Title,Variant Price\n\u00a0x,X\u00a0,\u00a01.00\n".encode(),
    "guarded price": b"Handle,Title,Variant Price\nx,X,'1.00\n",
    "price with four decimals": table(row(**{"Variant Price": "1.0000"})),
    "price with six decimals": table(row(**{"Variant Price": "0,995000"})),
    "weight with ten decimals": table(row(**{"Variant Grams": "36.8543800625"})),
    "weight with a trailing point": table(row(**{"Variant Grams": "36."})),
    "weight as a power": table(row(**{"Variant Grams": "9.07E+02"})),
}


def test_there_are_at_least_fifty_bad_files():
    assert len(UNREADABLE) + len(REFUSED_ROWS) + len(ODD_BUT_READ) >= 50


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_in_words(in_scope, owner, name, media):
    with pytest.raises(UnreadableList) as caught:
        look_through(merchant=in_scope, by=Actor.user(owner), file_name=name, data=UNREADABLE[name])
    assert len(str(caught.value)) > 15
    assert not ProductImport.objects.exclude(state="unreadable").exists()
    assert not media.exists() or not [p for p in media.rglob("*") if p.is_file()]


@pytest.mark.parametrize("name", REFUSED_ROWS)
def test_a_bad_row_spoils_its_own_product_only(run, name):
    bad = REFUSED_ROWS[name]
    rows = bad if isinstance(bad[0], list) else [bad]
    upload = run(table(*rows, row(Handle="good", Title="Good")))
    assert upload.report["mistake_count"] == 1
    assert upload.report["mistakes"][0]["line"] == 2
    assert [product.name for product in Product.objects.all()] == ["Good"]


@pytest.mark.parametrize("name", ODD_BUT_READ)
def test_an_odd_file_is_read_as_it_was_meant(run, name):
    upload = run(ODD_BUT_READ[name])
    assert upload.report["mistake_count"] == 0
    product = Product.objects.get()
    assert (product.slug, product.price_minor) == ("x", 100)


def test_an_import_starts_once(in_scope, owner):
    upload = look_through(
        merchant=in_scope, by=Actor.user(owner), file_name="l.csv", data=GOOD.encode()
    )
    start_import(upload=upload, by=Actor.user(owner))
    with pytest.raises(AlreadyRunning):
        start_import(upload=upload, by=Actor.user(owner))


def export(merchant, owner):
    job = start_export(merchant=merchant, by=Actor.user(owner))
    write_export(Running(job))
    job.refresh_from_db()
    with default_storage.open(job.details["file"]) as file:
        return file.read().decode("utf-8-sig")


def test_what_goes_out_comes_back_in_unchanged(run, in_scope, owner):
    run(GOOD)
    Product.objects.filter(slug="fob").update(name="=1+1", description="- **brass**")
    first = export(in_scope, owner)
    assert ",'=1+1," in first  # no spreadsheet takes it for a formula
    report = run(first).report
    assert (report["created"], report["changed"], report["mistake_count"]) == (0, 2, 0)
    assert Product.objects.get(slug="fob").name == "=1+1"
    assert export(in_scope, owner) == first


def test_the_result_is_for_its_own_shop(run, in_scope, owner, office, other_merchant, client):
    run(GOOD)
    job = start_export(merchant=in_scope, by=Actor.user(owner))
    write_export(Running(job))
    url = Job.objects.get(pk=job.pk).result_url
    assert b"".join(office.get(url)).startswith(b"\xef\xbb\xbfHandle,Title")
    client.force_login(other_merchant.memberships.get().user)
    assert client.get(url).status_code == 404


def test_files_of_lists_go_after_a_week(run, in_scope, owner):
    upload = run(GOOD)
    default_storage.save("kept.txt", ContentFile(b"x"))
    assert drop_old_files() == 0
    ProductImport.objects.update(uploaded_at="2020-01-01T00:00:00Z")
    assert drop_old_files() == 1
    assert not default_storage.exists(upload.stored_as)
    assert default_storage.exists("kept.txt")
