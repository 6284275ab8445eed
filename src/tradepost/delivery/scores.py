"""Counting what comes back, until an address is not worth writing to."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tradepost.delivery.models import BounceScore, Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.delivery.types import BounceKind, SuppressionReason

WEIGHTS = {BounceKind.HARD: 1.0, BounceKind.SOFT: 0.5}
THRESHOLD = 3.0
FADES_BY_HALF_IN = timedelta(days=30)
_ONCE_A = timedelta(days=1)


def note_bounce(*, merchant_id: int, address: str, kind: BounceKind) -> bool:
    """Count one bounce of a normalised address; True when that suppressed it.

    Hard counts 1, soft ½, at most once a day; old scores fade by half every 30 days; at 3 the merchant
    writes to the address no more. Auto-replies and unclear messages never count.
    """
    weight = WEIGHTS.get(kind)
    if weight is None:
        return False
    now, key = timezone.now(), suppression_key(address)
    with transaction.atomic():
        row, fresh = BounceScore.objects.select_for_update().get_or_create(
            merchant_id=merchant_id, key=key, defaults={"score": weight, "counted_at": now}
        )
        if not fresh:
            age = now - row.counted_at
            if age < _ONCE_A:
                return False
            row.score = row.score * 0.5 ** (age / FADES_BY_HALF_IN) + weight
            row.counted_at = now
            row.save()
        if row.score < THRESHOLD:
            return False
        Suppression.objects.bulk_create(
            [Suppression(merchant_id=merchant_id, key=key, reason=SuppressionReason.BOUNCE)],
            ignore_conflicts=True,
        )
    return True
