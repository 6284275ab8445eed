"""Goods that go back to the shelf, each of them once, and come down again."""

from collections.abc import Mapping

from tradepost.catalog.actions.stock import return_stock, take_stock
from tradepost.catalog.types import StockLine
from tradepost.lib import clock
from tradepost.orders.models import Order


def restock(*, order: Order, quantities: Mapping[int, int] | None = None) -> None:
    """Put back so many of each line, by its row number; None: all that are not back yet.

    Joins the transaction of the caller, who holds the order's lock. More than were sold never go back.
    """
    back: list[StockLine] = []
    off_shelf = 0
    for line in order.lines.select_for_update().order_by("pk"):
        out = line.quantity - line.restocked
        count = out if quantities is None else min(quantities.get(line.pk, 0), out)
        off_shelf += out - count
        if not count:
            continue
        line.restocked += count
        line.save(update_fields=["restocked"])
        if line.product_id and line.takes_stock:
            back.append(
                StockLine(product_id=line.product_id, variant_id=line.variant_id, quantity=count)
            )
    return_stock(merchant=order.merchant, lines=back)
    if not off_shelf and order.restocked_at is None:
        order.restocked_at = clock.now()
        order.save(update_fields=["restocked_at"])


def take_back_from_shelf(*, order: Order) -> None:
    """Take what went back to the shelf again: the order goes on after all.

    Joins the transaction of the caller, who holds the order's lock. Raises: OutOfStock.
    """
    again: list[StockLine] = []
    for line in order.lines.select_for_update().filter(restocked__gt=0).order_by("pk"):
        if line.product_id and line.takes_stock:
            again.append(
                StockLine(
                    product_id=line.product_id,
                    variant_id=line.variant_id,
                    quantity=line.restocked,
                )
            )
        line.restocked = 0
        line.save(update_fields=["restocked"])
    take_stock(merchant=order.merchant, lines=again)
    order.restocked_at = None
    order.save(update_fields=["restocked_at"])
