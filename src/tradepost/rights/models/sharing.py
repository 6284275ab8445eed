"""Who outside received personal data."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, LocatedBy, Purpose, Subject
from tradepost.lib import clock


class Disclosure(models.Model):
    """One transfer to an outside party: who and what kinds of data, never the data."""

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    processor = models.CharField(max_length=60, db_index=True)
    host = TypedCharField(max_length=255)
    kinds: models.JSONField[list[str]] = models.JSONField(default=list)
    purpose = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=32, blank=True, db_index=True)
    reference = TypedCharField(max_length=120, blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    objects: ClassVar[models.Manager["Disclosure"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("transfer to an outside party")
        verbose_name_plural = _("transfers to outside parties")

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "rights.disclosure"
        erase = Erase.KEEP
        because = (
            "recipients must be named to the person and told of an erasure (Art. 15(1)(c), 19 GDPR); "
            "names nobody, holds a keyed hash"
        )
        locate = "subject_key"
        located_by = LocatedBy.KEY
        personal: ClassVar[dict[str, object]] = {
            "processor": Kind.ACTIVITY,
            "kinds": Kind.ACTIVITY,
            "purpose": Kind.ACTIVITY,
            "reference": Kind.ACTIVITY,
            "at": Kind.ACTIVITY,
        }
        not_personal: ClassVar[dict[str, str]] = {
            "id": "row number",
            "merchant": "tenant",
            "host": "address of a company",
            "subject_key": "keyed hash of an address; cannot be turned back",
        }

    def __str__(self) -> str:
        return f"{self.processor} {self.at:%Y-%m-%d}"

    @property
    def who(self) -> str:
        """The party's name; of an authority its own, with the law that it named."""
        if self.processor == "authority":
            return f"{self.host} ({self.reference})"
        return self.processor
