"""What the tests of the checkout share: a shop with goods, and posts as old pages send them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.catalog.models import Product
from tradepost.checkout.models import Cart, CartLine, CartSettings
from tradepost.checkout.types import LinkMode
from tradepost.merchants.models import Merchant


@pytest.fixture
def shopper() -> Client:
    """Somebody with a browser that keeps cookies."""
    return Client()


@pytest.fixture(autouse=True)
def old_pages(request: pytest.FixtureRequest) -> None:
    """The shops of these tests chose to sell at the prices of their pages; `use_mode` says otherwise."""
    for name in ("merchant", "other_merchant"):
        if name in request.fixturenames:
            with scopes_disabled():
                CartSettings.objects.create(
                    merchant=request.getfixturevalue(name), mode=LinkMode.OPEN
                )


@pytest.fixture
def belt(merchant: Merchant) -> Product:
    return make_product(merchant, "BELT", price_minor=4900, stock=10)


def make_product(merchant: Merchant, sku: str, **fields: object) -> Product:
    values = {"name": sku.title(), "slug": sku.lower(), "sku": sku, "price_minor": 1000} | fields
    with scopes_disabled():
        return Product.objects.create(merchant=merchant, **values)


@pytest.fixture
def use_mode(merchant: Merchant) -> Callable[[LinkMode], CartSettings]:
    def use(mode: LinkMode, **fields: object) -> CartSettings:
        with scopes_disabled():
            return CartSettings.objects.update_or_create(
                merchant=merchant, defaults={"mode": mode} | fields
            )[0]

    return use


@pytest.fixture
def lines_of(merchant: Merchant) -> Callable[[], list[CartLine]]:
    """Every line in every cart of the shop, removed ones left out."""

    def read() -> list[CartLine]:
        with scopes_disabled():
            rows = CartLine.objects.filter(merchant=merchant, removed_at=None)
            return list(rows.select_related("cart", "product", "variant").order_by("pk"))

    return read


def only_cart(merchant: Merchant) -> Cart:
    with scopes_disabled():
        return Cart.objects.select_related("merchant").get(merchant=merchant)
