"""What the demo's operator offers, and the plan that the demo shop joined three months ago."""

from datetime import datetime, timedelta

from django_scopes import scopes_disabled

from tradepost.audit.types import SYSTEM, Actor
from tradepost.billing.actions.join import join_plan
from tradepost.billing.actions.plans import describe_free_plan, make_plan, set_price
from tradepost.billing.actions.renew import tend_subscriptions
from tradepost.billing.models import PlanPrice
from tradepost.billing.types import AccountFacts, PlanFacts, PlanInterval
from tradepost.delivery.models import Mail
from tradepost.demo import plan
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant

_SINCE = timedelta(days=100)
_OFFERS = (
    ("Bench", "For one maker: a shop, a list, a letter a month.", 14, 900, 9_000, (500, 50, 1_000)),
    ("Workshop", "For a small team.", 14, 1_900, 19_000, (2_400, 200, 10_000)),
    ("Market hall", "For a busy shop, without bounds.", 0, 4_900, 49_000, ()),
)
_BOUNDED = ("contacts", "products", "messages")
_PAYER = AccountFacts(
    name="Ember & Oak, books",
    address="Ludwigstraße 12\n63065 Offenbach am Main",
    country="DE",
    email=plan.OWNER,
    vat_id="",
)


def offer_plans(now: datetime) -> PlanPrice:
    """A free plan and three that are paid, each by month and by year; returns the one a workshop takes."""
    with clock.at(now - _SINCE - timedelta(days=1)):
        describe_free_plan(name="Seed", text="A shop and a list, to begin with.", by=SYSTEM)
        prices = {
            name: _offer(_facts(place, name, text, trial), month, year, bounds)
            for place, (name, text, trial, month, year, bounds) in enumerate(_OFFERS, 1)
        }
    return prices["Workshop"]


def _facts(place: int, name: str, text: str, trial: int) -> PlanFacts:
    return PlanFacts(name=name, text=text, position=place, trial_days=trial)


def _offer(facts: PlanFacts, month: int, year: int, bounds: tuple[int, ...]) -> PlanPrice:
    most = dict(zip(_BOUNDED, bounds, strict=False))
    offer = make_plan(facts=facts, bounds=most, by=SYSTEM)
    made = {
        every: set_price(
            plan=offer, every=every, amount=Money(amount, "EUR"), valid_from=None, by=SYSTEM
        )
        for every, amount in ((PlanInterval.MONTH, month), (PlanInterval.YEAR, year))
    }
    return made[PlanInterval.MONTH]


def join_a_plan(merchant: Merchant, owner: User, price: PlanPrice, now: datetime) -> None:
    """Joined with a trial, reminded of and renewed since, as the clockwork would have done; mails nothing."""
    with clock.at(now - _SINCE) as turned:
        join_plan(merchant=merchant, price=price, account=_PAYER, by=Actor.user(owner))
        while turned.moment < now - timedelta(days=1):
            turned.forward(timedelta(days=1))
            tend_subscriptions()
    with scopes_disabled():
        Mail.objects.filter(merchant=merchant, template__startswith="billing/").delete()
