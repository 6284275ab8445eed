"""How much of what a shop may have, and the stop when there is no more room.

A stop refuses something new and takes nothing away: what is there stays and goes on working, also when a
shop is on a smaller plan than before.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django_scopes import scope

from tradepost.billing.meters.registry import meters
from tradepost.billing.queries import free_plan, last_period, running_subscription
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


class AllowanceReached(ValueError):
    """The plan has no room for more; ``in_words`` says how much there is and what to do."""

    def __init__(self, merchant: Merchant, meter: str, *, most: int, used: int) -> None:
        super().__init__(f"{meter}: {used} of {most}")
        self.merchant, self.meter, self.most, self.used = merchant, meter, most, used

    @property
    def page(self) -> str:
        return reverse("billing_office:use", args=[self.merchant.handle])

    @property
    def in_words(self) -> str:
        text = _(
            "Your plan allows %(most)s (%(what)s), and %(used)s are used. Nothing is lost; choose another plan, or make room, under Settings › Plan."
        )
        return text % {
            "most": number_format(self.most, force_grouping=True),
            "used": number_format(self.used, force_grouping=True),
            "what": meters[self.meter].label,
        }


def month_of(merchant: Merchant) -> datetime:
    """When the month began where the shop is."""
    today = timezone.localtime(clock.now(), ZoneInfo(merchant.time_zone))
    return today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def units_of(merchant: Merchant, name: str) -> QuerySet[Model]:
    """The rows that are counted, in the shop's scope or outside."""
    with scope(merchant=merchant):
        return meters[name].units(merchant, month_of(merchant))


def all_allowed(merchant: Merchant) -> dict[str, int]:
    """Of each meter with a bound how many. What a running period was sold with is never made less."""
    running = running_subscription(merchant)
    plan = running.plan if running else free_plan()
    now = {} if plan.pk is None else plan.bounds()
    if running is None:
        return now
    sold = last_period(running).allows
    return {name: max(most, sold[name]) for name, most in now.items() if name in sold}


def allowed(merchant: Merchant, name: str) -> int | None:
    """None: as many as there are."""
    return all_allowed(merchant).get(name)


def require_room(*, merchant: Merchant, meter: str, count: int = 1) -> None:
    """Before ``count`` more are made, in the transaction that makes them. Raises: AllowanceReached."""
    left = room_left(merchant=merchant, meter=meter)
    if left is not None and count > left:
        most = allowed(merchant, meter) or 0
        raise AllowanceReached(merchant, meter, most=most, used=units_of(merchant, meter).count())


def room_left(*, merchant: Merchant, meter: str) -> int | None:
    """How many more; None: without bound.

    Two at once do not both get the last place: the shop's row stays locked until the caller's transaction
    ends. Counts no further than the bound.
    """
    most = allowed(merchant, meter)
    if most is None:
        return None
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("ask for room inside the transaction that uses it")
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    used = units_of(merchant, meter)[: most + 1].count()
    return max(0, most - used)
