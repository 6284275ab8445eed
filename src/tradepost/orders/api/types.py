"""What the operations of the REST API about orders share."""

from datetime import datetime

from ninja import Field, Schema
from ninja.errors import HttpError

from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants.rest.auth import ApiRequest
from tradepost.orders.amounts.taxes import plain_rate
from tradepost.orders.models import Order, OrderAddress, OrderLine
from tradepost.orders.queries import with_everything
from tradepost.orders.types import OrderState
from tradepost.payments.types import PaymentState
from tradepost.rights.queries import UseStopped, refuse_stopped


class AddressOut(Schema):
    use: str
    name: str
    company: str
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str


class LineOut(Schema):
    """Sums are texts such as "12.50", in the order's currency."""

    id: str = Field(alias="public_id")
    sku: str
    title: str
    options: str
    quantity: int
    unit_price: str
    total: str
    tax_rate: str

    @staticmethod
    def resolve_unit_price(line: OrderLine) -> str:
        return str(line.unit_price.plain())

    @staticmethod
    def resolve_total(line: OrderLine) -> str:
        return str(line.total.plain())

    @staticmethod
    def resolve_tax_rate(line: OrderLine) -> str:
        return plain_rate(line.tax_rate)


class OrderOut(Schema):
    id: str = Field(alias="public_id")
    number: int
    state: OrderState
    payment_state: PaymentState
    payment_method: str
    source: str
    placed_at: datetime
    paid_at: datetime | None
    accepted_at: datetime | None
    dispatched_at: datetime | None
    cancelled_at: datetime | None
    archived_at: datetime | None
    name: str
    email: str
    telephone: str
    language: str
    note: str
    currency: str
    goods: str
    discount: str
    delivery: str
    tax: str
    total: str
    paid: str
    refunded: str
    delivery_label: str
    carrier: str
    tracking_number: str
    lines: list[LineOut]
    addresses: list[AddressOut]

    @staticmethod
    def resolve_goods(row: Order) -> str:
        return row.money(row.goods_minor).plain()

    @staticmethod
    def resolve_discount(row: Order) -> str:
        return row.money(row.discount_minor).plain()

    @staticmethod
    def resolve_delivery(row: Order) -> str:
        return row.money(row.delivery_minor).plain()

    @staticmethod
    def resolve_tax(row: Order) -> str:
        return row.money(row.tax_minor).plain()

    @staticmethod
    def resolve_total(row: Order) -> str:
        return row.total.plain()

    @staticmethod
    def resolve_paid(row: Order) -> str:
        return row.money(row.paid_minor).plain()

    @staticmethod
    def resolve_refunded(row: Order) -> str:
        return row.money(row.refunded_minor).plain()

    @staticmethod
    def resolve_lines(row: Order) -> list[object]:
        return list(row.lines.all())

    @staticmethod
    def resolve_addresses(row: Order) -> list[OrderAddress]:
        return list(row.addresses.all())


def order_of(request: ApiRequest, order_id: str, purpose: Purpose = Purpose.ORDERS) -> Order:
    """Raises: HttpError 403 while its customer has stopped the use of their data for this purpose."""
    row = Order.get_or_404(order_id)
    try:
        refuse_stopped(request.merchant, row.email, purpose)
    except UseStopped as stopped:
        raise HttpError(403, str(stopped)) from None
    return row


def full(row: Order) -> Order:
    """With all that :class:`OrderOut` shows."""
    return with_everything(Order.objects.filter(pk=row.pk)).get()
