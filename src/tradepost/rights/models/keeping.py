"""How long things stay, and the proof that they went."""

from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class RetentionRun(models.Model):
    """One pass of one rule."""

    rule = models.CharField(max_length=60)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    due = models.PositiveBigIntegerField(default=0)
    gone = models.PositiveBigIntegerField(default=0)
    left = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["rule", "-started_at"], name="retention_history")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "rule": "closed list",
            "started_at": "time of the run",
            "finished_at": "time of the run",
            "due": "count",
            "gone": "count",
            "left": "count",
            "error": "name of an exception, without its values",
        }

    def __str__(self) -> str:
        return f"{self.rule} {self.started_at:%Y-%m-%d %H:%M}"


class KeepChoice(MerchantRow):
    """How long this merchant keeps what a rule leaves to the merchant."""

    rule = models.CharField(max_length=60)
    days = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["KeepChoice"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "rule"], name="one_choice_per_rule")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "rule": "closed list",
            "days": "setting of the shop",
        }

    def __str__(self) -> str:
        return f"{self.rule}: {self.days} days"


class ErasureRecord(models.Model):
    """The erasure ledger: that somebody was erased, under a keyed hash of the address.

    A restored backup is gone through with it before the system opens.
    """

    # No foreign key, and not called after the merchant: the ledger outlives the closing of an account.
    tenant = models.BigIntegerField(null=True)
    subject = models.CharField(
        max_length=12, choices=[(item.value, item.value) for item in Subject]
    )
    subject_key = models.CharField(max_length=32)
    erased_at = models.DateTimeField(default=clock.now)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "tenant", "subject_key"], name="one_record_per_erased"
            ),
            models.UniqueConstraint(
                fields=["subject", "subject_key"],
                condition=models.Q(tenant__isnull=True),
                name="one_record_per_erased_member",
            ),
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "tenant": "row number of a merchant",
            "subject": "closed list",
            "subject_key": "keyed hash of an address that is held nowhere any more",
            "erased_at": "time of the erasure",
            "rows": "count",
        }

    def __str__(self) -> str:
        return f"{self.subject} erased {self.erased_at:%Y-%m-%d}"
