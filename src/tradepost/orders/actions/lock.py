from tradepost.orders.models import Order


def lock_order(order: Order) -> Order:
    """The row as it is now, locked until the transaction ends (SQLite: the transaction is alone).

    Its merchant is the one the caller has, which is read once for all steps of an action.
    """
    locked = Order.objects.select_for_update().get(pk=order.pk)
    locked.merchant = order.merchant
    return locked
