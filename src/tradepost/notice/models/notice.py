"""The published notices, version by version."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.vocabulary import Basis, Erase, Kind, LocatedBy, Purpose, Subject
from tradepost.lib import clock

NOTICE_DAYS = 30


class NoticeVersion(models.Model):
    """A notice as it was generated: draft, posted, then in force 30 days after posting.

    Days are counted in whole numbers (days since 1970) so that the database itself can hold the
    promise notice.thirty-days on every engine. A shop's first notice changes nothing for anybody and
    is in force at once.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    number = models.PositiveIntegerField()
    variant = models.CharField(max_length=20, default="world")
    language = models.CharField(max_length=10, default="en")
    digest = models.CharField(max_length=64)
    sentences: models.JSONField[list[dict[str, str]]] = models.JSONField(default=list)
    drafted_at = models.DateTimeField(default=clock.now)
    posted_day = models.PositiveIntegerField(null=True)
    effective_day = models.PositiveIntegerField(null=True)

    objects: ClassVar[models.Manager["NoticeVersion"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "variant", "language", "number"], name="one_notice_per_number"
            ),
            models.UniqueConstraint(
                fields=["variant", "language", "number"],
                condition=models.Q(merchant__isnull=True),
                name="one_operator_notice_per_number",
            ),
            models.CheckConstraint(
                condition=models.Q(posted_day__isnull=True, effective_day__isnull=True)
                | models.Q(number=1, posted_day__isnull=False, effective_day__isnull=False)
                | models.Q(
                    posted_day__isnull=False,
                    effective_day__gte=models.F("posted_day") + NOTICE_DAYS,
                ),
                name="notice_takes_effect_after_30_days",
            ),
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "number": "version",
            "variant": "closed list",
            "language": "closed list",
            "digest": "hash of the text",
            "sentences": "published text; names the merchant's public contact, which is on the map",
            "drafted_at": "time of the version",
            "posted_day": "day of posting",
            "effective_day": "day of taking effect",
        }

    def __str__(self) -> str:
        return f"notice {self.number}"

    @property
    def posted_date(self) -> date | None:
        return None if self.posted_day is None else date_of_day(self.posted_day)

    @property
    def effective_date(self) -> date | None:
        return None if self.effective_day is None else date_of_day(self.effective_day)


class NoticeSeen(models.Model):
    """Which version a person had before them when they gave something, under a keyed hash."""

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="+")
    subject_key = models.CharField(max_length=32, db_index=True)
    at = models.DateTimeField(_("shown"), default=clock.now, db_index=True)

    objects: ClassVar[models.Manager["NoticeSeen"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("version of the privacy notice that was shown")
        verbose_name_plural = _("versions of the privacy notice that were shown")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "subject_key"], name="notice_seen_once")
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "notice.notice-seen"
        erase = Erase.ROW
        locate = "subject_key"
        located_by = LocatedBy.KEY
        personal = {"version": Kind.ACTIVITY, "at": Kind.ACTIVITY}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "subject_key": "keyed hash of an address; cannot be turned back",
        }

    def __str__(self) -> str:
        return f"notice {self.version_id} seen {self.at:%Y-%m-%d}"


def date_of_day(day: int) -> date:
    """``day``: days since 1970."""
    return date(1970, 1, 1) + timedelta(days=day)
