import hashlib
import json
from typing import ClassVar

from django.db import models

from tradepost.datamap.vocabulary import Basis, Erase, Purpose, Subject


class Entry(models.Model):
    """One thing that somebody did or saw. Rows are only ever added; each seals the one before it.

    ``actor`` and ``target`` are references such as ``user:17`` or ``orders.order:93``, not names, so
    erasing a person needs no change here and the chain stays whole.
    """

    at = models.DateTimeField()
    merchant_id = models.BigIntegerField(null=True, db_index=True)
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80, db_index=True)
    target = models.CharField(max_length=120, blank=True, db_index=True)
    reason = models.CharField(max_length=300, blank=True)
    detail: models.JSONField[dict[str, object]] = models.JSONField(default=dict, blank=True)
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["merchant_id", "id"], name="entry_newest")]
        verbose_name_plural = "entries"

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.SECURITY
        basis = Basis.INTEREST
        keep = "audit.entry"
        erase = Erase.KEEP
        because = "accountability for access to personal data (Art. 5(2) GDPR); names nobody"
        not_personal = {
            "id": "row number",
            "at": "time of an act",
            "merchant_id": "tenant",
            "actor": "row number of an account; meaningless once the account is erased",
            "action": "closed list of verbs",
            "target": "kind and row number; meaningless once the row is erased",
            "reason": "written by staff; the form tells them to name nobody",
            "detail": "counts, states and kinds of data; record() refuses addresses",
            "previous": "seal of the entry before",
            "seal": "hash of this entry",
        }

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.target}"

    def seal_of_contents(self) -> str:
        """What ``seal`` must be, as long as nobody has changed the row."""
        contents = [
            self.previous,
            self.at.isoformat(),
            self.merchant_id,
            self.actor,
            self.action,
            self.target,
            self.reason,
            self.detail,
        ]
        return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


class Sighting(models.Model):
    """Whom an entry showed beside its target; see ``audit.sightings``."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=80)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    numbers = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["label", "first", "last"], name="sighting_of_row")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "entry": "row number",
            "label": "name of a table",
            "first": "row number; meaningless once the row is erased",
            "last": "row number; meaningless once the row is erased",
            "numbers": "row numbers; meaningless once the rows are erased",
        }

    def __str__(self) -> str:
        return f"{self.label} {self.first} to {self.last}"
