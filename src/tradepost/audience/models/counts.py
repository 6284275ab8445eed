from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from tradepost.audience.models.contacts import ContactList


class SubscriberCount(models.Model):
    """How many are subscribed to a list: the sum of its rows.

    Triggers write them in the transaction that changes a membership (``actions.counts``). On PostgreSQL each
    connection has a row of its own, its slot: nobody waits for a long import to learn what it adds.
    """

    contact_list = models.ForeignKey(
        # A last trigger may write of a list that goes in the same transaction.
        ContactList,
        on_delete=models.CASCADE,
        related_name="counts",
        db_index=False,
        db_constraint=False,
    )
    slot = models.BigIntegerField()
    number = models.BigIntegerField()

    objects: ClassVar[models.Manager["SubscriberCount"]] = ScopedManager(
        merchant="contact_list__merchant"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact_list", "slot"], name="one_count_per_slot")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "contact_list": "row number of a list",
            "slot": "number of a connection to the database",
            "number": "count",
        }

    def __str__(self) -> str:
        return f"{self.number} in slot {self.slot}"
