"""Orders in the REST API."""

from datetime import date, datetime

from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from ninja.pagination import paginate

from tradepost.audit.types import Actor
from tradepost.datamap.columns.opaque_id import public_id
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.rest.auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.rest.bodies import Input
from tradepost.merchants.rest.idempotency import idempotent
from tradepost.merchants.rest.pages import SeenPages
from tradepost.orders.actions import handle
from tradepost.orders.actions.record_view import note_look
from tradepost.orders.api.refunds import router as refunds_router
from tradepost.orders.api.types import OrderOut, full, order_of
from tradepost.orders.models import Order, OrderEvent
from tradepost.orders.queries import OrderFilter, events_after, usable_orders, with_everything
from tradepost.orders.types import OrderState, OrderStateError
from tradepost.payments.types import PaymentState

router = Router(tags=["orders"])
router.add_router("", refunds_router)


class OrderQuery(Schema):
    state: OrderState | None = None
    payment: PaymentState | None = None
    placed_from: date | None = None
    placed_until: date | None = None
    search: str = Field("", max_length=120)


class DispatchIn(Input):
    carrier: str = Field("", max_length=60)
    tracking_number: str = Field("", max_length=80)


class EventOut(Schema):
    id: str = Field(alias="public_id")
    what: OrderEvent.What
    at: datetime
    order_id: str
    detail: dict[str, object]

    @staticmethod
    def resolve_order_id(row: OrderEvent) -> str:
        return public_id(Order._meta.label_lower, row.order_id)


class EventQuery(Schema):
    after: str = Field("", max_length=40)
    limit: int = Field(100, ge=1, le=500)


@router.get("/orders", auth=TokenAuth("orders:read"), response=list[OrderOut])
@paginate(SeenPages, page_size=50)
@api_view("orders:read")
def list_orders(request: ApiRequest, wanted: Query[OrderQuery]) -> object:
    """Newest first; narrowed by state, payment, day and words."""
    chosen = OrderFilter(
        search=wanted.search,
        state=wanted.state or "",
        payment=wanted.payment or "",
        placed_from=wanted.placed_from,
        placed_until=wanted.placed_until,
    )
    request.look = note_look(merchant=request.merchant, by=Actor.token(request.token), what="list")
    return with_everything(usable_orders(request.merchant, chosen))


@router.get("/orders/{order_id}", auth=TokenAuth("orders:read"), response=OrderOut)
@api_view("orders:read")
def get_order(request: ApiRequest, order_id: str) -> Order:
    row = order_of(request, order_id)
    note_look(merchant=request.merchant, by=Actor.token(request.token), what="order", order=row)
    return full(row)


@router.post("/orders/{order_id}/accept", auth=TokenAuth("orders:write"), response=OrderOut)
@idempotent
@api_view("orders:write")
def accept(request: ApiRequest, order_id: str) -> Order:
    row = order_of(request, order_id)
    try:
        return full(handle.accept(order=row, by=Actor.token(request.token)))
    except OrderStateError as problem:
        raise HttpError(409, str(problem)) from None


@router.post("/orders/{order_id}/dispatch", auth=TokenAuth("orders:write"), response=OrderOut)
@idempotent
@api_view("orders:write")
def dispatch(request: ApiRequest, order_id: str, given: DispatchIn) -> Order:
    """Tells the customer by mail."""
    row = order_of(request, order_id)
    try:
        done = handle.dispatch(order=row, by=Actor.token(request.token), **given.dict())
    except OrderStateError as problem:
        raise HttpError(409, str(problem)) from None
    return full(done)


@router.post("/orders/{order_id}/archive", auth=TokenAuth("orders:write"), response=OrderOut)
@idempotent
@api_view("orders:write")
def archive(request: ApiRequest, order_id: str) -> Order:
    return full(handle.archive(order=order_of(request, order_id), by=Actor.token(request.token)))


@router.get("/orders-events", auth=TokenAuth("events:read"), response=list[EventOut])
@api_view("events:read")
def list_events(request: ApiRequest, wanted: Query[EventQuery]) -> list[OrderEvent]:
    """What happened to orders, oldest first. Poll with ``after`` set to the last ``id`` seen."""
    try:
        after = OrderEvent.pk_of(wanted.after) if wanted.after else 0
    except UnknownId:
        raise HttpError(422, "after: there is no such event.") from None
    return list(events_after(request.merchant, after)[: wanted.limit])
