"""Making sure that nobody writes to an address again."""

from collections.abc import Iterable

from django.db import models, transaction

from tradepost.delivery.models import BounceScore, Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.delivery.types import SuppressionReason

_GRAVEST = (SuppressionReason.COMPLAINT, SuppressionReason.ERASURE)


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
        return _made_graver(known, reason)
    with transaction.atomic():
        Suppression.objects.bulk_create(
            [Suppression(merchant_id=merchant.pk if merchant else None, key=key, reason=reason)],
            ignore_conflicts=True,  # two processes at once: one row
        )
    return _rows(merchant, key).get()


def suppress_many(
    *, addresses: Iterable[str], reason: SuppressionReason, merchant: models.Model
) -> int:
    """Stop mail to normalised addresses, for one merchant; returns how many are new on the list."""
    keys = {suppression_key(address) for address in addresses}
    with transaction.atomic():
        known = Suppression.objects.filter(merchant_id=merchant.pk, key__among=keys)
        if reason is SuppressionReason.COMPLAINT:
            known.exclude(reason__in=_GRAVEST).update(reason=reason)
        new = keys - set(known.values_list("key", flat=True))
        Suppression.objects.bulk_create(
            [Suppression(merchant_id=merchant.pk, key=key, reason=reason) for key in sorted(new)],
            batch_size=1000,
            ignore_conflicts=True,
        )
    return len(new)


def _made_graver(known: Suppression, reason: SuppressionReason) -> Suppression:
    """Whoever left and then complains has complained: that cause a merchant cannot lift."""
    if reason is SuppressionReason.COMPLAINT and known.reason not in _GRAVEST:
        known.reason = reason
        known.save(update_fields=["reason"])
    return known


def lift_by_key(*, key: str, merchant: models.Model, reason: SuppressionReason) -> bool:
    """The same for whoever knows the row but not the address. False when no such row is there."""
    with transaction.atomic():
        if reason is SuppressionReason.BOUNCE:
            BounceScore.objects.filter(merchant_id=merchant.pk, key=key).delete()
        return bool(_rows(merchant, key).filter(reason=reason).delete()[0])


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
