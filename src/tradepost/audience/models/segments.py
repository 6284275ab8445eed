from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class Segment(MerchantRow):
    """A description of some contacts, evaluated when asked. See ``segments.definition`` for its form."""

    name = TypedCharField(_("name"), max_length=80)
    definition: models.JSONField[dict[str, object]] = TypedJSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["Segment"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "name"], name="one_segment_per_name")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "name": "name of a segment",
            "definition": "conditions; the builder offers no field that names one person",
            "created_at": "age of the segment",
        }

    def __str__(self) -> str:
        return self.name
