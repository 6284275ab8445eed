"""People's requests about their own data, and what follows from them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Basis, Erase, Kind, LocatedBy, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.rights.types import Channel, Right


class PortalPass(models.Model):
    """A mailed link into the portal, and the short visit that follows its one use.

    Only hashes of the two secrets are stored. A row is made for every address that asks, known or
    not, and a task decides later whether to send, so that the answer tells a stranger nothing.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    email = models.EmailField(db_index=True)
    language = models.CharField(max_length=10, default="en")
    link_digest = models.CharField(max_length=64, blank=True, db_index=True)
    visit_digest = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(default=clock.now, db_index=True)
    handled_at = models.DateTimeField(null=True)
    link_expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    visit_expires_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["PortalPass"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("link into this portal")
        verbose_name_plural = _("links into this portal")

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "rights.portal-pass"
        erase = Erase.ROW
        locate = "email"
        personal = {"email": Kind.EMAIL, "language": Kind.LANGUAGE, "asked_at": Kind.ACTIVITY}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "link_digest": "hash of a random secret",
            "visit_digest": "hash of a random secret",
            "handled_at": "state",
            "link_expires_at": "state",
            "used_at": "state",
            "visit_expires_at": "state",
        }

    def __str__(self) -> str:
        return f"pass {self.pk}"


class RightsRequest(PublicIdMixin, models.Model):
    """One request of a person, with its clock (promise right.in-time)."""

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    email = models.EmailField(_("e-mail address of the person"), blank=True, db_index=True)
    subject_key = models.CharField(max_length=32, db_index=True)
    right = models.CharField(_("what is asked"), max_length=20, choices=Right)
    channel = models.CharField(_("how it arrived"), max_length=12, choices=Channel)
    identity_checked = TypedCharField(_("how identity was checked"), max_length=200, blank=True)
    note = TypedTextField(_("note"), blank=True)
    received_at = models.DateTimeField(_("received"), default=clock.now)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = TypedCharField(max_length=300, blank=True)
    # An erasure that met a hold: since when it is begun, and the row numbers it waits for, by model.
    begun_at = models.DateTimeField(null=True)
    waits: models.JSONField[dict[str, list[int]]] = models.JSONField(default=dict, db_default={})

    objects: ClassVar[models.Manager["RightsRequest"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("request about own data")
        verbose_name_plural = _("requests about own data")
        indexes: ClassVar = [models.Index(fields=["done_at", "due_at"], name="request_clock")]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "rights.request"
        erase = Erase.BLANK
        locate = "email"
        personal = {
            "email": Kind.EMAIL,
            "note": Kind.MESSAGE,
            "identity_checked": Kind.MESSAGE,
            "right": Personal(
                kind=Kind.ACTIVITY,
                erase=Erase.KEEP,
                because="shows that requests were answered in time (Art. 5(2) GDPR); names nobody",
            ),
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "subject_key": "keyed hash of an address; cannot be turned back",
            "channel": "closed list",
            "received_at": "clock of the request",
            "due_at": "clock of the request",
            "done_at": "clock of the request",
            "outcome": "written by the program: counts",
            "begun_at": "clock of the request",
            "waits": "row numbers; meaningless once the rows are erased",
        }

    def __str__(self) -> str:
        return f"{self.right} {self.received_at:%Y-%m-%d}"

    @property
    def is_overdue(self) -> bool:
        """One that is begun was answered: the person was told what waits, and why."""
        return self.done_at is None and self.begun_at is None and self.due_at < clock.now()

    @property
    def ref(self) -> SubjectRef:
        subject = Subject.CUSTOMER if self.merchant_id else Subject.MEMBER
        return SubjectRef(subject, self.email, self.merchant_id)


class Stop(models.Model):
    """A person said: not for this purpose (an objection), or not at all for now (a restriction).

    ``purpose`` "" is a restriction: it covers every purpose until ``lifted_at``. Held under a keyed
    hash, so that it outlives erasure without naming anybody.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    subject_key = models.CharField(max_length=32)
    # While the person is known here: rows that hold the address and no hash are left out by it.
    email = models.EmailField(_("e-mail address"), blank=True, db_default="")
    purpose = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Stop"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("restriction or objection")
        verbose_name_plural = _("restrictions and objections")
        indexes: ClassVar = [
            models.Index(fields=["merchant", "subject_key"], name="stop_of_person"),
            models.Index(fields=["subject_key"], name="stop_by_key"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "subject_key", "purpose"],
                condition=models.Q(lifted_at__isnull=True),
                name="one_stop_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["subject_key", "purpose"],
                condition=models.Q(lifted_at__isnull=True, merchant__isnull=True),
                name="one_stop_per_member",
            ),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "rights.stop"
        erase = Erase.KEEP
        because = "an objection goes on being respected (Art. 21(3) GDPR); holds a keyed hash only"
        locate = "subject_key"
        located_by = LocatedBy.KEY
        personal = {
            "email": Personal(kind=Kind.EMAIL, erase=Erase.BLANK),
            "purpose": Kind.CONSENT,
            "since": Kind.CONSENT,
            "lifted_at": Kind.CONSENT,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "subject_key": "keyed hash of an address; cannot be turned back",
        }

    def __str__(self) -> str:
        return self.purpose or "everything"
