from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.breakglass.types import (
    ANSWERED_WITHIN,
    MailKind,
    ReviewScope,
    ReviewState,
    Suspicion,
)
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField
from tradepost.lib import clock

_ACCOUNT = "row number of an account, emptied when the account goes"
_CLOCK = "clock of the request"
_STAFF = "written by staff; the form refuses addresses"


def _account() -> "models.ForeignKey[models.Model | None, models.Model | None]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )


class MailReview(PublicIdMixin, models.Model):
    """One request to read a shop's mail: who asked and why, who agreed, until when, what was read.

    ``covers``: spelled ``outgoing:17``, ``incoming:4``, ``mailing:3``; empty for all mail of the shop.
    """

    merchant = models.ForeignKey("merchants.Merchant", on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(_("how much"), max_length=8, choices=ReviewScope)
    covers: models.JSONField[list[str]] = models.JSONField(default=list)
    suspicion = models.CharField(_("suspicion"), max_length=8, choices=Suspicion)
    reason = TypedCharField(_("reason"), max_length=300)
    hours = models.PositiveSmallIntegerField(_("hours"))
    asked_by = _account()
    asked_at = models.DateTimeField(default=clock.now)
    answered_by = _account()
    answered_at = models.DateTimeField(null=True)
    is_refused = models.BooleanField(default=False)
    refused_because = TypedCharField(_("why it is refused"), max_length=300, blank=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["MailReview"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("reading of mail")
        verbose_name_plural = _("readings of mail")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(asked_by=None)
                | models.Q(answered_by=None)
                | ~models.Q(asked_by=models.F("answered_by")),
                name="review_needs_two_people",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["ends_at"],
                condition=models.Q(told_at=None, ends_at__isnull=False),
                name="reviews_to_tell",
            )
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "scope": "closed list",
            "covers": "kinds and row numbers; meaningless once the rows are erased",
            "suspicion": "closed list",
            "reason": _STAFF,
            "refused_because": _STAFF,
            "hours": "count",
            "asked_by": _ACCOUNT,
            "answered_by": _ACCOUNT,
            "is_refused": "state of the request",
            **dict.fromkeys(("asked_at", "answered_at", "ends_at", "ended_at", "told_at"), _CLOCK),
        }

    def __str__(self) -> str:
        return f"{self.get_suspicion_display()} {self.asked_at:%Y-%m-%d}"

    @property
    def state(self) -> ReviewState:
        return self.state_at(clock.now())

    def state_at(self, now: datetime) -> ReviewState:
        if self.is_refused:
            return ReviewState.REFUSED
        if self.ends_at is None:
            lapsed = now >= self.asked_at + ANSWERED_WITHIN
            return ReviewState.LAPSED if lapsed else ReviewState.ASKED
        over = self.ended_at is not None or now >= self.ends_at
        return ReviewState.ENDED if over else ReviewState.RUNNING

    @property
    def over_at(self) -> datetime | None:
        """When it ended, or will by itself."""
        return self.ended_at or self.ends_at


class MailLook(models.Model):
    """One mail that was read under a request, and when."""

    review = models.ForeignKey(MailReview, on_delete=models.CASCADE, related_name="looks")
    kind = models.CharField(max_length=8, choices=MailKind)
    number = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["MailLook"]] = ScopedManager(merchant="review__merchant")

    class Meta:
        ordering: ClassVar = ["pk"]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "review": "row number",
            "kind": "closed list",
            "number": "row number; meaningless once the row is erased",
            "at": _CLOCK,
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
