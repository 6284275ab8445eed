"""Writes the demo's orders down table by table.

Done one by one, as a shop does it, three hundred orders take thirty thousand queries: two thirds of a first
start. A test does them one by one and compares every row of every table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from tradepost.audience.actions.activity import note_activity_of_each
from tradepost.audit.actions import Act, record_many, reference
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.demo.actions.sales import CARRIER, OrderStory, Step
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Merchant, MerchantRow
from tradepost.orders.actions.invoice import invoice_draft, paper_row
from tradepost.orders.actions.numbers import next_numbers
from tradepost.orders.actions.pay import time_to_pay
from tradepost.orders.actions.rows import address_row, line_rows, order_row
from tradepost.orders.models import Invoice, Order, OrderAddress, OrderEvent, OrderLine
from tradepost.orders.queries import order_label, settings_of
from tradepost.payments.models import PaymentEvent, PaymentIntent
from tradepost.payments.queries import days_to_pay
from tradepost.payments.types import EventKind, PaymentState

ROWS = 200  # in one statement
_DONE = {
    Step.ACCEPTED: (OrderEvent.What.ACCEPTED, "orders.accept"),
    Step.DISPATCHED: (OrderEvent.What.DISPATCHED, "orders.dispatch"),
    Step.CANCELLED: (OrderEvent.What.CANCELLED, "orders.cancel"),
    Step.ARCHIVED: (OrderEvent.What.ARCHIVED, "orders.archive"),
}


@dataclass
class Page:
    """One order with all that hangs on it."""

    story: OrderStory
    order: Order
    lines: list[OrderLine] = field(default_factory=list)
    address: OrderAddress | None = None
    intent: PaymentIntent | None = None
    capture: PaymentEvent | None = None
    invoice: Invoice | None = None

    @property
    def paid_at(self) -> datetime | None:
        return next((at for at, step in self.story.steps if step is Step.PAID), None)


def write_orders(merchant: Merchant, owner: User, told: Iterable[OrderStory]) -> None:
    """Orders that were placed and handled in the past. Nobody is told, no stock is taken.

    For a shop without orders that writes its invoices when it is paid. Needs the merchant's scope.
    """
    with transaction.atomic():
        pages = _orders(merchant, owner, list(told))
        _hang_on(pages)
        _pay(merchant, pages)
        _remember(pages, Actor.user(owner))
        note_activity_of_each(
            merchant=merchant,
            last={page.order.email: page.order.placed_at for page in pages},  # the last one wins
        )


def _orders(merchant: Merchant, owner: User, told: list[OrderStory]) -> list[Page]:
    numbers = next_numbers(merchant=merchant, name="order", count=len(told))
    methods = {story.draft.payment_method for story in told}
    days = {method: days_to_pay(merchant, method) for method in methods}
    pages = []
    for number, story in zip(numbers, told, strict=True):
        with clock.at(story.placed_at):
            order = order_row(merchant=merchant, number=number, key=story.key, draft=story.draft)
            order.pay_until = time_to_pay(order, days[order.payment_method])
        for moment, step in story.steps:
            _take(order, step, moment, owner)
        pages.append(Page(story, order))
    Order.objects.bulk_create((page.order for page in pages), batch_size=ROWS)
    return pages


def _take(order: Order, step: Step, at: datetime, owner: User) -> None:
    """How the order's row stands after this step."""
    if step is Step.PAID:
        order.paid_at, order.paid_minor = at, order.total_minor
        order.payment_state = PaymentState.PAID
    elif step is Step.CANCELLED:
        order.cancelled_at, order.cancelled_by = at, owner
    else:
        if order.accepted_at is None:
            order.accepted_at, order.accepted_by = at, owner
        if step is Step.DISPATCHED:
            order.dispatched_at, order.dispatched_by, order.carrier = at, owner, CARRIER
        if step is Step.ARCHIVED:
            order.archived_at, order.archived_by = at, owner


def _hang_on(pages: list[Page]) -> None:
    """Lines, addresses, and what is to be paid."""
    for page in pages:
        order, draft = page.order, page.story.draft
        page.lines = line_rows(order, draft.lines)
        page.address = address_row(order, OrderAddress.Use.BILLING, draft.addresses.billing)
        page.intent = PaymentIntent(
            merchant_id=order.merchant_id,
            key=f"order-{order.pk}-1",
            gateway=order.payment_method,
            reference=order.reference,
            label=order_label(order),
            amount_minor=order.total_minor,
            currency=order.currency,
            payer_email=order.email,
            language=order.language,
            return_path=reverse("orders:follow", args=[order.token]),
            created_at=page.story.placed_at,
            over_at=page.paid_at,
        )
    OrderLine.objects.bulk_create((it for page in pages for it in page.lines), batch_size=ROWS)
    OrderAddress.objects.bulk_create(
        (page.address for page in pages if page.address), batch_size=ROWS
    )
    PaymentIntent.objects.bulk_create(
        (page.intent for page in pages if page.intent), batch_size=ROWS
    )


def _pay(merchant: Merchant, pages: list[Page]) -> None:
    """The ledger's lines and the invoices of what is paid."""
    paid = [page for page in pages if page.paid_at]
    numbers = next_numbers(merchant=merchant, name="invoice", count=len(paid))
    chosen = settings_of(merchant)
    for number, page in zip(numbers, paid, strict=True):
        order, at = page.order, page.paid_at
        assert at
        assert page.intent
        page.capture = PaymentEvent(
            merchant_id=order.merchant_id,
            intent=page.intent,
            gateway=order.payment_method,
            fact_id=f"captured:row-{page.intent.pk}-all",
            kind=EventKind.CAPTURED,
            amount_minor=order.total_minor,
            at=at,
            recorded_at=at,
        )
        draft = invoice_draft(order, page.lines)
        page.invoice = paper_row(order, draft, number=number, chosen=chosen, buyer=page.address)
        page.invoice.issued_at = at
        page.invoice.supplied_on = merchant.day_of(at)  # not sent yet on that day
    PaymentEvent.objects.bulk_create(
        (page.capture for page in paid if page.capture), batch_size=ROWS
    )
    Invoice.objects.bulk_create((page.invoice for page in paid if page.invoice), batch_size=ROWS)


def _remember(pages: list[Page], owner: Actor) -> None:
    """Each order's own story, and the access record."""
    lines = [line for page in pages for line in _told(page, owner)]
    events = [line for line in lines if isinstance(line, OrderEvent)]
    OrderEvent.objects.bulk_create(events, batch_size=ROWS)
    record_many([line for line in lines if isinstance(line, Act)])


def _told(page: Page, owner: Actor) -> Iterator[OrderEvent | Act]:
    order, placed_at = page.order, page.story.placed_at
    yield _event(order, OrderEvent.What.PLACED, placed_at, PERSON)
    yield _act(order, "orders.create", placed_at, PERSON)
    for at, step in page.story.steps:
        if step is Step.PAID:
            yield from _told_of_payment(page, at, owner)
        else:
            what, action = _DONE[step]
            yield _event(order, what, at, owner)
            yield _act(order, action, at, owner)


def _told_of_payment(page: Page, at: datetime, owner: Actor) -> Iterator[OrderEvent | Act]:
    order, amount = page.order, page.order.total_minor
    yield _event(order, OrderEvent.What.PAID, at, SYSTEM, amount_minor=amount)
    yield _event(order, OrderEvent.What.INVOICED, at, SYSTEM, number=str(page.invoice))
    detail = {"amount_minor": amount, "currency": order.currency}
    yield _act(page.intent, "payments.captured", at, owner)._replace(detail=detail)
    yield _act(page.invoice, "orders.invoice", at, SYSTEM)
    yield _act(order, "orders.mark_paid", at, owner)


def _event(order: Order, what: str, at: datetime, by: Actor, **detail: object) -> OrderEvent:
    return OrderEvent(
        merchant_id=order.merchant_id,
        order=order,
        what=what,
        at=at,
        by_id=by.account_id,
        detail=detail,
    )


def _act(row: MerchantRow | None, action: str, at: datetime, by: Actor) -> Act:
    assert row
    return Act(at, by, action, reference(row), row.merchant_id)
