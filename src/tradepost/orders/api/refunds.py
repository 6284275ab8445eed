"""Refunds in the REST API."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from tradepost.audit.types import Actor
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib.money import Money, MoneyError
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.rest.auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.rest.bodies import Input
from tradepost.orders.actions.refund import outcome_of, refund_called_off, refund_sent
from tradepost.orders.actions.refund import refund as refund_order
from tradepost.orders.api.types import OrderOut, full, order_of
from tradepost.orders.forms.refund import clean_iban
from tradepost.orders.models import Order, OrderLine
from tradepost.orders.types import RefundLine, RefundOutcome, RefundParts
from tradepost.payments.models import Refund
from tradepost.payments.types import PaymentRefused
from tradepost.rights.queries import may_process

router = Router(tags=["orders"])


class RefundLineIn(Input):
    """``line`` is the id of an order's line; ``restock`` of it goes back to the shelf."""

    line: str = Field(max_length=40)
    quantity: int = Field(ge=1, le=10_000_000)
    restock: int = Field(0, ge=0, le=10_000_000)


class RefundIn(Input):
    """Lines, ``delivery`` and ``amount`` (any other sum) are added up; sums such as "12.50" with tax, in the
    order's currency. ``rate``: the tax rate of ``amount``, such as "19"; left out, it is spread over all.
    ``everything``: all that is left. The same ``key`` gives back once. ``iban``: where the merchant pays it
    back by hand.
    """

    key: str = Field(min_length=8, max_length=60)
    lines: list[RefundLineIn] = Field([], max_length=500)
    delivery: str = Field("", max_length=20)
    amount: str = Field("", max_length=20)
    rate: str = Field("", max_length=10)
    everything: bool = False
    restock: bool = False
    reason: str = Field("", max_length=200)
    iban: str = Field("", max_length=42)


class RefundOut(Schema):
    """``by_hand``: nothing moves by itself; pay it back, then say that it is sent. ``order`` is left out while the
    customer has stopped the use of their data: what is owed is paid all the same (Art. 18(2) GDPR).
    """

    id: str
    amount: str
    state: RefundOutcome
    settled: bool
    order: OrderOut | None


class SentIn(Input):
    sent_on: date | None = None


@router.post("/orders/{order_id}/refund", auth=TokenAuth("orders:write"), response=RefundOut)
@api_view("orders:write")
def refund(request: ApiRequest, order_id: str, given: RefundIn) -> dict[str, object]:
    """Never more than was paid. ``key`` makes a repeat safe, so no Idempotency-Key is needed."""
    row = order_of(request, order_id, Purpose.LEGAL)
    try:
        back, _outcome = refund_order(
            order=row,
            parts=_parts(row, given),
            by=Actor.token(request.token),
            reason=given.reason,
            key=f"api-{row.pk}-{given.key}",
            payee_iban=_iban(given.iban),
        )
    except (MoneyError, UnknownId) as problem:
        raise HttpError(422, str(problem)) from None
    except PaymentRefused as problem:
        raise HttpError(409, str(problem)) from None
    return _shown(row, back)


@router.post(
    "/orders/{order_id}/refunds/{refund_id}/sent",
    auth=TokenAuth("orders:write"),
    response=RefundOut,
)
@api_view("orders:write")
def sent(request: ApiRequest, order_id: str, refund_id: str, given: SentIn) -> dict[str, object]:
    """The merchant has paid it back by hand. Twice is once."""
    row = order_of(request, order_id, Purpose.LEGAL)
    back = Refund.get_or_404(refund_id, order_refund__order=row)
    zone = ZoneInfo(row.merchant.time_zone)
    at = datetime.combine(given.sent_on, time(12), tzinfo=zone) if given.sent_on else None
    try:
        refund_sent(order=row, refund=back, by=Actor.token(request.token), sent_at=at)
    except PaymentRefused as problem:
        raise HttpError(409, str(problem)) from None
    return _shown(row, back)


@router.post(
    "/orders/{order_id}/refunds/{refund_id}/call-off",
    auth=TokenAuth("orders:write"),
    response=RefundOut,
)
@api_view("orders:write")
def call_off(request: ApiRequest, order_id: str, refund_id: str) -> dict[str, object]:
    """The merchant does not pay it back by hand after all. Twice is once."""
    row = order_of(request, order_id, Purpose.LEGAL)
    back = Refund.get_or_404(refund_id, order_refund__order=row)
    try:
        refund_called_off(order=row, refund=back, by=Actor.token(request.token))
    except PaymentRefused as problem:
        raise HttpError(409, str(problem)) from None
    return _shown(row, back)


def _parts(row: Order, given: RefundIn) -> RefundParts:
    """Raises: MoneyError, UnknownId."""
    rates = {str(item["rate"]) for item in row.taxes}
    if given.rate and given.rate not in rates:
        raise HttpError(422, f"rate: one of {', '.join(sorted(rates))}.")
    return RefundParts(
        lines=[
            RefundLine(
                line_id=OrderLine.pk_of(one.line), quantity=one.quantity, restock=one.restock
            )
            for one in given.lines
        ],
        delivery_minor=_minor(row, given.delivery),
        other_minor=_minor(row, given.amount),
        other_rate=given.rate,
        everything=given.everything,
        restock_all=given.restock,
    )


def _minor(row: Order, text: str) -> int:
    """Raises: MoneyError."""
    minor = Money.parse(text, row.currency).minor if text else 0
    if minor < 0:
        raise HttpError(422, "Sums are not below zero.")
    return minor


def _iban(text: str) -> str:
    try:
        return clean_iban(text)
    except ValidationError as problem:
        raise HttpError(422, f"iban: {' '.join(problem.messages)}") from None


def _shown(row: Order, back: Refund) -> dict[str, object]:
    outcome = outcome_of(back)
    return {
        "id": back.public_id,
        "amount": back.amount.plain(),
        "state": outcome,
        "settled": outcome == RefundOutcome.SENT,
        "order": full(row) if may_process(row.merchant, row.email, Purpose.ORDERS) else None,
    }
