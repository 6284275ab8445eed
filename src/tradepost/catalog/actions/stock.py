"""Taking goods off the shelf and putting them back. The order that causes it writes the record."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Model

from tradepost.catalog.models import Product, Variant
from tradepost.catalog.types import OutOfStock, Shortage, StockLine
from tradepost.merchants.models import Merchant

_Wanted = Counter[int]


def take_stock(*, merchant: Merchant, lines: Iterable[StockLine]) -> None:
    """Lower the stock of everything in ``lines``, or of nothing. Joins the caller's transaction.

    Rows are locked products first, then variants, each in the order of their numbers, so that two
    buyers wait for each other and never deadlock (PostgreSQL: row locks; SQLite: the IMMEDIATE
    transaction is already alone).

    Raises:
        OutOfStock: with everything that is short.
    """
    products, variants = _count(lines)
    with transaction.atomic():
        shelf = _locked(Product, merchant, products)
        choices = _locked(Variant, merchant, variants)
        short = [
            *(_shortage(products[pk], shelf.get(pk), product_id=pk) for pk in products),
            *(_variant_shortage(variants[pk], choices.get(pk), pk) for pk in variants),
        ]
        found = tuple(item for item in short if item)
        if found:
            raise OutOfStock(found)
        _move(Product, merchant, products, -1)
        _move(Variant, merchant, variants, -1)


def return_stock(*, merchant: Merchant, lines: Iterable[StockLine]) -> None:
    """Raise the stock again: an order was cancelled or never paid. Goods deleted since are skipped.

    Not safe to repeat: the caller's own state (the order's) says whether it has been done.
    """
    products, variants = _count(lines)
    with transaction.atomic():
        _locked(Product, merchant, products)
        _locked(Variant, merchant, variants)
        _move(Product, merchant, products, 1)
        _move(Variant, merchant, variants, 1)


def _count(lines: Iterable[StockLine]) -> tuple[_Wanted, _Wanted]:
    products, variants = _Wanted(), _Wanted()
    for line in lines:
        if line.variant_id is None:
            products[line.product_id] += line.quantity
        else:
            variants[line.variant_id] += line.quantity
    return products, variants


def _locked[Row: (Product, Variant)](
    model: type[Row], merchant: Merchant, wanted: _Wanted
) -> dict[int, Row]:
    if not wanted:
        return {}
    rows = model.objects.select_for_update(of=("self",)).filter(merchant=merchant)
    return {row.pk: row for row in rows.filter(pk__in=sorted(wanted)).order_by("pk")}


def _shortage(
    wanted: int, row: Product | Variant | None, *, product_id: int, variant_id: int | None = None
) -> Shortage | None:
    """A product that is gone altogether counts as sold out."""
    if row is not None and (row.stock is None or row.stock >= wanted):
        return None
    return Shortage(
        sku=row.sku if row else "",
        name=str(row) if row else "",
        wanted=wanted,
        left=(row.stock or 0) if row else 0,
        product_id=product_id,
        variant_id=variant_id,
    )


def _variant_shortage(wanted: int, row: Variant | None, pk: int) -> Shortage | None:
    return _shortage(wanted, row, product_id=row.product_id if row else 0, variant_id=pk)


def _move(model: type[Model], merchant: Merchant, wanted: _Wanted, sign: int) -> None:
    rows = model._default_manager.filter(merchant=merchant, stock__isnull=False)
    for pk in sorted(wanted):
        rows.filter(pk=pk).update(stock=F("stock") + sign * wanted[pk])
