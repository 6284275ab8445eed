"""Writing an order down: once for each key, whatever happens on the way."""

from collections.abc import Sequence

from django.db import transaction

from tradepost.audience.actions.activity import note_activity
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.modules.events import publish
from tradepost.orders.actions.announce import BY_MAIL, Announcer
from tradepost.orders.actions.numbers import next_number
from tradepost.orders.actions.pay import set_time_to_pay
from tradepost.orders.actions.remember import remember
from tradepost.orders.actions.remote import queue_remote_call
from tradepost.orders.actions.rows import address_row, line_rows, order_row
from tradepost.orders.events import OrderPlaced
from tradepost.orders.models import Order, OrderAddress, OrderEvent, OrderLine
from tradepost.orders.types import (
    Addresses,
    BadOrder,
    CustomerDraft,
    LineDraft,
    OrderDetails,
    OrderDraft,
    Totals,
)


def create_order(
    *,
    merchant: Merchant,
    lines: Sequence[LineDraft],
    customer: CustomerDraft,
    addresses: Addresses,
    totals: Totals,
    payment_method: str,
    source: str,
    key: str,
    by: Actor,
    details: OrderDetails | None = None,
    announce: Announcer = BY_MAIL,
) -> Order:
    """Write the order and its number; a repeat with the same ``key`` returns the one that is there.

    Joins the caller's transaction; takes no stock and starts no payment, which is the checkout's work
    (or :func:`~tradepost.orders.actions.pay.request_payment`'s). Receipt and remote call are queued in the
    same transaction, and the merchant's notice unless the customer has a payment page before them. Card numbers typed into free text are masked before they are saved.
    Needs the merchant's scope.

    Raises:
        BadOrder: no lines, sums that do not add up, or a text that is too long.
    """
    draft = OrderDraft(
        lines=lines,
        customer=customer,
        addresses=addresses,
        totals=totals,
        payment_method=payment_method,
        source=source,
        details=details or OrderDetails(),
    )
    _check(draft)
    with transaction.atomic():
        existing = _locked_existing(merchant, key)
        if existing:
            return existing
        order = _write(merchant, key, draft)
        remember(order=order, what=OrderEvent.What.PLACED, by=by)
        record(actor=by, action="orders.create", target=order, merchant_id=merchant.pk)
        announce.placed(order)
        queue_remote_call(order=order)
        note_activity(merchant=merchant, emails=[order.email], at=order.placed_at)
        publish(OrderPlaced(order_id=order.pk), merchant_id=merchant.pk)
    return order


def _check(draft: OrderDraft) -> None:
    if not draft.lines:
        raise BadOrder("no lines")
    if sum(line.total_minor for line in draft.lines) != draft.totals.goods_minor:
        raise BadOrder("the lines do not add up to the goods")
    if not draft.totals.adds_up:
        raise BadOrder("goods, discount, delivery and tax do not add up to the total")


def _locked_existing(merchant: Merchant, key: str) -> Order | None:
    """Lock the merchant's row first: two calls with one key come one after the other.

    Not its key, which every row of the merchant being written holds: an import must not stop sales.
    """
    Merchant.objects.select_for_update(no_key=True).only("pk").get(pk=merchant.pk)
    return Order.objects.filter(merchant=merchant, key=key).first()


def _write(merchant: Merchant, key: str, draft: OrderDraft) -> Order:
    number = next_number(merchant=merchant, name="order")
    order = order_row(merchant=merchant, number=number, key=key, draft=draft)
    order.save(force_insert=True)
    if not draft.details.needs_approval:
        set_time_to_pay(order=order)
    OrderLine.objects.bulk_create(line_rows(order, draft.lines))
    places = {
        OrderAddress.Use.BILLING: draft.addresses.billing,
        OrderAddress.Use.DELIVERY: draft.addresses.delivery,
    }
    for use, place in places.items():
        if place:
            address_row(order, use, place).save(force_insert=True)
    return order
