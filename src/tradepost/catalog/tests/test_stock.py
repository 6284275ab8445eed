from collections.abc import Callable
from decimal import Decimal

import pytest

from tradepost.catalog.actions.stock import return_stock, take_stock
from tradepost.catalog.models import CatalogSettings, Product, TaxRate, Variant
from tradepost.catalog.queries import find_by_sku, visible_products
from tradepost.catalog.tax import tax_rate
from tradepost.catalog.types import OutOfStock, StockLine, TaxRule
from tradepost.merchants.models import Merchant


def product(merchant: Merchant, sku: str, **fields: object) -> Product:
    values = {"name": sku.title(), "slug": sku.lower(), "sku": sku, "price_minor": 1000} | fields
    return Product.objects.create(merchant=merchant, **values)


def left(row: Product | Variant) -> int | None:
    row.refresh_from_db()
    return row.stock


def test_all_or_nothing_is_taken(in_scope: Merchant) -> None:
    belt, bag = product(in_scope, "BELT", stock=5), product(in_scope, "BAG", stock=1)
    lines = [
        StockLine(product_id=belt.pk, quantity=2),
        StockLine(product_id=bag.pk, quantity=1),
        StockLine(product_id=bag.pk, quantity=1),
    ]
    with pytest.raises(OutOfStock) as caught:
        take_stock(merchant=in_scope, lines=lines)
    assert (caught.value.sku, caught.value.left) == ("BAG", 1)
    assert (left(belt), left(bag)) == (5, 1)


def test_a_variant_keeps_its_own_count(in_scope: Merchant) -> None:
    belt = product(in_scope, "BELT", stock=None)
    brown = Variant.objects.create(
        merchant=in_scope, product=belt, sku="BELT-B", options={"Colour": "Brown"}, stock=2
    )
    lines = [StockLine(product_id=belt.pk, variant_id=brown.pk, quantity=2)]
    take_stock(merchant=in_scope, lines=lines)
    assert left(brown) == 0
    return_stock(merchant=in_scope, lines=lines)
    assert left(brown) == 2


def test_what_has_no_count_never_runs_out(in_scope: Merchant) -> None:
    gift = product(in_scope, "GIFT", stock=None)
    take_stock(merchant=in_scope, lines=[StockLine(product_id=gift.pk, quantity=10_000)])
    assert left(gift) is None


def test_another_shops_product_cannot_be_taken(
    in_scope: Merchant, make_merchant: Callable[..., Merchant]
) -> None:
    foreign = product(make_merchant("elsewhere"), "THEIRS", stock=3)
    with pytest.raises(OutOfStock):
        take_stock(merchant=in_scope, lines=[StockLine(product_id=foreign.pk, quantity=1)])


def test_hidden_goods_are_not_found(in_scope: Merchant) -> None:
    product(in_scope, "SECRET", visible=False)
    shown = product(in_scope, "SHOWN")
    assert find_by_sku(in_scope, "SECRET") is None
    assert find_by_sku(in_scope, " SHOWN ").product == shown  # type: ignore[union-attr]
    assert list(visible_products(in_scope)) == [shown]


@pytest.mark.parametrize(
    ("tax_class", "country", "rate"),
    [
        ("standard", "DE", "19"),
        ("standard", "FR", "20"),
        ("reduced", "DE", "7"),
        ("standard", "US", "0"),
        ("zero", "DE", "0"),
        ("standard", "", "19"),
    ],
)
def test_the_destination_decides_the_rate(
    in_scope: Merchant, tax_class: str, country: str, rate: str
) -> None:
    assert tax_rate(merchant=in_scope, tax_class=tax_class, country=country) == Decimal(rate)


def test_own_rates_and_the_home_rule_go_first(in_scope: Merchant) -> None:
    TaxRate.objects.create(merchant=in_scope, tax_class="standard", country="US", rate="8.25")
    CatalogSettings.objects.create(merchant=in_scope, tax_rule=TaxRule.HOME)
    assert tax_rate(merchant=in_scope, tax_class="standard", country="US") == Decimal("8.25")
    assert tax_rate(merchant=in_scope, tax_class="standard", country="FR") == 19
