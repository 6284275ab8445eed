from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.billing.models.plans import BillingPlan
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class PlanAllowance(models.Model):
    """How many of something a plan allows. What has no row here has no bound."""

    plan = models.ForeignKey(BillingPlan, on_delete=models.CASCADE, related_name="allowances")
    meter = models.CharField(max_length=40)
    most = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("allowance of a plan")
        verbose_name_plural = _("allowances of plans")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "meter"], name="one_allowance_a_meter")
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = dict.fromkeys(
            ("id", "plan", "meter", "most"), "what the operator offers to every shop; about nobody"
        )

    def __str__(self) -> str:
        return f"{self.meter} {self.most}"


class AllowanceWarning(MerchantRow):
    """A shop was told that so much of an allowance is used; once a month for each level."""

    meter = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    month = models.DateField()
    sent_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["AllowanceWarning"]] = ScopedManager(merchant="merchant")

    class Meta:
        verbose_name = _("warning about an allowance")
        verbose_name_plural = _("warnings about allowances")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "meter", "level", "month"], name="one_allowance_warning"
            )
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "meter": "name of a meter",
            "level": "per cent",
            "month": "month of the warning",
            "sent_at": "time of the warning",
        }

    def __str__(self) -> str:
        return f"{self.meter} {self.level} % {self.month:%Y-%m}"
