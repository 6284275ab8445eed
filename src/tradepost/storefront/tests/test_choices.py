"""The page of a product follows the chosen variant, without a script too; nothing is preselected."""

import json
import re

import pytest

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.actions.photos import add_photo
from tradepost.checkout.models import CartLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf(make, jpeg):
    """Madder in both weaves, weld in one of them only; each colour with a photo of its own."""
    product = make("Scarf", price_minor=5990, sku="S", weight_grams=120)
    options = [("Colour", ["Natural", "Madder"]), ("Fringe", ["with", "without"])]
    rows = set_options(product=product, options=options, by=SYSTEM)
    plain, red = (add_photo(product=product, data=jpeg(), alt=alt, by=SYSTEM) for alt in "NM")
    changes = {
        rows[0].pk: {"stock": 5, "sku": "S-1", "photo": plain},
        rows[1].pk: {"stock": 1, "sku": "S-2", "photo": plain},
        rows[2].pk: {"stock": 0, "sku": "S-3", "own_price_minor": 6490, "photo": red},
        rows[3].pk: {"stock": None, "sku": "S-4", "own_price_minor": 6990, "photo": red},
    }
    change_variants(product=product, changes=changes, by=SYSTEM)
    return product


def page_at(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def price_of(page):
    words = re.search(r"<p class=\"price product-price\".*?</p>", page, re.DOTALL)[0]
    shown = re.sub(r"<(\w+)[^>]* hidden>.*?</\1>|<[^>]*>", "", words)
    return " ".join(shown.split())


def stock_of(page):
    line = re.search(r"<p class=\"stock-line\".*?</p>", page, re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]*>", "", line).split())


def button_is_off(page):
    return bool(re.search(r"data-buy disabled", page))


def test_nothing_is_chosen_until_somebody_chooses(scarf, at, client):
    page = page_at(client, at("product", "scarf"))
    assert " checked" not in page
    assert (price_of(page), stock_of(page)) == ("from €59.90", "Please choose.")
    answer = client.post(at("add", "scarf"), {"quantity": "1"})
    assert "missing=choice" in answer.url
    assert not CartLine.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "price", "stock", "off", "sku"),
    [("o1=Natural&o2=with", "€59.90", "In stock", False, "S-1"),
     ("o1=Natural&o2=without", "€59.90", "The last one", False, "S-2"),
     ("o1=Madder&o2=with", "€64.90", "Sold out", True, "S-3"),
     ("o1=Madder&o2=without", "€69.90", "In stock", False, "S-4"),
     ("o1=Madder", "from €59.90", "Please choose.", False, "S"),
     ("o1=Pink&o2=with", "from €59.90", "Please choose.", False, "S")],
)  # fmt: skip
def test_price_stock_and_button_are_those_of_the_choice(
    scarf, at, client, chosen, price, stock, off, sku
):
    page = page_at(client, f"{at('product', 'scarf')}?{chosen}")
    assert (price_of(page), stock_of(page), button_is_off(page)) == (price, stock, off)
    assert f"<dd>{sku}</dd>" in page


def test_the_photo_of_the_choice_comes_first(scarf, at, client):
    def first(query):
        page = page_at(client, at("product", "scarf") + query)
        return re.search(r'<figure[^>]*><img[^>]* alt="(\w)"', page)[1]

    assert [first(""), first("?o1=Madder&o2=without"), first("?o1=Natural&o2=with")] == [
        "N",
        "M",
        "N",
    ]


def test_sold_out_combinations_are_marked(scarf, at, client):
    def marked(query):
        page = page_at(client, at("product", "scarf") + query)
        return re.findall(r'<label class="sold-out"><input[^>]*value="(\w+)"', page)

    assert marked("") == []
    assert marked("?o1=Madder") == ["with"]
    assert marked("?o2=with") == ["Madder"]
    page = page_at(client, at("product", "scarf"))
    row = re.search(r'<tr class="sold-out">.*?</tr>', page, re.DOTALL)[0]
    assert "Madder, with" in row
    assert "Sold out" in row
    assert page.count('<tr class="sold-out">') == 1
    assert '?o1=Madder&amp;o2=with"' in row


def test_the_button_of_the_choice_sends_exactly_that(scarf, at, client):
    client.post(at("add", "scarf"), {"o1": "Madder", "o2": "without", "quantity": "2"})
    line = CartLine.objects.get()
    assert (line.variant.sku, line.quantity) == ("S-4", 2)
    refused = client.post(at("add", "scarf"), {"o1": "Madder", "o2": "with", "quantity": "1"})
    assert "missing=stock" in refused.url
    assert "o1=Madder" in refused.url
    assert CartLine.objects.count() == 1


@pytest.mark.parametrize("typed", ["0", "-2", "2.5", "1,5", "two", "", "99999999", "10000"])
def test_no_other_quantity_is_bought_than_was_typed(scarf, at, client, typed):
    """A browser without a script may send anything; it used to become one piece."""
    fields = {"o1": "Natural", "o2": "with", "quantity": typed}
    answer = client.post(at("add", "scarf"), fields, follow=True)
    assert "please say how many" in answer.text
    assert 'value="Natural" checked' in answer.text, "the choice stays"
    assert not CartLine.objects.exists()


def test_a_form_may_ask_the_page_for_the_choice(scarf, at, client):
    page = page_at(client, at("product", "scarf"))
    form = re.search(r"<form class=\"stack buy-form\".*?</form>", page, re.DOTALL)[0]
    assert f'formmethod="get" formaction="{at("product", "scarf")}" formnovalidate' in form


def test_the_script_is_given_each_combination_in_words(scarf, at, client):
    page = page_at(client, at("product", "scarf"))
    data = json.loads(re.search(r'id="choices">(.*?)</script>', page, re.DOTALL)[1])
    assert data["whole"]["from"] is True
    assert [(row["values"], row["price"], row["stock"]) for row in data["combinations"]] == [
        (["Natural", "with"], "€59.90", "In stock"),
        (["Natural", "without"], "€59.90", "The last one"),
        (["Madder", "with"], "€64.90", "Sold out"),
        (["Madder", "without"], "€69.90", "In stock"),
    ]


def test_without_a_choice_one_click_is_enough(make, at, client):
    product = make("Mat")
    set_options(product=product, options=[("Size", ["One size"])], by=SYSTEM)
    page = page_at(client, at("product", "mat"))
    assert 'value="One size" checked' in page
    assert "Show this choice" not in page
    client.post(at("add", "mat"), {"o1": "One size", "quantity": "1"})
    client.post(at("add", "mat"), {"quantity": "1"})
    assert CartLine.objects.get().quantity == 2


def test_a_product_sold_out_altogether_says_so_with_its_choices(make, at, client):
    product = make("Mat")
    rows = set_options(product=product, options=[("Size", ["S", "M"])], by=SYSTEM)
    change_variants(product=product, changes={r.pk: {"stock": 0} for r in rows}, by=SYSTEM)
    page = page_at(client, at("product", "mat"))
    assert button_is_off(page)
    assert stock_of(page) == "Sold out"


def test_choices_cost_no_query_of_their_own(scarf, make, at, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        page_at(client, at("product", "scarf"))
