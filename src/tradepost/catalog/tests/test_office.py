"""The pages of the back office, as a person without JavaScript uses them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.options import set_options
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.models import Category, Photo, Product, ProductImport, TaxRate, Variant
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job

pytestmark = pytest.mark.django_db
FIELDS = {
    "name": "Belt", "price_minor": "1.069,50", "tax_class": "standard", "weight_grams": "260",
    "visible": "on", "description": "**Full** grain", "stock": "4",
}  # fmt: skip


@pytest.fixture
def to(in_scope):
    return lambda name, *more: reverse(f"catalog_office:{name}", args=[in_scope.handle, *more])


@pytest.fixture
def belt(in_scope):
    return create_product(
        merchant=in_scope, by=SYSTEM, name="Belt", price_minor=6900, sku="B", stock=3
    )


def test_a_price_is_taken_as_people_type_it(office, to):
    answer = office.post(to("new"), FIELDS)
    product = Product.objects.get()
    assert (answer.status_code, product.price_minor, product.stock) == (302, 106950, 4)


@pytest.mark.parametrize(
    ("field", "value"),
    [("price_minor", "cheap"), ("price_minor", "-1"), ("price_minor", ""), ("name", " "),
     ("price_minor", "12 50"), ("price_minor", "12..50"), ("price_minor", "99c"),
     ("compare_at_minor", "99 50"), ("price_minor", "12 GBP"),
     ("stock", "-1"), ("compare_at_minor", "5"), ("slug", "ä b"), ("category", "forged")],
)  # fmt: skip
def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(office, to, field, value):
    answer = office.post(to("new"), FIELDS | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in page
    assert "**Full** grain" in page
    assert not Product.objects.exists()


def test_an_article_number_in_use_is_said_beside_the_field(office, to, belt):
    answer = office.post(to("new"), FIELDS | {"sku": "B"})
    assert answer.status_code == 400
    assert 'id="id_sku_error"' in answer.content.decode()


def test_options_and_their_table_are_plain_forms(fill, to, belt):
    page = to("product", belt.public_id)
    fill(page, {"name1": "Colour", "values1": "Black, Brown"})
    black, brown = Variant.objects.all()
    posted = {f"v{black.pk}-sku": "B-1", f"v{black.pk}-own_price_minor": "74,00",
              f"v{black.pk}-stock": "2", f"v{brown.pk}-remove": "on"}  # fmt: skip
    assert fill(page, posted).status_code == 302
    row = Variant.objects.get()
    assert (row.sku, row.own_price_minor, row.stock) == ("B-1", 7400, 2)


def test_deleting_asks_for_the_name(office, to, belt):
    assert office.post(to("delete", belt.public_id), {"name": "Bag"}).status_code == 400
    assert Product.objects.exists()
    office.post(to("delete", belt.public_id), {"name": " Belt "})
    assert not Product.objects.exists()


def test_photos_come_several_at_once_and_bad_ones_are_named(fill, to, belt, jpeg):
    files = [
        SimpleUploadedFile("a.jpg", jpeg()),
        SimpleUploadedFile("evil.svg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("b.jpg", jpeg()),
    ]
    answer = fill(to("product", belt.public_id), {"pictures": files}, follow=True)
    assert "evil.svg" in answer.content.decode()
    assert "2 photos are added." in answer.content.decode()
    assert [photo.alt for photo in Photo.objects.all()] == ["Belt", "Belt"]


def test_categories_and_rates_are_made_changed_and_deleted(office, to):
    office.post(to("categories"), {"name": "Bags", "position": "0"})
    shelf = Category.objects.get()
    office.post(to("category", shelf.public_id), {"name": "All bags", "position": "2"})
    assert Category.objects.get().name == "All bags"
    office.post(to("delete_category", shelf.public_id), {"name": "All bags"})
    assert not Category.objects.exists()
    office.post(to("add_rate"), {"country": "US", "tax_class": "standard", "rate": "8.25"})
    rate = TaxRate.objects.get()
    assert office.get(to("taxes")).status_code == 200
    office.post(to("delete_rate", rate.public_id))
    assert not TaxRate.objects.exists()


def test_a_list_is_looked_through_before_it_is_brought_in(office, to):
    file = SimpleUploadedFile("list.csv", b"Handle,Title,Variant Price\nx,X,1.00\n")
    page = office.post(to("imports"), {"file": file}, follow=True).content.decode()
    assert "new products" not in page, "the request keeps bytes and reads nothing"
    upload = ProductImport.objects.get()
    run_job.func(upload.job_id)
    assert "new products" in office.get(to("import", upload.public_id)).content.decode()
    assert not Product.objects.exists()
    job = office.post(to("start_import", upload.public_id))
    assert Job.objects.latest("pk").result_url == to("import", upload.public_id)
    assert "list.csv</h1>" in office.get(job.url).content.decode()
    bad = SimpleUploadedFile("list.zip", b"PK\x03\x04")
    assert office.post(to("imports"), {"file": bad}).status_code == 400


def test_the_state_of_the_list_is_in_its_address(office, to, in_scope, belt):
    create_product(merchant=in_scope, by=SYSTEM, name="Bag", price_minor=1, visible=False)
    page = office.get(to("products") + "?visible=no&sort=-price").content.decode()
    assert "Bag" in page
    assert ">Belt<" not in page
    for query in ("?category=forged&stock=x&visible=?&sort=pk", "?page=99999", "?q=%00"):
        assert office.get(to("products") + query).status_code == 200


def test_lists_of_products_ask_as_often_for_three_as_for_one(office, to, in_scope, belt, jpeg):
    def fill(name):
        product = create_product(merchant=in_scope, by=SYSTEM, name=name, price_minor=1)
        set_options(product=product, options=[("Colour", ["Black", "Brown"])], by=SYSTEM)
        for _number in range(2):
            add_photo(product=product, data=jpeg(40, 40), alt="", by=SYSTEM)
        return product

    one = fill("One")
    shop = f"/shop/{in_scope.handle}/"
    pages = [to("products"), f"{shop}all/", shop]
    before = [asked(office, page) for page in pages]
    fill("Two")
    fill("Three")
    set_options(product=one, options=[("Colour", ["1", "2", "3", "4", "5", "6"])], by=SYSTEM)
    assert [asked(office, page) for page in pages] == before


def asked(office, page: str) -> int:
    office.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert office.get(page).status_code == 200
    return len(queries)
