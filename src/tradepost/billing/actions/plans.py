"""What the operator offers: plans and their prices."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.billing.models import BillingPlan, PlanPrice
from tradepost.billing.queries import day_begun_everywhere
from tradepost.billing.types import (
    FreePlanCostsNothing,
    PlanFacts,
    PlanInterval,
    TooSoon,
)
from tradepost.lib import clock
from tradepost.lib.money import Money

# A new price is announced longer ahead than any reminder goes out: what a reminder said is what is charged.
PRICE_LEAD_DAYS = 35


@transaction.atomic
def make_plan(
    *, facts: PlanFacts, bounds: Mapping[str, int] | None = None, by: Actor
) -> BillingPlan:
    """A paid plan. It is offered once it has a price. ``bounds``: how many it allows, by names of meters."""
    plan = BillingPlan.objects.create(**facts)
    _set_bounds(plan, bounds or {})
    record(actor=by, action="billing.make_plan", target=plan)
    return plan


@transaction.atomic
def change_plan(
    *, plan: BillingPlan, facts: PlanFacts, bounds: Mapping[str, int], by: Actor
) -> None:
    """Words, place, trial and what it allows. Trials that run already stay as long as they were; more holds at
    once, and less for periods that begin later.
    """
    row = BillingPlan.objects.select_for_update().get(pk=plan.pk)
    for name, said in facts.items():
        setattr(row, name, said)
    row.save(update_fields=list(facts))
    _set_bounds(row, bounds)
    record(actor=by, action="billing.change_plan", target=row)


def _set_bounds(plan: BillingPlan, bounds: Mapping[str, int]) -> None:
    plan.allowances.exclude(meter__in=bounds).delete()
    for meter, most in bounds.items():
        plan.allowances.update_or_create(meter=meter, defaults={"most": most})


@transaction.atomic
def describe_free_plan(
    *, name: str, text: str, bounds: Mapping[str, int] | None = None, by: Actor
) -> BillingPlan:
    """What the plan is called that every shop has by default, and what it allows."""
    row, _made = BillingPlan.objects.update_or_create(
        is_free=True, defaults={"name": name, "text": text}
    )
    _set_bounds(row, bounds or {})
    record(actor=by, action="billing.change_plan", target=row)
    return row


@transaction.atomic
def close_plan(*, plan: BillingPlan, by: Actor) -> None:
    """Nobody joins it any more; shops that are on it stay. Raises: FreePlanCostsNothing."""
    row = BillingPlan.objects.select_for_update().get(pk=plan.pk)
    if row.is_free:
        raise FreePlanCostsNothing
    if row.closed_at is None:
        row.closed_at = clock.now()
        row.save(update_fields=["closed_at"])
        record(actor=by, action="billing.close_plan", target=row)


@transaction.atomic
def open_plan(*, plan: BillingPlan, by: Actor) -> None:
    row = BillingPlan.objects.select_for_update().get(pk=plan.pk)
    if row.closed_at is not None:
        row.closed_at = None
        row.save(update_fields=["closed_at"])
        record(actor=by, action="billing.open_plan", target=row)


@transaction.atomic
def set_price(
    *, plan: BillingPlan, every: PlanInterval, amount: Money, valid_from: date | None, by: Actor
) -> PlanPrice:
    """The first price in a currency holds at once; another one from ``valid_from`` on.

    Periods that have begun keep theirs. Raises: FreePlanCostsNothing, TooSoon.
    """
    row = BillingPlan.objects.select_for_update().get(pk=plan.pk)
    if row.is_free:
        raise FreePlanCostsNothing
    before = row.prices.filter(currency=amount.currency, every=every)
    day = _first_day(valid_from) if before.exists() else day_begun_everywhere()
    if before.filter(valid_from__gte=day).exists():
        raise TooSoon(PRICE_LEAD_DAYS)
    price = PlanPrice.objects.create(
        plan=row,
        currency=amount.currency,
        every=every,
        amount_minor=amount.minor,
        valid_from=day,
    )
    detail = {"price": str(amount), "every": every.value, "from": day.isoformat()}
    record(actor=by, action="billing.set_price", target=row, detail=detail)
    return price


def earliest_change() -> date:
    return clock.now().date() + timedelta(days=PRICE_LEAD_DAYS)


def _first_day(wanted: date | None) -> date:
    """Raises: TooSoon."""
    if wanted is None or wanted < earliest_change():
        raise TooSoon(PRICE_LEAD_DAYS)
    return wanted
