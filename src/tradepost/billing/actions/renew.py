"""What time does to subscriptions: reminders, renewals, ends. Each once, whoever looks and how often."""

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.billing.actions.letters import mail_renewal
from tradepost.billing.models import (
    BillingAccount,
    PlanPeriod,
    PlanPrice,
    PlanSubscription,
)
from tradepost.billing.queries import (
    account_of,
    last_period,
    next_price,
    reminder_days,
    to_tend,
)
from tradepost.lib import clock

_BY = Actor.job("billing.renewals")


def tend_subscriptions() -> int:
    """Do what is due to each subscription; returns how many were reminded of, renewed or ended.

    Every one has a transaction of its own, so whoever is killed here loses at most the one at hand, and
    the next turn does it.
    """
    with scopes_disabled():
        numbers = list(to_tend(clock.now()).values_list("pk", flat=True))
        return sum(_tend(number) for number in numbers)


def _tend(number: int) -> bool:
    """Two who tend the same wait for one another; the second finds nothing left to do."""
    with transaction.atomic():
        rows = PlanSubscription.objects.select_for_update(of=("self",)).filter(ended_at=None)
        row = rows.select_related("merchant", "plan").filter(pk=number).first()
        if row is None:
            return False
        return _do_next(row, last_period(row))


def _do_next(row: PlanSubscription, period: PlanPeriod) -> bool:
    """Whether anything was due. Without an account to write to or a price nothing is renewed."""
    today, price = row.today, next_price(row, period)
    if row.is_ending:
        return period.is_over(today) and _end(row)
    if price is None:
        return False
    if period.wants_reminder(today, reminder_days(row, period), price):
        return _remind(row, period, price)
    return period.may_renew(today, price) and _renew(row, period, price)


def _remind(row: PlanSubscription, period: PlanPeriod, price: PlanPrice) -> bool:
    """To the billing e-mail, and nowhere else."""
    account = account_of(row.merchant)
    if account is None:
        return False
    period.reminded_on, period.told_price = row.today, price
    period.save(update_fields=["reminded_on", "told_price"])
    mail_renewal(row, account, period, price)
    return True


def _renew(row: PlanSubscription, before: PlanPeriod, price: PlanPrice) -> bool:
    """The next period begins on the day the last one ends, however late this is done."""
    row.plan, row.every = price.plan, price.every
    row.next_plan, row.next_every = None, ""
    row.save(update_fields=["plan", "every", "next_plan", "next_every"])
    period = _next_period(row, before, price)
    record(
        actor=_BY,
        action="billing.renew",
        target=period,
        merchant_id=row.merchant_id,
        detail={"from": period.starts_on.isoformat(), "price": str(price.amount)},
    )
    return True


def _next_period(row: PlanSubscription, before: PlanPeriod, price: PlanPrice) -> PlanPeriod:
    months = before.months + price.interval.months
    return PlanPeriod.objects.create(
        subscription=row,
        plan=price.plan,
        allows=price.plan.bounds(),
        price=price,
        starts_on=before.ends_on,
        ends_on=row.day_after(months),
        months=months,
        currency=price.currency,
        amount_minor=price.amount_minor,
    )


def _end(row: PlanSubscription) -> bool:
    """Back on the free plan; the billing account goes with the paid one, in the same transaction."""
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    BillingAccount.objects.filter(merchant=row.merchant_id).delete()
    record(actor=_BY, action="billing.end", target=row, merchant_id=row.merchant_id)
    return True
