from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.billing.types import PlanInterval
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.lib import clock
from tradepost.lib.money import Money

_OFFER = "what the operator offers to every shop; about nobody"


class BillingPlan(PublicIdMixin, models.Model):
    """What the operator offers. One is free and the default: a shop without a subscription is on it."""

    name = TypedCharField(_("name"), max_length=60)
    text = TypedTextField(_("what it offers"), max_length=600, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    trial_days = models.PositiveSmallIntegerField(_("days to try it"), default=0)
    is_free = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_free"], condition=models.Q(is_free=True), name="one_free_plan"
            ),
            models.CheckConstraint(
                condition=models.Q(is_free=False) | models.Q(trial_days=0, closed_at=None),
                name="free_plan_is_always_there",
            ),
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = dict.fromkeys(
            (
                *("id", "name", "text", "position", "trial_days", "is_free"),
                *("made_at", "closed_at"),
            ),
            _OFFER,
        )

    def __str__(self) -> str:
        return self.name

    def bounds(self) -> dict[str, int]:
        """How many of what it allows, by the names of meters."""
        return dict(self.allowances.values_list("meter", "most"))


class PlanPrice(PublicIdMixin, models.Model):
    """What a plan costs from a day on. Never changed: another price is another row with a later day."""

    plan = models.ForeignKey(BillingPlan, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(_("currency"), max_length=3)
    every = models.CharField(_("paid"), max_length=5, choices=PlanInterval)
    amount_minor = models.BigIntegerField(_("price"))
    valid_from = models.DateField(_("from"))
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["currency", "every", "valid_from"]
        verbose_name = _("price of a plan")
        verbose_name_plural = _("prices of plans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "currency", "every", "valid_from"], name="one_plan_price_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="plan_price_above_nothing"
            ),
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = dict.fromkeys(
            ("id", "plan", "currency", "every", "amount_minor", "valid_from", "made_at"), _OFFER
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.every} {self.valid_from}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def interval(self) -> PlanInterval:
        return PlanInterval(self.every)
