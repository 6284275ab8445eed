"""The merchant's work on an order: accept, dispatch, archive, and each of them taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.modules.events import publish
from tradepost.orders.actions.announce import BY_MAIL, Announcer
from tradepost.orders.actions.credit_note import invoice_if_due
from tradepost.orders.actions.lock import lock_order, refuse_if_stopped
from tradepost.orders.actions.remember import remember
from tradepost.orders.events import OrderDispatched
from tradepost.orders.models import Order, OrderEvent
from tradepost.orders.parcels.carriers import parcel_number
from tradepost.orders.types import OrderStateError
from tradepost.payments.registry import gateways
from tradepost.payments.types import PaymentState


def accept(*, order: Order, by: Actor) -> Order:
    """The merchant has taken the order over; from now its time to be kept runs. Twice is once.

    Raises: OrderStateError, when it is cancelled, or the customer stopped all use of their data.
    """
    with transaction.atomic():
        locked = _open(order)
        if locked.accepted_at is None:
            refuse_if_stopped(locked)
            _stamp(locked, "accepted", by, clock.now())
            _tell(locked, OrderEvent.What.ACCEPTED, "orders.accept", by)
    return locked


def put_back(*, order: Order, by: Actor) -> Order:
    """Undo of :func:`accept`.

    Raises: OrderStateError, when it is dispatched or archived.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.dispatched_at or locked.archived_at:
            raise OrderStateError(_("The order is dispatched or archived; take that back first."))
        if locked.accepted_at:
            _stamp(locked, "accepted", None, None)
            _tell(locked, OrderEvent.What.PUT_BACK, "orders.put_back", by)
    return locked


def dispatch(
    *,
    order: Order,
    by: Actor,
    carrier: str = "",
    tracking_number: str = "",
    announce: Announcer = BY_MAIL,
) -> Order:
    """The goods are on their way: mail to the customer, and the invoice if it is due now. Twice is once.

    Also accepts the order.

    Raises: OrderStateError, when it is cancelled, or the customer stopped all use of their data.
    """
    with transaction.atomic():
        locked = _open(order)
        if locked.dispatched_at:
            return locked
        refuse_if_stopped(locked)
        now = clock.now()
        locked.carrier, locked.tracking_number = carrier[:60], parcel_number(tracking_number)
        locked.save(update_fields=["carrier", "tracking_number"])
        if locked.accepted_at is None:
            _stamp(locked, "accepted", by, now)
        _stamp(locked, "dispatched", by, now)
        _tell(locked, OrderEvent.What.DISPATCHED, "orders.dispatch", by)
        announce.dispatched(locked, invoice_if_due(order=locked))
        publish(OrderDispatched(order_id=locked.pk), merchant_id=locked.merchant_id)
    return locked


def undo_dispatch(*, order: Order, by: Actor) -> Order:
    """Undo of :func:`dispatch`; the customer's mail cannot be called back.

    Raises: OrderStateError, when it is archived.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.archived_at:
            raise OrderStateError(_("The order is archived; take it out first."))
        if locked.dispatched_at:
            _stamp(locked, "dispatched", None, None)
            _tell(locked, OrderEvent.What.DISPATCH_UNDONE, "orders.undo_dispatch", by)
    return locked


def owes_goods(order: Order) -> bool:
    """Archiving would hide it: the customer has paid, or pays on delivery, and nothing is dispatched."""
    if order.dispatched_at or order.cancelled_at or order.archived_at:
        return False
    paid = order.paid_minor > order.refunded_minor or not order.total_minor
    gateway = gateways.get(order.payment_method)
    pays_later = gateway is not None and gateway.needs_delivery
    return paid or pays_later or order.payment_state == PaymentState.PENDING


def archive(*, order: Order, by: Actor) -> Order:
    """Keep the order until it is deleted or the account closes. Also accepts it. Twice is once.

    People are asked first where :func:`owes_goods` says so.

    Raises: OrderStateError, while the customer has stopped all use of their data.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.archived_at is None:
            refuse_if_stopped(locked)
            now = clock.now()
            if locked.accepted_at is None:
                _stamp(locked, "accepted", by, now)
            _stamp(locked, "archived", by, now)
            _tell(locked, OrderEvent.What.ARCHIVED, "orders.archive", by)
    return locked


def unarchive(*, order: Order, by: Actor) -> Order:
    """Undo of :func:`archive`, which also takes back that it was accepted by archiving it.

    The time to be kept runs again, from the day it was accepted.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if locked.archived_at:
            if locked.accepted_at == locked.archived_at:
                _stamp(locked, "accepted", None, None)
            _stamp(locked, "archived", None, None)
            _tell(locked, OrderEvent.What.UNARCHIVED, "orders.unarchive", by)
    return locked


@dataclass(slots=True)
class Handled:
    """What became of many orders: changed, so already, or not ready for it."""

    changed: list[Order] = field(default_factory=list)
    same: list[Order] = field(default_factory=list)
    refused: list[Order] = field(default_factory=list)


def handle_many(*, orders: Iterable[Order], action: Callable[..., Order], by: Actor) -> Handled:
    """Do one thing to many orders."""
    handled = Handled()
    for order in orders:
        try:
            after = action(order=order, by=by)
        except OrderStateError:
            handled.refused.append(order)
        else:
            same = stamps(after) == stamps(order)
            (handled.same if same else handled.changed).append(after)
    return handled


def stamps(order: Order) -> tuple[datetime | None, ...]:
    """Tells whether an action changed anything."""
    return order.accepted_at, order.dispatched_at, order.archived_at


def _open(order: Order) -> Order:
    """Raises: OrderStateError."""
    locked = lock_order(order)
    if locked.cancelled_at:
        raise OrderStateError(_("The order is cancelled."))
    if locked.waits_for_approval:
        raise OrderStateError(_("Accept or decline the price of this order first."))
    return locked


def _stamp(order: Order, state: str, by: Actor | None, at: datetime | None) -> None:
    setattr(order, f"{state}_at", at)
    setattr(order, f"{state}_by_id", by.account_id if by else None)
    order.save(update_fields=[f"{state}_at", f"{state}_by"])


def _tell(order: Order, what: str, action: str, by: Actor) -> None:
    remember(order=order, what=what, by=by)
    record(actor=by, action=action, target=order, merchant_id=order.merchant_id)
