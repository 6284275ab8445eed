from datetime import date, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.billing.models.plans import BillingPlan, PlanPrice
from tradepost.billing.types import PlanInterval
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.lib.months import months_after
from tradepost.merchants.models import MerchantRow

# Between a reminder and the renewal it speaks of, also where the reminder was late.
LEAST_NOTICE = timedelta(days=3)
_CONTRACT = "contract of a shop with the operator; who pays stands in the billing account"


class PlanSubscription(MerchantRow):
    """A shop on a paid plan, from joining until it leaves. Its days are those of ``time_zone``.

    ``anchor_on``: the first day that is paid; every later period begins so many months after it.
    ``next_plan``, ``next_every``: what the shop chose for the next period; empty: the same again.
    """

    plan = models.ForeignKey(BillingPlan, on_delete=models.PROTECT, related_name="subscribed")
    currency = models.CharField(max_length=3)
    every = models.CharField(max_length=5, choices=PlanInterval)
    anchor_on = models.DateField()
    time_zone = models.CharField(max_length=60)
    next_plan = models.ForeignKey(
        BillingPlan, on_delete=models.PROTECT, null=True, related_name="+"
    )
    next_every = models.CharField(max_length=5, choices=PlanInterval, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["PlanSubscription"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=models.Q(ended_at=None),
                name="one_running_subscription",
            ),
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            **dict.fromkeys(
                (
                    *("plan", "currency", "every", "anchor_on", "time_zone", "next_plan"),
                    *("next_every", "joined_at", "cancelled_at", "ended_at"),
                ),
                _CONTRACT,
            ),
        }

    def __str__(self) -> str:
        return f"{self.plan} {self.every}"

    @property
    def today(self) -> date:
        return timezone.localdate(clock.now(), ZoneInfo(self.time_zone))

    @property
    def interval(self) -> PlanInterval:
        return PlanInterval(self.every)

    @property
    def next_interval(self) -> PlanInterval:
        return PlanInterval(self.next_every or self.every)

    @property
    def next_one(self) -> BillingPlan:
        """The plan of the next period."""
        return self.next_plan or self.plan

    @property
    def is_ending(self) -> bool:
        """Nothing is renewed: the shop cancelled the plan, or closes."""
        return self.cancelled_at is not None or self.merchant.closing_at is not None

    def day_after(self, months: int) -> date:
        return months_after(self.anchor_on, months)


class PlanPeriod(PublicIdMixin, models.Model):
    """One stretch of a subscription with what it costs. ``price``: none while the plan is tried.

    Days from ``starts_on``, without ``ends_on``; ``months`` counts from the anchor to ``ends_on``.
    ``allows``: how many of what the plan allowed when the period began, by the names of meters.
    ``told_price``: what the last reminder, of ``reminded_on``, said that the next period costs.
    """

    subscription = models.ForeignKey(
        PlanSubscription, on_delete=models.CASCADE, related_name="periods"
    )
    plan = models.ForeignKey(BillingPlan, on_delete=models.PROTECT, related_name="+")
    price = models.ForeignKey(PlanPrice, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    months = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    allows: models.JSONField[dict[str, int]] = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)
    reminded_on = models.DateField(null=True)
    told_price = models.ForeignKey(PlanPrice, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager["PlanPeriod"]] = ScopedManager(
        merchant="subscription__merchant"
    )

    class Meta:
        ordering: ClassVar = ["-starts_on"]
        verbose_name = _("period of a subscription")
        verbose_name_plural = _("periods of subscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "starts_on"], name="one_period_from_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="period_has_days"
            ),
            models.CheckConstraint(
                condition=models.Q(price=None, amount_minor=0)
                | models.Q(price__isnull=False, amount_minor__gt=0),
                name="period_costs_its_price",
            ),
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            **dict.fromkeys(
                (
                    *("subscription", "plan", "price", "starts_on", "ends_on", "months"),
                    *("currency", "amount_minor", "allows", "made_at", "reminded_on", "told_price"),
                ),
                _CONTRACT,
            ),
        }

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)

    def is_over(self, today: date) -> bool:
        return today >= self.ends_on

    def wants_reminder(self, today: date, days: int, price: PlanPrice) -> bool:
        """From so many days before its end, unless the last reminder named this price of the next one."""
        return today >= self.ends_on - timedelta(days=days) and not self._has_told(today, price)

    def may_renew(self, today: date, price: PlanPrice) -> bool:
        """Nobody is charged what a reminder did not name some days before."""
        if self.reminded_on is None or not self._has_told(today, price):
            return False
        return self.is_over(today) and today >= self.reminded_on + LEAST_NOTICE

    def _has_told(self, today: date, price: PlanPrice) -> bool:
        """A reminder dated later than today was sent while a clock went wrong, and counts for nothing."""
        if self.reminded_on is None or self.reminded_on > today:
            return False
        return self.told_price_id == price.pk
