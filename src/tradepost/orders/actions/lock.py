from tradepost.datamap.vocabulary import Purpose
from tradepost.orders.models import Order
from tradepost.orders.types import OrderStateError
from tradepost.rights.queries import UseStopped, refuse_stopped


def lock_order(order: Order) -> Order:
    """The row as it is now, locked until the transaction ends (SQLite: the transaction is alone).

    Its merchant is the one the caller has, which is read once for all steps of an action.
    """
    locked = Order.objects.select_for_update().get(pk=order.pk)
    locked.merchant = order.merchant
    return locked


def refuse_if_stopped(order: Order) -> None:
    """For what uses the order's data anew. What ends it, or gives money back, goes on (Art. 18(2) GDPR).

    Raises: OrderStateError, while the customer has stopped all use of their data.
    """
    try:
        refuse_stopped(order.merchant, order.email, Purpose.ORDERS)
    except UseStopped as stopped:
        raise OrderStateError(str(stopped)) from None
