from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, LocatedBy, Purpose, Subject
from tradepost.holds.types import HoldClass
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class RecordHold(MerchantRow):
    """One record stays until a date: ``label`` and ``number`` say which. Retention and erasure leave it."""

    label = models.CharField(max_length=80)
    number = models.BigIntegerField()
    subject_key = models.CharField(max_length=32, db_index=True)
    hold_class = models.CharField(_("class"), max_length=12, choices=HoldClass)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(_("until"))
    reason = TypedCharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["RecordHold"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="record_hold_has_an_end"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["label", "number"],
                condition=models.Q(lifted_at=None),
                name="holds_that_stand",
            )
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "holds.hold"
        erase = Erase.KEEP
        because = "shows why a record stayed (Art. 17(3) GDPR); names nobody"
        locate = "subject_key"
        located_by = LocatedBy.KEY
        personal = {
            "hold_class": Kind.ACTIVITY,
            "reason": Kind.MESSAGE,
            "since": Kind.ACTIVITY,
            "until": Kind.ACTIVITY,
            "lifted_at": Kind.ACTIVITY,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "label": "name of a table",
            "number": "row number; meaningless once the row is erased",
            "subject_key": "keyed hash of an address; cannot be turned back",
            "by": "row number of an account, emptied when the account goes",
        }

    def __str__(self) -> str:
        return f"{self.label} until {self.until:%Y-%m-%d}"

    @property
    def target(self) -> str:
        """The held row as the access record spells it."""
        return f"{self.label.lower()}:{self.number}"
