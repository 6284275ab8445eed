"""Every read of plans, subscriptions and billing accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.billing.models import (
    BillingAccount,
    BillingPlan,
    PlanAllowance,
    PlanPeriod,
    PlanPrice,
    PlanSubscription,
)
from tradepost.billing.types import PlanInterval
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

# The longest stretch before the end of a period in which anything is to be done, and a day for time zones.
_LOOK_AHEAD = timedelta(days=max(one.reminder_days for one in PlanInterval) + 1)
# West of every time zone: a day that has begun everywhere.
_BEHIND_ALL = timedelta(hours=12)
_TRIAL_REMINDER_DAYS = 7


def free_plan() -> BillingPlan:
    """The plan without a subscription; until the operator describes it, one that says nothing."""
    row = BillingPlan.objects.filter(is_free=True).first()
    return row or BillingPlan(name=_("Free"), is_free=True)


def running_subscription(merchant: Merchant) -> PlanSubscription | None:
    """None: the shop is on the free plan."""
    with scopes_disabled():
        rows = PlanSubscription.objects.filter(merchant=merchant, ended_at=None)
        return rows.select_related("plan", "next_plan", "merchant").first()


def account_of(merchant: Merchant) -> BillingAccount | None:
    with scopes_disabled():
        return BillingAccount.objects.filter(merchant=merchant).first()


def last_period(subscription: PlanSubscription) -> PlanPeriod:
    """The one that runs, or ran last. A subscription is never without."""
    with scopes_disabled():
        rows = PlanPeriod.objects.select_related("plan", "price")
        return rows.filter(subscription=subscription).latest("starts_on")


def periods_of(merchant: Merchant) -> QuerySet[PlanPeriod]:
    with scopes_disabled():
        rows = PlanPeriod.objects.select_related("plan", "price")
        return rows.filter(subscription__merchant=merchant).order_by("-pk")


def day_begun_everywhere() -> date:
    """A price from this day on is in force for shops of every time zone."""
    return (clock.now() - _BEHIND_ALL).date()


def price_on(
    day: date, *, plan: BillingPlan, currency: str, every: PlanInterval
) -> PlanPrice | None:
    """The price in force on that day: the newest that has begun."""
    prices = plan.prices.filter(currency=currency, every=every, valid_from__lte=day)
    return prices.order_by("valid_from").last()


def next_price(subscription: PlanSubscription, period: PlanPeriod) -> PlanPrice | None:
    """What the period after ``period`` costs, as things stand."""
    return price_on(
        period.ends_on,
        plan=subscription.next_one,
        currency=subscription.currency,
        every=subscription.next_interval,
    )


def reminder_days(subscription: PlanSubscription, period: PlanPeriod) -> int:
    if period.price_id is None:
        return min(_TRIAL_REMINDER_DAYS, subscription.interval.reminder_days)
    return subscription.interval.reminder_days


@dataclass(frozen=True, kw_only=True)
class PlanOffer:
    """A plan with the prices that a shop may choose from."""

    plan: BillingPlan
    prices: list[PlanPrice]


def today_of(merchant: Merchant) -> date:
    return timezone.localdate(clock.now(), ZoneInfo(merchant.time_zone))


def offers_to(merchant: Merchant) -> list[PlanOffer]:
    """In the shop's currency where there is a price in it, otherwise in all there are."""
    plans = BillingPlan.objects.filter(is_free=False, closed_at=None).prefetch_related("prices")
    shown = [_offer(plan, today_of(merchant), merchant.currency) for plan in plans]
    return [offer for offer in shown if offer.prices]


def _offer(plan: BillingPlan, day: date, currency: str) -> PlanOffer:
    prices = prices_in_force(plan.prices.all(), day)
    ours = [price for price in prices if price.currency == currency]
    return PlanOffer(plan=plan, prices=ours or prices)


def prices_in_force(prices: Iterable[PlanPrice], day: date) -> list[PlanPrice]:
    """Of each currency and interval the newest that has begun."""
    begun = [price for price in prices if price.valid_from <= day]
    newest = {
        (price.currency, price.every): price
        for price in sorted(begun, key=lambda price: price.valid_from)
    }
    return [newest[key] for key in sorted(newest)]


def is_open_to_join(price: PlanPrice, merchant: Merchant) -> bool:
    """Still offered to this shop at this price, today."""
    plan = price.plan
    if plan.is_free or plan.closed_at is not None:
        return False
    day = today_of(merchant)
    return price_on(day, plan=plan, currency=price.currency, every=price.interval) == price


def gets_trial(merchant: Merchant) -> bool:
    """Once: to a shop that never was on a paid plan."""
    with scopes_disabled():
        return not PlanSubscription.objects.filter(merchant=merchant).exists()


def to_tend(now: datetime) -> QuerySet[PlanSubscription]:
    """Subscriptions whose last period ends soon enough that something may be due."""
    with scopes_disabled():
        rows = PlanSubscription.objects.filter(ended_at=None)
        rows = rows.annotate(until=Max("periods__ends_on")).order_by("pk")
    return rows.filter(until__lte=(now + _LOOK_AHEAD).date())


def all_plans() -> QuerySet[BillingPlan]:
    running = Count("subscribed", filter=Q(subscribed__ended_at=None), distinct=True)
    return BillingPlan.objects.filter(is_free=False).annotate(shops=running)


def all_subscriptions() -> QuerySet[PlanSubscription]:
    """For the operator: whose, on what, until when; no name or address of who pays."""
    with scopes_disabled():
        rows = PlanSubscription.objects.select_related("merchant", "plan", "next_plan")
        return rows.annotate(until=Max("periods__ends_on")).order_by("-pk")


def accounts_without_plan(now: datetime) -> QuerySet[BillingAccount]:
    """Billing accounts of shops that are on no paid plan: there should be none."""
    on_paid = PlanSubscription._base_manager.filter(ended_at=None).values("merchant_id")
    return BillingAccount._base_manager.filter(made_at__lte=now).exclude(merchant_id__in=on_paid)


def shops_with_bounds() -> QuerySet[Merchant]:
    """Open shops whose plan allows only so many of something."""
    open_ones = Merchant.objects.exclude(closing_at__lte=clock.now()).order_by("pk")
    if PlanAllowance.objects.filter(plan__is_free=True).exists():
        return open_ones
    running = PlanSubscription._base_manager.filter(ended_at=None)
    return open_ones.filter(pk__in=running.values("merchant_id"))
