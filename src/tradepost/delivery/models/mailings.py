from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose, Subject
from tradepost.delivery.models.outgoing import Posted
from tradepost.delivery.types import HandoverState, MailingState, Stream, Trouble
from tradepost.lib import clock

TOO_MANY_COMPLAINTS = 0.003  # of what arrived
# One angry reader of three hundred is no sign of anything.
FEWEST_COMPLAINTS = 5


class Mailing(PublicIdMixin, models.Model):
    """One bulk run over a frozen list of recipients (its :class:`Handover` rows).

    What is written comes from a message source (``delivery.outgoing.sources``): ``kind`` names the source,
    ``source_id`` the source's own row, such as a campaign. The counts are kept by the engine in the
    same transaction as the rows they count; erasing a person leaves them as they were.
    """

    merchant = models.ForeignKey("merchants.Merchant", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    stream = models.CharField(max_length=16, choices=Stream, default=Stream.BULK)
    state = models.CharField(max_length=12, choices=MailingState, default=MailingState.PREPARING)
    total = models.PositiveBigIntegerField(default=0)
    sent = models.PositiveBigIntegerField(default=0)
    bounced = models.PositiveBigIntegerField(default=0)
    suppressed = models.PositiveBigIntegerField(default=0)
    no_consent = models.PositiveBigIntegerField(default=0)
    uncertain = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    cancelled = models.PositiveBigIntegerField(default=0)
    complained = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=16, choices=Trouble, blank=True)
    trouble_answer = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Mailing"]] = ScopedManager(merchant="merchant")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "served_at"], name="mailing_turn"),
            models.Index(fields=["kind", "source_id"], name="mailing_source"),
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "kind": "closed list",
            "source_id": "row number of what is sent",
            "stream": "closed list",
            "state": "state of the run",
            "trouble": "closed list",
            "trouble_answer": "a mail server's sentence, addresses taken out",
            **dict.fromkeys(
                (
                    *("total", "sent", "bounced", "suppressed", "no_consent"),
                    *("uncertain", "failed", "cancelled", "complained"),
                ),
                "count",
            ),
            **dict.fromkeys(
                ("created_at", "started_at", "served_at", "finished_at"), "time of the run"
            ),
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"

    @property
    def settled(self) -> int:
        """How many recipients have a final state."""
        return (
            self.sent
            + self.bounced
            + self.suppressed
            + self.no_consent
            + self.uncertain
            + self.failed
            + self.cancelled
        )

    @property
    def is_over(self) -> bool:
        return self.state in {MailingState.DONE, MailingState.CANCELLED}

    @property
    def complaint_rate(self) -> float:
        """Complaints for each letter that arrived, between 0 and 1."""
        return min(1.0, self.complained / self.sent) if self.sent else 0.0

    @property
    def has_too_many_complaints(self) -> bool:
        enough = self.complained >= FEWEST_COMPLAINTS
        return enough and self.complaint_rate >= TOO_MANY_COMPLAINTS


class Handover(Posted):
    """One recipient of a mailing: who, what became of it, and what the server said."""

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="handovers", db_index=False
    )
    contact_id = models.BigIntegerField()
    complained_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Handover"]] = ScopedManager(merchant="mailing__merchant")

    class Meta(Posted.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailing", "contact_id"], name="one_copy_per_contact")
        ]
        indexes: ClassVar = [
            *Posted.Meta.indexes,
            models.Index(
                fields=["mailing", "due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="handover_due",
            ),
        ]

    class Privacy:
        called = "newsletters sent to you"
        subject = Subject.CUSTOMER
        purpose = Purpose.NEWSLETTERS
        basis = Basis.CONSENT
        keep = "delivery.handover"
        erase = Erase.ROW
        locate = "address"
        personal = {
            "address": Kind.EMAIL,
            "contact_id": Kind.ACTIVITY,
            "mailing": Kind.ACTIVITY,
            "state": Kind.ACTIVITY,
            "response": Kind.ACTIVITY,
            "settled_at": Kind.ACTIVITY,
            "complained_at": Kind.ACTIVITY,
        }
        not_personal = Posted.POSTED_NOT_PERSONAL

    def __str__(self) -> str:
        return f"{self.mailing_id}/{self.contact_id} {HandoverState(self.state).label}"
