"""Orders in the REST API."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from ninja.pagination import PageNumberPagination, paginate

from tradepost.audit.actions import reference
from tradepost.datamap.identifiers import public_id
from tradepost.lib.money import Money, MoneyError
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.api_auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.api_input import Input
from tradepost.merchants.idempotency import idempotent
from tradepost.orders.actions import handle
from tradepost.orders.actions.look import note_look
from tradepost.orders.actions.refund import refund as refund_order
from tradepost.orders.models import Order, OrderAddress, OrderEvent
from tradepost.orders.queries import OrderFilter, events_after, orders_of, with_everything
from tradepost.orders.taxes import plain_rate
from tradepost.orders.types import NotNow, OrderState
from tradepost.payments.types import PaymentRefused, PaymentState

router = Router(tags=["orders"])


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

    sku: str
    title: str
    options: str
    quantity: int
    unit_price: str
    total: str
    tax_rate: str

    @staticmethod
    def resolve_unit_price(line: Any) -> str:
        return str(line.unit_price.plain())

    @staticmethod
    def resolve_total(line: Any) -> str:
        return str(line.total.plain())

    @staticmethod
    def resolve_tax_rate(line: Any) -> str:
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
    picked_up_at: datetime | None
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
    def resolve_lines(row: Order) -> list[Any]:
        return list(row.lines.all())

    @staticmethod
    def resolve_addresses(row: Order) -> list[OrderAddress]:
        return list(row.addresses.all())


class OrderQuery(Schema):
    state: OrderState | None = None
    payment: PaymentState | None = None
    placed_from: date | None = None
    placed_until: date | None = None
    search: str = Field("", max_length=120)


class DispatchIn(Input):
    carrier: str = Field("", max_length=60)
    tracking_number: str = Field("", max_length=80)


class RefundIn(Input):
    """``amount`` such as "12.50", in the order's currency; the same ``key`` gives back once."""

    amount: str = Field(max_length=20)
    key: str = Field(min_length=8, max_length=60)
    restock: bool = False
    reason: str = Field("", max_length=200)


class RefundOut(Schema):
    settled: bool
    order: OrderOut


class EventOut(Schema):
    id: str = Field(alias="public_id")
    what: OrderEvent.What
    at: datetime
    order_id: str
    detail: dict[str, Any]

    @staticmethod
    def resolve_order_id(row: OrderEvent) -> str:
        return public_id(Order._meta.label_lower, row.order_id)


class EventQuery(Schema):
    after: str = Field("", max_length=40)
    limit: int = Field(100, ge=1, le=500)


def _actor(request: ApiRequest) -> str:
    return reference(request.token)


@router.get("/orders", auth=TokenAuth("orders:read"), response=list[OrderOut])
@paginate(PageNumberPagination, page_size=50)
@api_view("orders:read")
def list_orders(request: ApiRequest, wanted: Query[OrderQuery]) -> Any:
    """Newest first; narrowed by state, payment, day and words."""
    chosen = OrderFilter(
        search=wanted.search,
        state=wanted.state or "",
        payment=wanted.payment or "",
        placed_from=wanted.placed_from,
        placed_until=wanted.placed_until,
    )
    note_look(merchant=request.merchant, by=_actor(request), what="list")
    return with_everything(orders_of(request.merchant, chosen))


@router.get("/orders/{order_id}", auth=TokenAuth("orders:read"), response=OrderOut)
@api_view("orders:read")
def get_order(request: ApiRequest, order_id: str) -> Order:
    row = Order.get_or_404(order_id)
    note_look(merchant=request.merchant, by=_actor(request), what="order", order=row)
    return _full(row)


@router.post("/orders/{order_id}/pick-up", auth=TokenAuth("orders:write"), response=OrderOut)
@idempotent
@api_view("orders:write")
def pick_up(request: ApiRequest, order_id: str) -> Order:
    row = Order.get_or_404(order_id)
    try:
        return _full(handle.pick_up(order=row, by=_actor(request)))
    except NotNow as problem:
        raise HttpError(409, str(problem)) from None


@router.post("/orders/{order_id}/dispatch", auth=TokenAuth("orders:write"), response=OrderOut)
@idempotent
@api_view("orders:write")
def dispatch(request: ApiRequest, order_id: str, given: DispatchIn) -> Order:
    """Tells the customer by mail."""
    row = Order.get_or_404(order_id)
    try:
        done = handle.dispatch(order=row, by=_actor(request), **given.dict())
    except NotNow as problem:
        raise HttpError(409, str(problem)) from None
    return _full(done)


@router.post("/orders/{order_id}/archive", auth=TokenAuth("orders:write"), response=OrderOut)
@idempotent
@api_view("orders:write")
def archive(request: ApiRequest, order_id: str) -> Order:
    return _full(handle.archive(order=Order.get_or_404(order_id), by=_actor(request)))


@router.post("/orders/{order_id}/refund", auth=TokenAuth("orders:write"), response=RefundOut)
@api_view("orders:write")
def refund(request: ApiRequest, order_id: str, given: RefundIn) -> dict[str, Any]:
    """Never more than was paid. ``key`` makes a repeat safe, so no Idempotency-Key is needed."""
    row = Order.get_or_404(order_id)
    try:
        amount = Money.parse(given.amount, row.currency)
        _asked, settled = refund_order(
            order=row,
            amount=amount,
            by=_actor(request),
            restock=given.restock,
            reason=given.reason,
            key=f"api-{row.pk}-{given.key}",
        )
    except MoneyError as problem:
        raise HttpError(422, str(problem)) from None
    except PaymentRefused as problem:
        raise HttpError(409, str(problem)) from None
    return {"settled": settled, "order": _full(row)}


@router.get("/orders-events", auth=TokenAuth("events:read"), response=list[EventOut])
@api_view("events:read")
def list_events(request: ApiRequest, wanted: Query[EventQuery]) -> list[OrderEvent]:
    """What happened to orders, oldest first. Poll with ``after`` set to the last ``id`` seen."""
    try:
        after = OrderEvent.pk_of(wanted.after) if wanted.after else 0
    except UnknownId:
        raise HttpError(422, "after: there is no such event.") from None
    return list(events_after(request.merchant, after)[: wanted.limit])


def _full(row: Order) -> Order:
    return with_everything(Order.objects.filter(pk=row.pk)).get()
