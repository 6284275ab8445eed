from tradepost.orders.models.customer import CustomerTotal
from tradepost.orders.models.events import OrderEvent, OrderHold, OrderRefund, OrderRefundLine
from tradepost.orders.models.invoice import Invoice
from tradepost.orders.models.order import Order, OrderAddress, OrderLine
from tradepost.orders.models.remote import RemoteCall, RemoteTry
from tradepost.orders.models.settings import Counter, OrderSettings

__all__ = [
    "Counter",
    "CustomerTotal",
    "Invoice",
    "Order",
    "OrderAddress",
    "OrderEvent",
    "OrderHold",
    "OrderLine",
    "OrderRefund",
    "OrderRefundLine",
    "OrderSettings",
    "RemoteCall",
    "RemoteTry",
]
