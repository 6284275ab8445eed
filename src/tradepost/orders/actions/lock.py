from tradepost.orders.models import Order


def lock_order(order: Order) -> Order:
    """The row as it is now, locked until the transaction ends (SQLite: the transaction is alone)."""
    return Order.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=order.pk)
