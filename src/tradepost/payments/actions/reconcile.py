"""The periodic comparison: whatever a lost message or a crash left open is asked for again."""

import logging
from datetime import timedelta

from django.db.models import Q
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.payments.actions.receive import find_out
from tradepost.payments.actions.refund import settle_refund
from tradepost.payments.models import PaymentIntent, Refund
from tradepost.payments.queries import manual_names
from tradepost.payments.types import PaymentRefused

logger = logging.getLogger(__name__)

AT_ONCE = 100
WEBHOOK_TIME = timedelta(minutes=2)
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=30)


def reconcile() -> int:
    """Ask providers about open payments and unanswered refunds; returns how many ledger lines came of it."""
    return _open_payments() + _unanswered_refunds()


def _open_payments() -> int:
    now = clock.now()
    rested = Q(asked_at=None) | Q(asked_at__lt=now - SHORTEST)
    with scopes_disabled():
        waiting = (
            PaymentIntent.objects.filter(rested, over_at=None, created_at__lt=now - WEBHOOK_TIME)
            .filter(created_at__gt=now - LONGEST)
            .exclude(session_id="")
            .select_related("merchant")
            .order_by("asked_at", "pk")
        )
        rows = [row for row in waiting[: AT_ONCE * 4] if _is_due(row)][:AT_ONCE]
    return sum(_ask(row) for row in rows)


def _is_due(intent: PaymentIntent) -> bool:
    """The older a payment, the rarer the question: a quarter of its age later each time."""
    if intent.asked_at is None:
        return True
    return clock.now() - intent.asked_at > (intent.asked_at - intent.created_at) / 4


def _ask(intent: PaymentIntent) -> int:
    with scope(merchant=intent.merchant):
        try:
            return find_out(intent=intent)
        except PaymentRefused as problem:
            logger.warning("payment %s: %s", intent.pk, type(problem).__name__)
            PaymentIntent.objects.filter(pk=intent.pk).update(asked_at=clock.now())
            return 0


def _unanswered_refunds() -> int:
    cut = clock.now() - WEBHOOK_TIME
    with scopes_disabled():
        rows = list(
            Refund.objects.filter(settled_at=None, asked_at__lt=cut)
            .exclude(intent__gateway__in=manual_names())
            .select_related("intent__merchant", "merchant")
            .order_by("asked_at")[:AT_ONCE]
        )
    settled = 0
    for refund in rows:
        with scope(merchant=refund.merchant):
            try:
                settled += settle_refund(refund=refund, by=Actor.job("payments.reconcile"))
            except PaymentRefused as problem:
                logger.warning("refund %s: %s", refund.pk, type(problem).__name__)
    return settled
