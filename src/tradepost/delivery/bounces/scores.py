"""Counting what comes back, until an address is not worth writing to."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django_scopes import scopes_disabled

from tradepost.delivery.models import BounceScore, Handover, Mail, Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.delivery.types import BounceKind, HandoverState, SuppressionReason
from tradepost.lib import clock

THRESHOLD = 3.0
SOFT_WEIGHT = 0.5
FADES_BY_HALF_IN = timedelta(days=30)
# A little less than a day: a daily newsletter does not leave at the same second every day.
_ONCE_A = timedelta(hours=20)
# Mail that the relay took, and that has not come back by then, has arrived.
_PROVEN_AFTER = timedelta(days=1)


def note_bounce(*, merchant_id: int, address: str, kind: BounceKind) -> bool:
    """Count one bounce of a normalised address; True when that suppressed it.

    Hard bounces count 1 each, in a row: they never fade, and a delivery in between that did not come
    back ends the row. Soft ones count ½ and fade by half every 30 days. Each kind counts at most once a
    day; at 3 the merchant writes to the address no more. Auto-replies and refusals for the sender's
    sake never count.
    """
    if kind not in {BounceKind.HARD, BounceKind.SOFT}:
        return False
    with transaction.atomic(), scopes_disabled():
        row, _ = BounceScore.objects.select_for_update().get_or_create(
            merchant_id=merchant_id, key=suppression_key(address)
        )
        counted = _count_hard(row, address) if kind is BounceKind.HARD else _count_soft(row)
        if not counted:
            return False
        row.save()
        if row.hard_in_row + _faded(row, clock.now()) < THRESHOLD:
            return False
        Suppression.objects.bulk_create(
            [Suppression(merchant_id=merchant_id, key=row.key, reason=SuppressionReason.BOUNCE)],
            ignore_conflicts=True,
        )
    return True


def _count_hard(row: BounceScore, address: str) -> bool:
    now = clock.now()
    if row.hard_at:
        if now - row.hard_at < _ONCE_A:
            return False
        if _arrived(row.merchant_id, address, row.hard_at, now - _PROVEN_AFTER):
            row.hard_in_row = 0
    row.hard_in_row, row.hard_at = row.hard_in_row + 1, now
    return True


def _count_soft(row: BounceScore) -> bool:
    now = clock.now()
    if row.counted_at and now - row.counted_at < _ONCE_A:
        return False
    row.score, row.counted_at = _faded(row, now) + SOFT_WEIGHT, now
    return True


def _faded(row: BounceScore, now: datetime) -> float:
    """What the soft bounces still weigh."""
    if row.counted_at is None:
        return 0.0
    return float(row.score * 0.5 ** ((now - row.counted_at) / FADES_BY_HALF_IN))


def _arrived(merchant_id: int, address: str, after: datetime, before: datetime) -> bool:
    """Whether mail of this merchant to the address was taken between these times and did not return."""
    written = {"address": address, "state": HandoverState.SENT}
    taken = {"settled_at__gt": after, "settled_at__lt": before}
    # The sums keep the planner at the address's few rows, not the merchant's many.
    handovers = Handover.objects.filter(**written, **taken).alias(of=F("mailing__merchant_id") + 0)
    letters = Mail.objects.filter(**written, **taken).alias(of=F("merchant_id") + 0)
    return handovers.filter(of=merchant_id).exists() or letters.filter(of=merchant_id).exists()
