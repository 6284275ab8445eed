from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose, Subject
from tradepost.delivery.types import Kept
from tradepost.lib import clock


class IncomingMail(PublicIdMixin, models.Model):
    """A message that no program could deal with, so that a person can: the merchant's, or (``merchant``
    empty) the operator's. What was dealt with is not kept.

    ``digest`` is over recipient and content: the same message a second time is no second row.
    ``is_listed``: every address that stands in it has a row of :class:`NamedAddress`.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    why = models.CharField(max_length=12, choices=Kept)
    recipient = models.CharField(max_length=254)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    content = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now)
    forwarded_at = models.DateTimeField(null=True)
    is_listed = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[models.Manager["IncomingMail"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["-received_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-received_at"], name="incoming_newest"),
            models.Index(fields=["received_at"], name="incoming_age"),
            models.Index(fields=["sender"], name="incoming_sender"),
            models.Index(
                fields=["merchant"], name="incoming_unlisted", condition=models.Q(is_listed=False)
            ),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.SUPPORT
        basis = Basis.INTEREST
        keep = "delivery.incoming"
        erase = Erase.ROW
        locate = "sender"
        personal = {
            "sender": Kind.EMAIL,
            "subject": Kind.MESSAGE,
            "text": Kind.MESSAGE,
            "content": Kind.MESSAGE,
            "received_at": Kind.ACTIVITY,
            "forwarded_at": Kind.ACTIVITY,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "digest": "hash of the message; goes with the row",
            "why": "closed list",
            "recipient": "one of our own addresses",
            "is_listed": "state of the lookup",
        }

    def __str__(self) -> str:
        return f"{self.get_why_display()} {self.received_at:%Y-%m-%d}"


class NamedAddress(models.Model):
    """An address that stands in a mail, as a keyed hash: whoever is erased is found in others' mail
    without reading all of it."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.CASCADE, related_name="+")
    address_key = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["address_key", "mail"], name="named_address_once")
        ]

    class Privacy:
        personal: ClassVar[dict[str, Kind]] = {}
        not_personal = {
            "id": "row number",
            "mail": "goes with the mail",
            "address_key": "keyed hash of an address in the mail; goes with it",
        }

    def __str__(self) -> str:
        return f"an address in mail {self.mail_id}"
