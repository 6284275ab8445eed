"""The shop's look, and buy buttons that really buy."""

import html
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.checkout.actions.settings import save_cart_settings
from tradepost.checkout.models import CartLine
from tradepost.orders.tests.drafts import place
from tradepost.storefront.actions.fronts import change_front, change_texts
from tradepost.storefront.models import ShopFront

pytestmark = pytest.mark.django_db


@pytest.fixture
def snippets(office, in_scope):
    """The three texts to paste, as the page shows them."""

    def read(product, query=""):
        url = reverse("storefront_office:buttons", args=[in_scope.handle, product.public_id])
        page = office.get(url + query).content.decode()
        found = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
        return [html.unescape(text) for text in found]

    return read


def fields_of(form):
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in hidden}


@pytest.mark.parametrize("mode", ["open", "signed", "catalogue"])
def test_every_button_buys_in_every_mode(make, snippets, in_scope, mode):
    save_cart_settings(merchant=in_scope, by=SYSTEM, mode=mode)
    link, form, signed = snippets(make('Belt: "85 cm" & more', sku="B 1/2", stock=9))
    urls = [html.unescape(re.search(r'href="([^"]+)"', text)[1]) for text in (link, signed)]
    for url in urls:
        assert Client().get(url.replace("http://localhost:8000", "")).status_code == 303, url
    posted = fields_of(form) | {"qty": "2"}
    assert Client().post("/cf/add.cfm", posted).status_code == 303
    assert [line.quantity for line in CartLine.objects.order_by("pk")] == [1, 1, 2]
    assert {line.sku for line in CartLine.objects.all()} == {"B 1/2"}
    tampered = posted | {"price": "1.00"}
    assert (Client().post("/cf/add.cfm", tampered).status_code == 303) == (mode != "signed")


def test_a_link_looks_like_a_button_and_freezes_no_price_in_its_words(make, snippets, in_scope):
    """Its price is the shop's own at the moment of pressing."""
    link, _form, signed = snippets(make("Belt", sku="B"))
    for html_of in (link, signed):
        assert "padding:" in html_of
        assert "background:" in html_of
        assert re.sub(r"<[^>]*>", "", html_of).strip() == "Buy"
    assert "price" not in link


def test_choices_become_a_select_with_a_price_each(make, snippets, in_scope):
    save_cart_settings(merchant=in_scope, by=SYSTEM, mode="signed")
    belt = make(sku="")
    black, brown = set_options(product=belt, options=[("Colour", ["Black", "Brown"])], by=SYSTEM)
    changes = {black.pk: {"sku": "B-1"}, brown.pk: {"sku": "B-2", "own_price_minor": 7900}}
    change_variants(product=belt, changes=changes, by=SYSTEM)
    _links, form, _signed = snippets(belt, "?words=Take+it&ask_quantity=on")
    options = [html.unescape(text) for text in re.findall(r'<option value="([^"]+)"', form)]
    assert len(options) == 2
    assert "Take it" in form
    answer = Client().post("/cf/add.cfm", fields_of(form) | {"productpr": options[1], "qty": "1"})
    assert answer.status_code == 303
    line = CartLine.objects.get()
    assert (line.variant, line.signed, line.unit_minor) == (brown, True, 7900)


def test_without_an_article_number_the_page_says_what_to_do(make, office, in_scope):
    url = reverse("storefront_office:buttons", args=[in_scope.handle, make(sku="").public_id])
    assert "An article number first" in office.get(url).content.decode()


def test_nothing_typed_breaks_out_of_a_snippet(make, office, in_scope):
    product = make('"><script>alert(1)</script>', sku='"><b>')
    url = reverse("storefront_office:buttons", args=[in_scope.handle, product.public_id])
    query = '?words="><script>alert(2)</script>&back=javascript:alert(3)'
    page = office.get(url + query).content.decode()
    assert "<script>alert" not in page
    assert "javascript:alert" not in page.replace("value=&quot;javascript", "").split("snippets")[1]


def test_the_front_is_changed_and_its_pictures_too(office, in_scope, client):
    url = reverse("storefront_office:front", args=[in_scope.handle])
    fields = {
        "accent": "#803020",
        "typeface": "classic",
        "tagline": "Made here.",
        "imprint": "Anna",
    }
    assert office.post(url, fields).status_code == 302
    out = io.BytesIO()
    Image.new("RGBA", (900, 300), (0, 0, 0, 0)).save(out, "PNG")
    pictures = reverse("storefront_office:pictures", args=[in_scope.handle])
    file = SimpleUploadedFile("logo.png", out.getvalue())
    assert office.post(pictures, {"logo": file}).status_code == 302
    assert ShopFront.objects.get().logo["widths"] == [480]
    page = client.get(f"/shop/{in_scope.handle}/").content.decode()
    assert 'data-typeface="classic"' in page
    assert "/front/" in page
    assert office.post(pictures, {"remove_logo": "on"}).status_code == 302
    assert ShopFront.objects.get().logo == {}
    bad = SimpleUploadedFile("x.png", b"no")
    assert office.post(pictures, {"banner": bad}).status_code == 400
    assert office.post(url, fields | {"accent": "red;}"}).status_code == 400


def test_the_theme_is_a_sheet_for_good(client):
    answer = client.get("/shop-theme/803020.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "immutable" in answer["Cache-Control"]
    assert client.get("/shop-theme/red.css").status_code == 404


def test_an_orders_page_wears_the_look_of_its_shop(in_scope):
    change_front(merchant=in_scope, by=SYSTEM, accent="#ffd400", typeface="classic")
    change_texts(merchant=in_scope, by=SYSTEM, imprint="We.", terms="", returns="")
    page = Client().get(f"/order/{place(in_scope).token}/").text
    assert "/shop-theme/ffd400.css" in page
    assert 'data-typeface="classic"' in page
    assert f'href="/shop/{in_scope.handle}/"' in page
    assert "about/imprint/" in page
    assert '<meta name="color-scheme" content="light">' in page


def test_both_looks_are_previewed_in_the_shops_own_colour(office, in_scope):
    change_front(merchant=in_scope, by=SYSTEM, accent="#ffd400")
    page = office.get(reverse("storefront_office:front", args=[in_scope.handle])).text
    assert re.findall(r'class="look-preview stack" data-theme="(\w+)"', page) == ["light", "dark"]
    sheet = Client().get(re.search(r'href="(/shop-theme/preview/[^"]+)"', page)[1]).text
    assert ".look-preview{" in sheet
    assert "--brand:#ffd400" in sheet
