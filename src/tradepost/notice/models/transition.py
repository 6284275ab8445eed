"""A change of owner that was announced."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.notice.models.notice import NOTICE_DAYS, date_of_day


class Transition(models.Model):
    """A shop, or this installation (no merchant), goes to a new controller (promise share.merger).

    The database itself holds the thirty days between the announcement and the date.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    new_name = TypedCharField(_("new owner"), max_length=160)
    new_address = TypedTextField(_("postal address of the new owner"))
    new_email = models.EmailField(_("e-mail address of the new owner"), db_index=True)
    reason = TypedTextField(_("reason"))
    announced_day = models.PositiveIntegerField()
    effective_day = models.PositiveIntegerField()
    announced_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    carried_out_at = models.DateTimeField(null=True)
    # The last row number of each kind of people (``transitions.people``) whose mail is queued.
    told: models.JSONField[dict[str, int]] = models.JSONField(default=dict, db_default={})

    objects: ClassVar[models.Manager["Transition"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("change of owner")
        verbose_name_plural = _("changes of owner")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(effective_day__gte=models.F("announced_day") + NOTICE_DAYS),
                name="transition_waits_30_days",
            ),
            # The operator's own has no merchant, and there is one of it at most, too.
            models.UniqueConstraint(
                Coalesce("merchant", models.Value(0), output_field=models.BigIntegerField()),
                condition=models.Q(withdrawn_at=None, carried_out_at=None),
                name="one_open_transition",
            ),
        ]

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "notice.transition"
        erase = Erase.KEEP
        because = "people must be able to read who is responsible for their data (Art. 13 GDPR)"
        locate = "new_email"
        personal = {
            "new_name": Personal(kind=Kind.NAME, correctable=True),
            "new_address": Personal(kind=Kind.ADDRESS, correctable=True),
            "new_email": Kind.EMAIL,
            "reason": Kind.MESSAGE,
            "announced_at": Kind.ACTIVITY,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "announced_day": "day of posting",
            "effective_day": "day of taking effect",
            "withdrawn_at": "state of the announcement",
            "carried_out_at": "state of the announcement",
            "told": "row numbers: how far the mails have come",
        }

    def __str__(self) -> str:
        return f"transition {self.pk}"

    @property
    def announced_date(self) -> date:
        return date_of_day(self.announced_day)

    @property
    def effective_date(self) -> date:
        return date_of_day(self.effective_day)
