"""Words of plans and billing accounts, and what is refused."""

from typing import TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission

OPEN_BILLING = Permission(name="open_billing")
CHANGE_BILLING = Permission(name="change_billing")
# Whoever holds it sees the start page and what the shop pays for, and none of its customers.
BILLING_ROLE = "billing"


class PlanInterval(models.TextChoices):
    """How often a plan is paid."""

    MONTH = "month", _("each month")
    YEAR = "year", _("each year")

    @property
    def months(self) -> int:
        return 12 if self is PlanInterval.YEAR else 1

    @property
    def reminder_days(self) -> int:
        """So long before a renewal the reminder goes out."""
        return 30 if self is PlanInterval.YEAR else 7


class AccountFacts(TypedDict):
    """What a billing account says."""

    name: str
    address: str
    country: str
    email: str
    vat_id: str


class PlanFacts(TypedDict):
    """What the operator says of a plan."""

    name: str
    text: str
    position: int
    trial_days: int


class AlreadySubscribed(ValueError):
    """The shop is on a paid plan; it changes that instead of joining another."""


class NotSubscribed(ValueError):
    """The shop is on the free plan: there is nothing to cancel, change or bill."""


class OfferGone(ValueError):
    """The plan takes nobody new, or its price has changed since the page was opened."""


class TooSoon(ValueError):
    """A new price of what shops pay already is announced before it holds; ``days`` says how long."""

    def __init__(self, days: int) -> None:
        super().__init__(f"at least {days} days ahead")
        self.days = days


class FreePlanCostsNothing(ValueError):
    """The plan that every shop has by default takes no price and is never closed."""
