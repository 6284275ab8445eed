"""Orders that wait for a payment page nobody finished: cancelled, their goods back on the shelf."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.models import Order
from tradepost.orders.types import OrderStateError
from tradepost.payments.queries import intents_of
from tradepost.payments.registry import gateway_named, gateways
from tradepost.payments.types import PaymentState

logger = logging.getLogger(__name__)

# After the page has closed (payments.actions.start.PAGE_STAYS): long enough for news of a payment in the
# last minute; the provider has been asked several times by then what became of it.
PATIENCE = timedelta(hours=1)
AT_ONCE = 200


def give_up_unpaid() -> int:
    """Cancel unpaid orders whose time to pay is over; returns how many. May be repeated.

    With a provider's page: when every page has closed. By bank transfer: after the days that the shop
    set and the buyer was told. Money that comes later all the same is shown on the cancelled order.
    """
    now = clock.now()
    with scopes_disabled():
        paths = (_left_payment_pages(now), _past_their_day(now))
        waiting = [order for rows in paths for order in rows.order_by("pk")[:AT_ONCE]]
    return sum(_give_up(order, now) for order in waiting)


def _left_payment_pages(now: datetime) -> QuerySet[Order]:
    leading_away = [name for name, gateway in gateways.items() if gateway.redirects]
    in_time = Q(pay_until=None) | Q(pay_until__lt=now)
    waiting_for_the_shop = Q(approval_asked_at__isnull=False, approved_at=None)
    return (
        _unpaid()
        .filter(in_time, payment_method__in=leading_away, placed_at__lt=now - PATIENCE)
        .filter(accepted_at=None)
        .exclude(waiting_for_the_shop)
    )


def _past_their_day(now: datetime) -> QuerySet[Order]:
    """Of ways of paying without a page. Taking an order over does not mean that it was paid."""
    by_hand = [name for name, gateway in gateways.items() if not gateway.redirects]
    return _unpaid().filter(payment_method__in=by_hand, pay_until__lt=now)


def _unpaid() -> QuerySet[Order]:
    return Order.objects.filter(
        payment_state__in=[PaymentState.OPEN, PaymentState.FAILED],
        paid_minor=0,
        total_minor__gt=0,
        cancelled_at=None,
        dispatched_at=None,
        archived_at=None,
    ).select_related("merchant")


def _give_up(order: Order, now: datetime) -> bool:
    with scope(merchant=order.merchant):
        for attempt in intents_of(order.merchant, order.reference):
            if not gateway_named(attempt.gateway).redirects:
                continue  # nothing is under way that would still be heard of
            closed = attempt.page_until or attempt.created_at
            if attempt.over_at is None and closed > now - PATIENCE:
                return False
        try:
            cancel(order=order, by=Actor.job("checkout.give_up"))
        except OrderStateError:  # dispatched or archived this very moment
            return False
    logger.info("order %s was never paid; its goods are for sale again", order.pk)
    return True
