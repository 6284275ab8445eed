"""Holding an order for a dispute. Every hold has an end; nothing is kept for good by one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.lib.typed_text import typed
from tradepost.orders.actions.lock import lock_order
from tradepost.orders.actions.remember import remember
from tradepost.orders.models import Order, OrderEvent, OrderHold
from tradepost.orders.types import OrderStateError


def hold_order(*, order: Order, reason: str, until: datetime, by: Actor) -> OrderHold:
    """Keep an order from being purged or deleted until a date; the same hold twice is one hold.

    Raises:
        OrderStateError: the date is over already.
    """
    with transaction.atomic():
        locked = lock_order(order)
        if until <= clock.now():
            raise OrderStateError(_("The hold must end in the future."))
        same = locked.holds.filter(reason=reason, until=until, lifted_at=None).first()
        if same:
            return same
        hold = OrderHold.objects.create(
            merchant_id=locked.merchant_id,
            order=locked,
            reason=typed(reason, 200),
            until=until,
            by_id=by.account_id,
        )
        remember(order=locked, what=OrderEvent.What.HELD, by=by, until=until.date().isoformat())
        record(actor=by, action="orders.hold", target=locked, merchant_id=locked.merchant_id)
    return hold


def lift_holds(*, order: Order, by: Actor) -> int:
    """End all holds now; returns how many there were."""
    with transaction.atomic():
        locked = lock_order(order)
        now = clock.now()
        lifted = locked.holds.filter(lifted_at=None, until__gt=now).update(lifted_at=now)
        if lifted:
            remember(order=locked, what=OrderEvent.What.HOLD_LIFTED, by=by)
            record(
                actor=by, action="orders.lift_hold", target=locked, merchant_id=locked.merchant_id
            )
    return lifted
