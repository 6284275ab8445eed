"""Making sure that nobody writes to an address again."""

from django.db import models, transaction

from tradepost.delivery.models import BounceScore, Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.delivery.types import SuppressionReason


def suppress(
    *,
    address: str,
    reason: SuppressionReason,
    merchant: models.Model | None = None,
) -> Suppression:
    """Stop mail to a normalised address, for one merchant or (without) for all. Twice is once."""
    key = suppression_key(address)
    known = _rows(merchant, key).first()
    if known:
        return known
    with transaction.atomic():
        Suppression.objects.bulk_create(
            [Suppression(merchant_id=merchant.pk if merchant else None, key=key, reason=reason)],
            ignore_conflicts=True,  # two processes at once: one row
        )
    return _rows(merchant, key).get()


def lift_suppression(
    *,
    address: str,
    merchant: models.Model | None = None,
    reason: SuppressionReason | None = None,
) -> bool:
    """Write again: the person asked to, or the address was mended. ``reason`` lifts only that kind."""
    key = suppression_key(address)
    rows = _rows(merchant, key)
    if reason:
        rows = rows.filter(reason=reason)
    with transaction.atomic():
        if merchant and reason in {None, SuppressionReason.BOUNCE}:
            BounceScore.objects.filter(merchant_id=merchant.pk, key=key).delete()  # counted afresh
        return bool(rows.delete()[0])


def _rows(merchant: models.Model | None, key: str) -> models.QuerySet[Suppression]:
    rows = Suppression.objects.filter(key=key)
    return rows.filter(merchant_id=merchant.pk) if merchant else rows.filter(merchant=None)
