from typing import ClassVar

from django.db import models
from django.db.models import Q

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.delivery.types import HandoverState
from tradepost.lib import clock


class Posted(PublicIdMixin, models.Model):
    """One message to one recipient, and how far it has come. The engine knows rows as this.

    ``due_at`` is set exactly while the row waits (queued or deferred), ``sender`` exactly while a
    sender holds it (claimed); both indexes hold only such rows and stay small in a table of millions.
    """

    address = models.CharField(max_length=254)
    state = models.CharField(max_length=12, choices=HandoverState, default=HandoverState.QUEUED)
    due_at = models.DateTimeField(null=True, default=clock.now)
    sender = models.BigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    response = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes: ClassVar = [
            models.Index(fields=["address"], name="%(class)s_address"),
            models.Index(
                fields=["sender"], condition=Q(sender__isnull=False), name="%(class)s_held"
            ),
        ]

    POSTED_NOT_PERSONAL: ClassVar[dict[str, str]] = {
        "id": "row number",
        "due_at": "when the next attempt is due",
        "sender": "row number of the sender process that holds the row",
        "attempts": "count",
    }

    @property
    def is_settled(self) -> bool:
        return self.due_at is None and self.sender is None
