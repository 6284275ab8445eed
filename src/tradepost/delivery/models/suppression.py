from typing import ClassVar

from django.db import models
from django.db.models import Q

from tradepost.delivery.types import SuppressionReason
from tradepost.lib import clock

_HASH = "keyed hash of an address: recognises it, reveals nothing; survives erasure so that nobody is written to again"


class Suppression(models.Model):
    """Nobody writes to this address: for one merchant, or (``merchant`` empty) for all.

    Holds a keyed hash, so it survives wipe, import and erasure without keeping the address.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    key = models.CharField(max_length=32)
    reason = models.CharField(max_length=12, choices=SuppressionReason)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "key"], name="suppressed_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(merchant__isnull=True), name="suppressed_once_for_all"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["key"], name="suppression_key")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "key": _HASH,
            "reason": "closed list",
            "since": "time of the suppression",
        }

    def __str__(self) -> str:
        return f"{self.key[:6]}… {self.get_reason_display()}"


class BounceScore(models.Model):
    """How often mail to an address came back: for good, in a row; and for now, lately (fading).

    ``hard_in_row`` is counted by deliveries and not by the calendar: a dead mailbox stays dead however
    seldom it is written to. ``score`` holds the soft ones, ½ each.
    """

    merchant = models.ForeignKey("merchants.Merchant", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    score = models.FloatField(default=0)
    counted_at = models.DateTimeField(null=True)
    hard_in_row = models.PositiveSmallIntegerField(default=0)
    hard_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "key"], name="one_bounce_score")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "key": _HASH,
            "score": "count",
            "counted_at": "time of the count",
            "hard_in_row": "count",
            "hard_at": "time of the count",
        }

    def __str__(self) -> str:
        return f"{self.key[:6]}… {self.hard_in_row} + {self.score:g}"
