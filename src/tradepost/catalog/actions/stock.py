"""Taking goods off the shelf, putting them back, counting them. Every change leaves a movement.

For goods taken and given back, the order that causes it writes the record.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import Product, StockMovement, Variant
from tradepost.catalog.types import GoodsLine, OutOfStock, Shortage, StockReason
from tradepost.merchants.models import Merchant

_Wanted = Counter[int]


@dataclass(frozen=True, slots=True)
class LockedGoods:
    """The rows of goods, locked until the transaction ends, and how many of each are wanted."""

    merchant: Merchant
    wanted_products: _Wanted
    wanted_variants: _Wanted
    products: dict[int, Product]
    variants: dict[int, Variant]


def lock_goods(*, merchant: Merchant, lines: Iterable[GoodsLine]) -> LockedGoods:
    """Nobody else changes the stock or price of these goods from here to the end of the transaction.

    Rows are locked products first, then variants, each in the order of their numbers, so that two
    buyers wait for each other and never deadlock (PostgreSQL: row locks; SQLite: the IMMEDIATE
    transaction is already alone).
    """
    products, variants = _count(lines)
    return LockedGoods(
        merchant,
        products,
        variants,
        _locked(Product, merchant, products),
        _locked(Variant, merchant, variants),
    )


def take_goods(locked: LockedGoods) -> None:
    """Lower the stock of everything that is wanted of the locked goods, or of nothing.

    Raises:
        OutOfStock: with everything that is short.
    """
    products, variants = locked.wanted_products, locked.wanted_variants
    short = [
        *(_shortage(products[pk], locked.products.get(pk), product_id=pk) for pk in products),
        *(_variant_shortage(variants[pk], locked.variants.get(pk), pk) for pk in variants),
    ]
    found = tuple(item for item in short if item)
    if found:
        raise OutOfStock(found)
    _move(locked.merchant, locked.products, products, -1)
    _move(locked.merchant, locked.variants, variants, -1)


def take_stock(*, merchant: Merchant, lines: Iterable[GoodsLine]) -> None:
    """Lock the goods and take them, all or none; joins the caller's transaction. Raises: OutOfStock."""
    with transaction.atomic():
        take_goods(lock_goods(merchant=merchant, lines=lines))


def return_stock(*, merchant: Merchant, lines: Iterable[GoodsLine]) -> None:
    """Raise the stock again: an order was cancelled or never paid. Goods deleted since are skipped.

    Not safe to repeat: the caller's own state (the order's) says whether it has been done.
    """
    products, variants = _count(lines)
    with transaction.atomic():
        shelf = _locked(Product, merchant, products)
        choices = _locked(Variant, merchant, variants)
        _move(merchant, shelf, products, 1)
        _move(merchant, choices, variants, 1)


def set_stock(
    *,
    row: Product | Variant,
    count: int | None,
    by: Actor,
    reason: StockReason = StockReason.COUNTED,
) -> int | None:
    """Counted by hand: so many are there; None is never sold out. Returns the new count."""
    return _recount(row, by, reason, lambda current: count)


def adjust_stock(
    *,
    row: Product | Variant,
    change: int,
    by: Actor,
    reason: StockReason = StockReason.COUNTED,
) -> int | None:
    """So many more or fewer; not below nothing. What is not counted stays so."""
    return _recount(
        row, by, reason, lambda current: None if current is None else max(current + change, 0)
    )


def note_movement(row: Product | Variant, *, before: int | None, reason: StockReason) -> None:
    """Write down that a count is no longer ``before``; nothing where it still is."""
    if row.stock != before:
        _movement(row, (row.stock or 0) - (before or 0), row.stock, reason).save(force_insert=True)


def _recount(
    row: Product | Variant,
    by: Actor,
    reason: StockReason,
    counted: Callable[[int | None], int | None],
) -> int | None:
    with transaction.atomic():
        current = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
        before, current.stock = current.stock, counted(current.stock)
        current.save(update_fields=["stock"])
        note_movement(current, before=before, reason=reason)
        record(actor=by, action="catalog.count_stock", target=row, merchant_id=row.merchant_id)
        content_changed(merchant=row.merchant)
    return current.stock


def _movement(
    row: Product | Variant, change: int, left: int | None, reason: StockReason
) -> StockMovement:
    return StockMovement(
        merchant_id=row.merchant_id,
        product_id=row.product_id if isinstance(row, Variant) else row.pk,
        variant_id=row.pk if isinstance(row, Variant) else None,
        change=change,
        left=left,
        reason=reason,
    )


def _count(lines: Iterable[GoodsLine]) -> tuple[_Wanted, _Wanted]:
    products, variants = _Wanted(), _Wanted()
    for line in lines:
        if line.product_id is None:
            continue
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


def _move[Row: (Product, Variant)](
    merchant: Merchant, rows: dict[int, Row], wanted: _Wanted, sign: int
) -> None:
    """Only what is counted moves; the caller holds the locks, so ``row.stock`` is true."""
    reason = StockReason.ORDER if sign < 0 else StockReason.RETURNED
    counted = [row for row in rows.values() if row.stock is not None]
    if not counted:
        return
    changes = {row.pk: sign * wanted[row.pk] for row in counted}
    change = Case(
        *(When(pk=pk, then=Value(by)) for pk, by in changes.items()), output_field=IntegerField()
    )
    type(counted[0])._default_manager.filter(pk__in=changes).update(stock=F("stock") + change)
    StockMovement.objects.bulk_create(
        _movement(row, changes[row.pk], (row.stock or 0) + changes[row.pk], reason)
        for row in counted
    )
    content_changed(merchant=merchant)
