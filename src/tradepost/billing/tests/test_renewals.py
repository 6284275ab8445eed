"""Renewals exactly once, on the right day and at the price that was told, whatever the clock does."""

from calendar import monthrange
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.together import together

from tradepost.audit.types import SYSTEM
from tradepost.billing.actions import renew
from tradepost.billing.actions.join import cancel_plan, choose_next, join_plan, keep_plan
from tradepost.billing.actions.plans import PRICE_LEAD_DAYS, earliest_change, set_price
from tradepost.billing.actions.renew import tend_subscriptions
from tradepost.billing.models import BillingAccount, PlanPeriod, PlanPrice, PlanSubscription
from tradepost.billing.queries import running_subscription
from tradepost.billing.tests.samples import a_price
from tradepost.billing.types import OfferGone, PlanInterval
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant

PAYER = {
    "name": "Ledger & Daughters",
    "address": "Low Street 2",
    "country": "DE",
    "email": "bills@payer.example",
    "vat_id": "",
}
ZONES = [
    *("UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Cairo"),
]
START = datetime(2026, 1, 31, 9, tzinfo=UTC)


def joined(merchant: Merchant, price: PlanPrice) -> PlanSubscription:
    return join_plan(merchant=merchant, price=price, account=PAYER, by=SYSTEM)


def periods(subscription: PlanSubscription) -> list[PlanPeriod]:
    with scopes_disabled():
        return list(PlanPeriod.objects.filter(subscription=subscription).order_by("starts_on"))


def days_by_day(turned: clock.Turned, days: int) -> None:
    for _day in range(days):
        turned.forward(timedelta(days=1))
        tend_subscriptions()


@pytest.mark.django_db
def test_month_ends_are_those_of_the_first_day(merchant):
    with clock.at(START) as turned:
        subscription = joined(merchant, a_price())
        days_by_day(turned, 95)
    assert [one.starts_on for one in periods(subscription)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


@pytest.mark.django_db
def test_a_trial_is_free_once_and_then_paid_from_its_end(merchant):
    with clock.at(START) as turned:
        price = a_price(trial_days=14)
        subscription = joined(merchant, price)
        days_by_day(turned, 15)
        trial, paid = periods(subscription)
        assert (trial.amount_minor, trial.ends_on) == (0, date(2026, 2, 14))
        assert (paid.amount_minor, paid.starts_on) == (1900, date(2026, 2, 14))
        cancel_plan(merchant=merchant, by=SYSTEM)
        days_by_day(turned, 40)
        assert running_subscription(merchant) is None
        again = joined(merchant, price)
        assert periods(again)[0].amount_minor == 1900, "a second trial"


@pytest.mark.django_db
def test_cancelled_it_runs_to_its_end_and_the_account_goes(merchant):
    with clock.at(START) as turned:
        joined(merchant, a_price())
        cancel_plan(merchant=merchant, by=SYSTEM)
        days_by_day(turned, 27)
        assert running_subscription(merchant) is not None
        turned.forward(timedelta(days=1))
        assert (tend_subscriptions(), tend_subscriptions()) == (1, 0)
        assert running_subscription(merchant) is None
    with scopes_disabled():
        assert not BillingAccount.objects.exists()


@pytest.mark.django_db
def test_kept_again_it_renews(merchant):
    with clock.at(START) as turned:
        subscription = joined(merchant, a_price())
        cancel_plan(merchant=merchant, by=SYSTEM)
        keep_plan(merchant=merchant, by=SYSTEM)
        days_by_day(turned, 28)
    assert len(periods(subscription)) == 2


@pytest.mark.django_db
def test_a_shop_that_closes_is_not_renewed(merchant):
    with clock.at(START) as turned:
        subscription = joined(merchant, a_price())
        Merchant.objects.filter(pk=merchant.pk).update(closing_at=START + timedelta(days=60))
        days_by_day(turned, 40)
    assert len(periods(subscription)) == 1


@pytest.mark.django_db
def test_a_new_price_holds_from_its_day_and_changes_no_period_before(merchant):
    with clock.at(START) as turned:
        price = a_price()
        subscription = joined(merchant, price)
        dearer = set_price(
            plan=price.plan,
            every=PlanInterval.MONTH,
            amount=Money(2500, "EUR"),
            valid_from=earliest_change(),
            by=SYSTEM,
        )
        days_by_day(turned, 65)
    assert dearer.valid_from == START.date() + timedelta(days=PRICE_LEAD_DAYS)
    assert [one.amount_minor for one in periods(subscription)] == [1900, 1900, 2500]


@pytest.mark.django_db
def test_a_change_to_yearly_begins_with_the_next_period(merchant):
    with clock.at(START) as turned:
        price = a_price()
        yearly = set_price(
            plan=price.plan,
            every=PlanInterval.YEAR,
            amount=Money(19000, "EUR"),
            valid_from=None,
            by=SYSTEM,
        )
        subscription = joined(merchant, price)
        choose_next(merchant=merchant, price=yearly, by=SYSTEM)
        days_by_day(turned, 30)
    month, year = periods(subscription)
    assert (month.ends_on, year.ends_on) == (date(2026, 2, 28), date(2027, 2, 28))
    assert (month.amount_minor, year.amount_minor) == (1900, 19000)


@pytest.mark.django_db
def test_a_scheduler_that_was_away_reminds_first_and_charges_days_later(merchant):
    with clock.at(START) as turned:
        subscription = joined(merchant, a_price())
        turned.forward(timedelta(days=60))
        assert (tend_subscriptions(), tend_subscriptions()) == (1, 0)
        assert len(periods(subscription)) == 1, "charged without a reminder"
        turned.forward(timedelta(days=3))
        tend_subscriptions()
        first, second = periods(subscription)
        assert second.starts_on == first.ends_on


@pytest.mark.django_db
def test_a_clock_that_is_a_year_ahead_for_a_turn_charges_nobody(merchant, mailbox):
    with clock.at(START) as turned:
        subscription = joined(merchant, a_price())
        turned.move_to(START + timedelta(days=365))
        tend_subscriptions()
        turned.move_to(START)
        days_by_day(turned, 28)
    first, second = periods(subscription)
    assert second.starts_on == first.ends_on
    assert len(mailbox("billing/renewal")) == 2, "the one that came too early does not count"


@pytest.mark.django_db
def test_whoever_is_killed_in_the_middle_leaves_nothing_and_the_next_turn_does_it(
    merchant, monkeypatch
):
    with clock.at(START) as turned:
        subscription = joined(merchant, a_price())
        days_by_day(turned, 27)
        turned.forward(timedelta(days=1))
        with monkeypatch.context() as broken:
            broken.setattr(renew, "record", _killed)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                tend_subscriptions()
        assert len(periods(subscription)) == 1
        assert (tend_subscriptions(), tend_subscriptions()) == (1, 0)
    assert len(periods(subscription)) == 2


def _killed(**_said: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_the_database_refuses_a_second_period_from_the_same_day(merchant):
    period = periods(joined(merchant, a_price()))[0]
    period.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        period.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_six_schedulers_at_once_renew_once_and_remind_once(merchant, mailbox):
    subscription = joined(merchant, a_price())
    end = periods(subscription)[0].ends_on
    moment = datetime.combine(end, datetime.min.time(), UTC)
    for days in (-7, 0):
        assert together(*[lambda at=moment + timedelta(days=days): _tended(at)] * 6) == []
    assert [one.starts_on for one in periods(subscription)][1:] == [end]
    assert len(mailbox("billing/renewal")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_six_clicks_one_joins(merchant, mailbox):
    price = a_price()
    problems = together(*[lambda: joined(merchant, price)] * 6)
    assert {type(one).__name__ for one in problems} == {"AlreadySubscribed"}
    assert len(problems) == 5
    assert len(mailbox("billing/joined")) == 1


def _tended(at: datetime) -> None:
    with clock.at(at):
        tend_subscriptions()


STEP = st.one_of(
    st.tuples(st.just("on"), st.integers(1, 40 * 24)),  # hours
    st.tuples(st.just("back"), st.integers(1, 30 * 24)),
    st.tuples(st.just("price"), st.integers(1, 10**6)),
    st.tuples(st.just("interval"), st.sampled_from(["month", "year"])),
)


class Story:
    """A subscription under a clock that jumps, with what its reminders said."""

    def __init__(self, merchant: Merchant, turned: clock.Turned, every: str) -> None:
        self.merchant, self.turned, self.latest = merchant, turned, turned.moment
        self.told: dict[int, list[int]] = {}
        monthly = a_price()
        self.plan = monthly.plan
        yearly = self.priced(19_000, PlanInterval.YEAR, None)
        self.subscription = joined(merchant, monthly if every == "month" else yearly)

    def priced(self, amount: int, every: PlanInterval, day: date | None) -> PlanPrice:
        money = Money(amount, "EUR")
        return set_price(plan=self.plan, every=every, amount=money, valid_from=day, by=SYSTEM)

    def reminded(
        self, _row: object, _account: object, period: PlanPeriod, price: PlanPrice
    ) -> None:
        self.told.setdefault(period.pk, []).append(price.amount_minor)

    def takes(self, step: tuple[str, object]) -> None:
        what, value = step
        if what == "on":
            self.turned.forward(timedelta(hours=value))
        elif what == "back":
            self.turned.forward(-timedelta(hours=value))
        elif what == "price":
            last = self.plan.prices.latest("valid_from").valid_from
            day = max(earliest_change(), last + timedelta(days=1))
            for every in PlanInterval:
                self.priced(value, every, day)
        else:
            self._chooses(value)
        self.latest = max(self.latest, self.turned.moment)

    def _chooses(self, every: str) -> None:
        today = clock.now().date() - timedelta(days=1)
        prices = self.plan.prices.filter(every=every, valid_from__lte=today)
        price = prices.order_by("valid_from").last()
        if price is None:
            return
        with suppress(OfferGone):  # where the shop is, another price has begun
            choose_next(merchant=self.merchant, price=price, by=SYSTEM)


@pytest.mark.django_db
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.dates(date(2023, 12, 28), date(2032, 3, 1)),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
    every=st.sampled_from(["month", "year"]),
    steps=st.lists(STEP, min_size=5, max_size=40),
)
def test_whatever_the_clock_does_periods_are_whole_and_charged_as_told(
    make_merchant, monkeypatch, first, hour, zone, every, steps
):
    moment = datetime(first.year, first.month, first.day, hour, tzinfo=UTC)
    with transaction.atomic(), clock.at(moment) as turned:
        shop = Merchant.objects.create(
            name="Clock", handle=f"clock-{clock.now():%s}", contact_email="c@clock.example",
            country="DE", time_zone=zone,
        )  # fmt: skip
        story = Story(shop, turned, every)
        monkeypatch.setattr(renew, "mail_renewal", story.reminded)
        for step in steps:
            story.takes(step)
            tend_subscriptions()
            assert tend_subscriptions() in {0, 1}
        _look_at(story, moment, zone)
        transaction.set_rollback(True)


def _look_at(story: Story, moment: datetime, zone: str) -> None:
    rows = periods(story.subscription)
    anchor = moment.astimezone(ZoneInfo(zone)).date()
    newest = story.latest.astimezone(ZoneInfo(zone)).date()
    assert rows[0].starts_on == anchor
    for before, after in pairwise(rows):
        assert after.starts_on == before.ends_on, "a gap or an overlap"
        assert after.starts_on <= newest, "charged for a period that has not begun"
        assert after.amount_minor == story.told[before.pk][-1], "charged something else than told"
        assert before.reminded_on <= after.made_at.astimezone(ZoneInfo(zone)).date() - timedelta(3)
    for row in rows:
        long = monthrange(row.starts_on.year, row.starts_on.month)[1]
        assert row.starts_on.day == min(anchor.day, long), "the day of the month wandered"
