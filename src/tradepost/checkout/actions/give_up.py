"""Orders that wait for a payment page nobody finished: cancelled, their goods back on the shelf."""

import logging
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audit.actions import SYSTEM
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.models import Order
from tradepost.orders.types import NotNow
from tradepost.payments.queries import intents_of
from tradepost.payments.registry import gateways
from tradepost.payments.types import PaymentState

logger = logging.getLogger(__name__)

# After the page has closed (payments.actions.start.PAGE_STAYS): long enough for news of a payment in the
# last minute; the provider has been asked several times by then what became of it.
PATIENCE = timedelta(hours=1)
AT_ONCE = 200


def give_up_unpaid() -> int:
    """Cancel unpaid orders whose every payment page has closed; returns how many. May be repeated.

    Only ways of paying that lead to a provider's page: a bank transfer takes days, and the merchant
    decides. Money that comes later all the same is shown on the cancelled order, to be given back.
    """
    now = timezone.now()
    with scopes_disabled():
        waiting = list(_waiting(now).select_related("merchant").order_by("pk")[:AT_ONCE])
    return sum(_give_up(order, now) for order in waiting)


def _waiting(now: datetime) -> QuerySet[Order]:
    leading_away = [name for name, gateway in gateways.items() if gateway.redirects]
    return Order.objects.filter(
        payment_method__in=leading_away,
        payment_state__in=[PaymentState.OPEN, PaymentState.FAILED],
        placed_at__lt=now - PATIENCE,
        total_minor__gt=0,
        cancelled_at=None,
        picked_up_at=None,
        dispatched_at=None,
        archived_at=None,
    )


def _give_up(order: Order, now: datetime) -> bool:
    with scope(merchant=order.merchant):
        for attempt in intents_of(order.merchant, order.reference):
            closed = attempt.page_until or attempt.created_at
            if attempt.over_at is None and closed > now - PATIENCE:
                return False
        try:
            cancel(order=order, by=SYSTEM)
        except NotNow:  # dispatched or archived this very moment
            return False
    logger.info("order %s was never paid; its goods are for sale again", order.pk)
    return True
