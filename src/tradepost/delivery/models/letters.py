from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose, Subject
from tradepost.delivery.models.outgoing import Posted
from tradepost.delivery.types import FORWARD, Stream
from tradepost.lib import clock


class Mail(Posted):
    """A single message to a single person: a receipt, a confirmation, a notice. The row is the queue.

    Text and HTML are rendered when it is queued, so that it says what was true then.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    stream = models.CharField(max_length=16, choices=Stream, default=Stream.TRANSACTIONAL)
    template = models.CharField(max_length=120)
    is_service = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="en")
    reply_to = models.CharField(max_length=254, blank=True)
    about = models.CharField(max_length=120, blank=True, db_index=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    queued_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["Mail"]] = ScopedManager(merchant="merchant")

    class Meta(Posted.Meta):
        indexes: ClassVar = [
            *Posted.Meta.indexes,
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="mail_due"),
            models.Index(fields=["settled_at"], name="mail_settled"),
            models.Index(
                fields=["merchant", "reply_to"],
                condition=Q(template=FORWARD),
                name="mail_sent_on_answers",
            ),
        ]

    class Privacy:
        subject = Subject.CUSTOMER  # members' mail is erased through the store delivery.member-mail
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        keep = "delivery.mail"
        erase = Erase.ROW
        locate = "address"
        personal = {
            "address": Kind.EMAIL,
            "subject": Kind.MESSAGE,
            "text": Kind.MESSAGE,
            "html": Kind.MESSAGE,
            "reply_to": Kind.EMAIL,
            "language": Kind.LANGUAGE,
            "response": Kind.ACTIVITY,
            "state": Kind.ACTIVITY,
            "queued_at": Kind.ACTIVITY,
            "settled_at": Kind.ACTIVITY,
        }
        not_personal = {
            **Posted.POSTED_NOT_PERSONAL,
            "merchant": "tenant",
            "stream": "closed list",
            "template": "name of a template",
            "is_service": "property of the template",
            "about": "kind and row number; meaningless once the row is erased",
        }

    def __str__(self) -> str:
        return f"{self.template} #{self.pk}"


class MailAttachment(models.Model):
    """A file that goes with a :class:`Mail`."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    content = models.BinaryField()

    objects: ClassVar[models.Manager["MailAttachment"]] = ScopedManager(merchant="mail__merchant")

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        keep = "delivery.mail"
        erase = Erase.WITH_PARENT
        locate = "mail__address"
        personal = {"name": Kind.FILE, "content": Kind.FILE}
        not_personal = {"id": "row number", "mail": "parent", "media_type": "kind of file"}

    def __str__(self) -> str:
        return self.name
