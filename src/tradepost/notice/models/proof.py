"""What shows that promises are kept: results of checks, and people's word."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose, Subject
from tradepost.lib import clock
from tradepost.notice.types import PromiseState


class PromiseResult(models.Model):
    """The last word on one promise on this instance. ``check_name`` "" holds the sum of its checks."""

    promise = models.CharField(max_length=60)
    check_name = models.CharField(max_length=160)
    evidence_class = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=PromiseState)
    evidence = models.TextField()
    at = models.DateTimeField(default=clock.now)
    commit = models.CharField(max_length=60)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "check_name"], name="one_result_per_check")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "promise": "closed list",
            "check_name": "name of a function",
            "evidence_class": "closed list",
            "state": "closed list",
            "evidence": "written by a check; counts and settings, no person",
            "at": "time of the check",
            "commit": "version of the program",
            "seconds": "duration of the check",
        }

    def __str__(self) -> str:
        return f"{self.promise} {self.state}"


class Attestation(models.Model):
    """Somebody's word for what no program can see. Expires, so that it must be given again."""

    promise = models.CharField(max_length=60)
    by_name = TypedCharField(_("name"), max_length=120)
    by_email = models.EmailField(_("e-mail address"), db_index=True)
    statement = TypedTextField(_("what exactly is vouched for"))
    given_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["promise", "expires_at"], name="attestation_live")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("given_at")), name="attestation_expires"
            )
        ]

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "notice.attestation"
        erase = Erase.KEEP
        because = "accountability (Art. 5(2) GDPR): who vouched for a promise, until it expires"
        locate = "by_email"
        personal = {
            "by_name": Kind.NAME,
            "by_email": Kind.EMAIL,
            "statement": Kind.MESSAGE,
            "given_at": Kind.ACTIVITY,
        }
        not_personal = {
            "id": "row number",
            "promise": "closed list",
            "expires_at": "end of validity",
        }

    def __str__(self) -> str:
        return f"{self.promise} until {self.expires_at:%Y-%m-%d}"
