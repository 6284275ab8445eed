import json

import pytest
from django.test import Client

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.options import set_options
from tradepost.catalog.actions.products import create_product
from tradepost.catalog.models import Product, StockMovement
from tradepost.merchants.actions.tokens import create_token

pytestmark = pytest.mark.django_db
PATH = "/api/v1/products"


@pytest.fixture
def call(in_scope):
    _row, text = create_token(
        merchant=in_scope, by=SYSTEM, name="t", scopes=["products:read", "products:write"]
    )

    def send(method, path, body=None, **headers):
        answer = Client().generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"} | headers,
        )
        return answer.status_code, answer.json() if answer.content else None

    return send


def test_a_product_from_making_to_deleting(call):
    status, made = call("POST", PATH, {"name": "Belt", "price": "69.00", "sku": "B", "stock": 4})
    assert (status, made["slug"], made["price"], made["currency"]) == (201, "belt", "69.00", "EUR")
    one = f"{PATH}/{made['id']}"
    assert call("PATCH", one, {"price": "59", "visible": False})[1]["price"] == "59.00"
    assert call("PATCH", one, {})[1]["name"] == "Belt"
    assert call("POST", f"{one}/stock", {"change": -1})[1]["stock"] == 3
    assert call("POST", f"{one}/stock", {"count": 9})[1]["stock"] == 9
    assert StockMovement.objects.filter(reason="api").count() == 2
    assert call("GET", one)[1]["stock"] == 9
    assert call("DELETE", one)[0] == 204
    assert call("GET", one)[0] == 404


def test_the_same_key_makes_one_product(call):
    key = {"Idempotency-Key": "order-1"}
    first = call("POST", PATH, {"name": "Belt", "price": "1"}, **key)
    assert call("POST", PATH, {"name": "Belt", "price": "1"}, **key) == first
    assert Product.objects.count() == 1


def test_lists_are_filtered_and_paged(call, in_scope):
    for number in range(5):
        create_product(
            merchant=in_scope, by=SYSTEM, name=f"Belt {number}", price_minor=number, stock=number
        )
    status, found = call("GET", f"{PATH}?q=belt&limit=2&page=2&sort=-price")
    assert (status, found["count"], found["pages"]) == (200, 5, 3)
    assert [item["name"] for item in found["items"]] == ["Belt 2", "Belt 1"]
    assert call("GET", f"{PATH}?stock=none")[1]["count"] == 1


def test_variants_hold_the_stock(call, in_scope):
    product = create_product(merchant=in_scope, by=SYSTEM, name="Belt", price_minor=1)
    row = set_options(product=product, options=[("Size", ["S"])], by=SYSTEM)[0]
    path = f"{PATH}/{product.public_id}/stock"
    assert call("POST", path, {"count": 3})[0] == 422
    assert call("POST", path, {"count": 3, "variant": row.public_id})[1]["stock"] == 3
    assert call("POST", path, {"count": 3, "variant": "made-up"})[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "", "price": "1"},
        {"name": "   ", "price": "1"},
        {"name": "x", "price": "1e9"},
        {"name": "x", "price": "-1"},
        {"name": "x", "price": "1.005"},
        {"name": "x", "price": 1},
        {"name": "x", "price": "1", "stock": -1},
        {"name": "x", "price": "1", "stock": 10**12},
        {"name": "x", "price": "1", "tax_class": "none"},
        {"name": "x", "price": "1", "sku": "s" * 81},
        {"name": "x", "price": "1", "visible": None},
        {"name": "x\u0000", "price": "1"},
        [],
        "x",
    ],
)
def test_what_makes_no_sense_is_refused(call, body):
    status, answer = call("POST", PATH, body)
    assert status in {400, 422}, answer
    assert not Product.objects.exists()


def test_an_article_number_in_use_is_refused(call):
    call("POST", PATH, {"name": "a", "price": "1", "sku": "A"})
    status, answer = call("POST", PATH, {"name": "b", "price": "1", "sku": "A"})
    assert (status, Product.objects.count()) == (422, 1)
    assert "sku" in json.dumps(answer)
