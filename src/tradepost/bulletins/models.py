from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.bulletins.types import BulletinKind
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow

_STAFF = "written by the operator's staff; the form tells them to name nobody"
_CLOCK = "time of the bulletin"


class Bulletin(PublicIdMixin, models.Model):
    """One message about the service to all shops: a draft, sent, perhaps taken back.

    ``told_up_to`` is the number of the last shop that was written to: the telling goes on from there.
    """

    kind = models.CharField(_("what it is about"), max_length=8, choices=BulletinKind)
    title = TypedCharField(_("title"), max_length=120)
    words = TypedTextField(_("text"), max_length=4000)
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    told_up_to = models.BigIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(sent_at__isnull=False, told_at=None),
                name="bulletins_to_tell",
            )
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "kind": "closed list",
            **dict.fromkeys(("title", "words"), _STAFF),
            **dict.fromkeys(("made_at", "sent_at", "withdrawn_at", "told_at"), _CLOCK),
            "told_up_to": "row number of a shop",
            "told": "count",
        }

    def __str__(self) -> str:
        return self.title

    @property
    def is_out(self) -> bool:
        return self.sent_at is not None and self.withdrawn_at is None


class BulletinRead(MerchantRow):
    """A shop has read it: its office shows it above each page no more."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="+")
    read_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["BulletinRead"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "bulletin"], name="read_once_a_shop")
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "bulletin": "row number",
            "read_at": "when somebody of the shop's team had read it; whom, nobody knows",
        }

    def __str__(self) -> str:
        return f"{self.bulletin_id}"
