"""The shop window: what it shows, how soon, at what cost, and to whom it says nothing about whom."""

import gzip
import json
import re
import secrets
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.categories import create_category
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.products import change_product, delete_product
from tradepost.catalog.actions.stock import set_stock, take_stock
from tradepost.catalog.actions.taxes import change_price_settings
from tradepost.catalog.types import StockLine
from tradepost.checkout.models import Cart, CartLine
from tradepost.storefront import page_cache
from tradepost.storefront.actions.fronts import change_front, change_texts

pytestmark = pytest.mark.django_db


def text(client, path, **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_change_is_seen_by_the_next_visitor(
    make, at, client, in_scope, django_assert_num_queries
):
    product = make(stock=5)
    page = at("product", "belt")
    assert "€69.00" in text(client, page)
    with django_assert_num_queries(1):
        text(client, page)
    change_product(product=product, by=SYSTEM, price_minor=5900)
    assert "€59.00" in text(client, page)
    take_stock(merchant=in_scope, lines=[StockLine(product_id=product.pk, quantity=4)])
    assert "The last one" in text(client, page)
    set_stock(row=product, count=0, by=SYSTEM)
    assert "Sold out" in text(client, page)
    change_price_settings(
        merchant=in_scope, by=SYSTEM, prices_include_tax=False, tax_rule="destination"
    )
    assert "plus" in text(client, page)
    change_front(merchant=in_scope, by=SYSTEM, accent="#803020")
    assert "/shop-theme/803020.css" in text(client, page)
    in_scope.name = "Ember & Sons"
    in_scope.save()
    assert "Ember &amp; Sons" in text(client, page)
    change_product(product=product, by=SYSTEM, visible=False)
    assert client.get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_speaks_of_the_signal_only_to_whoever_sent_it(make, at, client):
    make()
    honoured = "Opt-out request honoured"
    for path in (at("home"), at("product", "belt"), at("search") + "?q=belt"):
        for signal, says_so in (({}, False), ({"sec-gpc": "1"}, True), ({"dnt": "1"}, True)) * 2:
            assert (honoured in text(client, path, **signal)) is says_so, (path, signal)
    assert "Sec-GPC" in client.get(path)["Vary"]


def test_looking_leaves_nothing_behind(make, at):
    make()
    for path in (at("home"), at("everything"), at("product", "belt"), at("search") + "?q=belt"):
        client = Client()
        answer = client.get(path)
        assert not answer.cookies, path
        assert "Set-Cookie" not in answer.headers
        assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert not Cart.objects.exists()


def test_a_page_costs_the_same_however_much_there_is(make, at, client, in_scope):
    bags = create_category(merchant=in_scope, by=SYSTEM, name="Bags")

    def bag(number):
        product = make(f"Bag {number}", category=bags, stock=4)
        set_options(product=product, options=[("Size", ["S", "M"])], by=SYSTEM)

    bag(0)
    paths = [at("home"), at("everything"), at("category", "bags"), at("search") + "?q=bag"]
    paths += [at("product", "bag-0"), at("sitemap")]
    cost = {path: queries_of(client, path) for path in paths}
    for number in range(1, 50):
        bag(number)
        if number in {2, 49}:
            for path in paths:
                assert queries_of(client, path) == cost[path], path
    assert max(cost.values()) <= 18


def queries_of(client, path):
    """Of a page that nobody has kept."""
    page_cache.pages.forget()
    page_cache.facts.forget()
    with CaptureQueriesContext(connection) as queries:
        text(client, path)
    return len(queries)


def test_a_browser_that_has_the_page_is_told_so(make, at, client):
    make()
    first = client.get(at("product", "belt"))
    again = client.get(at("product", "belt"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache"
    assert "Cookie" in first["Vary"]


def test_a_zipped_page_is_the_same_page(make, at, client):
    make()
    plain = text(client, at("product", "belt"))
    zipped = client.get(at("product", "belt"), headers={"Accept-Encoding": "gzip, br"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content).decode() == plain
    assert len(zipped.content) < 5000


def test_unknown_parameters_fill_no_memory(make, at, client):
    make()
    for number in range(20):
        text(client, at("product", "belt") + f"?fbclid={number}")
    assert len(page_cache.pages._pages) == 1


def test_memory_is_bounded():
    pages = page_cache.KeptPages(most_bytes=5000)
    for number in range(100):
        page = page_cache.zipped_page(secrets.token_bytes(400), (1,), "text/html", "en")
        pages.keep(str(number), page)
    assert 4000 < pages._pages.currsize <= 5000
    assert pages.find("0", (1,)) is None
    assert pages.find("99", (1,)) is not None
    assert pages.find("99", (2,)) is None


def test_a_page_that_is_looked_at_stays_and_one_larger_than_the_memory_is_not_kept():
    pages = page_cache.KeptPages(most_bytes=5000)
    for number in range(100):
        page = page_cache.zipped_page(secrets.token_bytes(400), (1,), "text/html", "en")
        pages.keep(str(number), page)
        assert pages.find("0", (1,)) is not None, "looked at all the time"
    large = page_cache.zipped_page(secrets.token_bytes(6000), (1,), "text/html", "en")
    pages.keep("large", large)
    assert pages.find("large", (1,)) is None
    assert pages.find("0", (1,)) is not None


def test_shops_do_not_show_each_others_goods(make, at, client, other_merchant):
    make()
    for path in (
        "/shop/rival-goods/",
        "/shop/rival-goods/all/",
        "/shop/rival-goods/search/?q=belt",
    ):
        assert "69.00" not in text(client, path)
    assert client.get("/shop/rival-goods/product/belt/").status_code == 404
    assert client.get("/shop/nobody/").status_code == 404


def test_an_old_address_leads_on(make, at, client):
    change_product(product=make(), by=SYSTEM, slug="strap")
    answer = client.get(at("product", "belt"))
    assert (answer.status_code, answer.url) == (301, at("product", "strap"))


def test_choosing_puts_the_variant_into_the_cart(make, at, client, in_scope):
    product = make()
    _black, brown = set_options(
        product=product, options=[("Colour", ["Black", "Brown"])], by=SYSTEM
    )
    change_variants(product=product, changes={brown.pk: {"own_price_minor": 7900}}, by=SYSTEM)
    assert "from" in text(client, at("product", "belt"))
    answer = client.post(at("add", "belt"), {"o1": "Brown", "quantity": "2"})
    assert answer.status_code == 303
    line = CartLine.objects.get()
    assert (line.variant, line.quantity, line.cart.source) == (brown, 2, "storefront")
    assert answer.url == f"/cart/{line.cart.token}/"
    assert list(answer.cookies) == ["tp_cart"]
    page = client.get(at("home"))
    assert page["Cache-Control"] == "private, no-cache"
    assert '<span class="count">2</span>' in page.content.decode()
    assert '<span class="count">' not in text(Client(), at("home"))


@pytest.mark.parametrize(
    ("posted", "why"), [({"o1": "Pink"}, "choice"), ({}, "choice"), ({"o1": "Black"}, "stock")]
)
def test_what_cannot_be_bought_is_said_on_the_page(make, at, client, posted, why):
    product = make()
    black, _brown = set_options(
        product=product, options=[("Colour", ["Black", "Brown"])], by=SYSTEM
    )
    set_stock(row=black, count=0, by=SYSTEM)
    answer = client.post(at("add", "belt"), posted)
    assert answer.url.startswith(at("product", "belt") + f"?missing={why}")
    assert 'role="alert"' in text(client, answer.url)
    assert not Cart.objects.exists()


def test_without_cookies_the_cart_travels_in_the_address(make, at):
    make()
    first = Client().post(at("add", "belt"), {"quantity": "1"})
    token = first.url.split("/")[2]
    page = text(Client(), at("home") + f"?cart={token}")
    assert f"/shop/ember-leather/product/belt/?cart={token}" in page
    assert f'name="cart" value="{token}"' in page
    Client().post(at("add", "belt"), {"quantity": "2", "cart": token})
    assert CartLine.objects.get().quantity == 3


def test_a_shop_sells_until_its_closing_date_and_then_says_that_it_has_closed(
    make, at, client, in_scope
):
    make()
    in_scope.closing_at = timezone.now() + timedelta(days=3)
    in_scope.save()
    page = text(client, at("product", "belt"))
    assert "Add to cart" in page
    assert "clos" not in page.lower()
    assert client.post(at("add", "belt"), {"quantity": "1"}).status_code == 303
    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=1), tick=False):
        for page in ("home", "everything", "search"):
            answer = client.get(at(page))
            assert answer.status_code == 410, "a kept page does not outlive the shop"
            assert "This shop has closed" in answer.text
        assert client.post(at("add", "belt"), {"quantity": "1"}).status_code == 410
        assert in_scope.handle not in client.get("/sitemap.xml").text


def test_programs_read_what_a_product_costs(make, at, client):
    make('</script><script>alert("x")</script>', sku="X", stock=0, maker="Ember")
    path = re.search(r"/shop/[^<]*/product/[^<]*", text(client, at("sitemap")))[0]
    page = text(client, path)
    assert "<script>alert" not in page
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])
    assert data["offers"][0]["price"] == "69.00"
    assert data["offers"][0]["availability"].endswith("OutOfStock")
    assert '<link rel="canonical"' in page
    assert "Sitemap: " in text(client, "/robots.txt")
    assert "/shop/ember-leather/sitemap.xml" in text(client, "/sitemap.xml")


@pytest.mark.parametrize(
    "query",
    ["?q=%00", "?q=" + "x" * 3000, "?q=%25%27%22--", "?page=999999999999", "?page=-1", "?sort=pk;x",
     "?q=%F0%9F%91%9C", "?cart=%00%00", "?o1=<script>", "?q=" + "a+" * 500],
)  # fmt: skip
def test_strange_addresses_do_no_harm(make, at, client, query):
    make()
    for page in ("home", "everything", "search"):
        assert "<script>" not in text(client, at(page) + query)
    assert "<script>" not in text(client, at("product", "belt") + query)


def test_words_are_found_in_any_case_with_or_without_accents(make, at, client):
    make("Gürtel", sku="GU-77", description="Handgenähtes **Rindsleder**")
    for query in ("gürtel", "GÜRTEL", "gurtel", "gu-77", "handgenaht rinds"):
        assert "Gürtel" in re.sub("<input.*?>", "", text(client, at("search") + f"?q={query}")), (
            query
        )
    assert "Nothing found" in text(client, at("search") + "?q=hemd")


def test_texts_and_links_to_privacy_stand_on_every_page(make, at, client, in_scope):
    make()
    change_front(
        merchant=in_scope, by=SYSTEM, imprint="Anna Ember", introduction="[x](https://x.example)"
    )
    for path in (at("home"), at("everything"), at("product", "belt"), at("text", "imprint")):
        page = text(client, path)
        assert re.search(r'href="/privacy/ember-leather/">[^<]*Privacy', page), path
    assert "its own privacy policy" in text(client, at("home"))
    assert client.get(at("text", "returns")).status_code == 404
    assert client.get(at("text", "else")).status_code == 404


def test_a_deleted_product_is_gone_at_once(make, at, client):
    product = make()
    text(client, at("product", "belt"))
    delete_product(product=product, by=SYSTEM)
    assert client.get(at("product", "belt")).status_code == 404


def test_a_shop_is_light_for_everybody_until_its_merchant_wants_the_dark_look(
    make, at, client, in_scope, open_cart_page
):
    make()
    for page in (at("home"), at("product", "belt"), open_cart_page):
        html = text(client, page)
        assert '<meta name="color-scheme" content="light">' in html
        sheet = re.search(r'href="(/shop-theme/[^"]+)"', html)[1]
        assert "color-scheme:light" in text(client, sheet)
    change_front(merchant=in_scope, by=SYSTEM, dark=True)
    for page in (at("home"), open_cart_page):
        html = text(client, page)
        assert '<meta name="color-scheme" content="light dark">' in html
        sheet = re.search(r'href="(/shop-theme/[^"]+)"', html)[1]
        assert "color-scheme" not in text(client, sheet)


def test_in_the_dark_the_logo_stands_on_a_plate_or_is_another(make, at, client, in_scope):
    logo = {"stem": "x/logo", "widths": [480]}
    change_front(merchant=in_scope, by=SYSTEM, logo=logo)
    assert "logo-plate" not in text(client, at("home"))
    change_front(merchant=in_scope, by=SYSTEM, dark=True)
    assert 'class="logo-plate"' in text(client, at("home"))
    change_front(merchant=in_scope, by=SYSTEM, logo_dark={"stem": "x/night", "widths": [480]})
    page = text(client, at("home"))
    assert "logo-plate" not in page
    assert re.search(r'<source srcset="[^"]*x/night-480.webp" media="\(prefers-color', page)


def test_the_foot_of_shop_and_cart_says_how_to_reach_the_shop_and_what_holds(
    make, at, client, in_scope, open_cart_page
):
    make()
    in_scope.telephone = "+49 911 / 55"
    in_scope.save()
    change_texts(merchant=in_scope, by=SYSTEM, imprint="We.", terms="Be fair.", returns="14 days.")
    for page in (at("home"), at("product", "belt"), open_cart_page):
        foot = text(client, page).partition("<footer")[2]
        assert f"mailto:{in_scope.contact_email}" in foot
        assert 'href="tel:+4991155"' in foot
        for link in ("about/imprint/", "about/terms/", "about/returns/", "/privacy/"):
            assert link in foot, link


@pytest.fixture
def open_cart_page(in_scope):
    return f"/cart/{Cart.objects.create(merchant=in_scope).token}/"
