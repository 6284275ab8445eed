from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.models.declared import not_about_people
from tradepost.catalog.models.goods import Product
from tradepost.catalog.models.variants import Variant
from tradepost.catalog.types import StockReason
from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class ContentVersion(MerchantRow):
    """Counts up with every change that a shop page could show; see ``actions.version``."""

    number = models.PositiveBigIntegerField(default=1)

    objects: ClassVar[models.Manager["ContentVersion"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_content_version_per_merchant")
        ]

    class Privacy:
        not_personal = not_about_people("number")


class StockMovement(MerchantRow):
    """One change of a count: by how many, why, and what was left. ``left`` None: no longer counted."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="movements")
    variant = models.ForeignKey(Variant, on_delete=models.SET_NULL, null=True, related_name="+")
    change = models.IntegerField()
    left = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=12, choices=StockReason)
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["StockMovement"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["product", "-at"], name="stock_history")]

    class Privacy:
        not_personal = not_about_people("product", "variant", "change", "left", "reason", "at")


class ProductImport(MerchantRow):
    """An uploaded list of products: looked through first, then brought in by a job."""

    class State(models.TextChoices):
        RECEIVED = "received", _("being read")
        UNREADABLE = "unreadable", _("cannot be read")
        LOOKED_THROUGH = "read", _("looked through")
        RUNNING = "running", _("importing")
        DONE = "done", _("done")

    file_name = TypedCharField(max_length=200)
    stored_as = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.LOOKED_THROUGH)
    rows = models.PositiveIntegerField(default=0)
    report: models.JSONField[dict[str, object]] = TypedJSONField(default=dict)
    job_id = models.PositiveBigIntegerField(null=True)
    uploaded_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["ProductImport"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-uploaded_at", "-pk")

    class Privacy:
        not_personal = not_about_people(
            *("file_name", "stored_as", "state", "rows", "report", "job_id", "uploaded_at")
        )
