from typing import ClassVar

from django.db import models

from tradepost.lib import clock


class Certificate(models.Model):
    """A statement and its signature, exactly as they are handed out. It names nobody."""

    # No foreign key, and not called after the merchant: it outlives the closing of an account.
    tenant = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    token = models.CharField(max_length=32, unique=True)
    subject_key = models.CharField(max_length=32, blank=True, db_index=True)
    made_at = models.DateTimeField(default=clock.now)
    document = models.TextField()
    stamp = models.BinaryField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-made_at"], name="certificates_of_shop")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "tenant": "row number of a merchant",
            "kind": "closed list",
            "token": "random; whoever has it reads the statement, which names nobody",
            "subject_key": "keyed hash of an address that is held nowhere any more",
            "made_at": "time of the statement",
            "document": "kinds, counts, reasons and a signature; names nobody",
            "stamp": "an authority's time under the hash of the document",
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"

    @property
    def file_name(self) -> str:
        return f"{self.kind}-{self.made_at:%Y-%m-%d}.certificate.json"
