"""What a shop's start page shows: how it goes, and what waits to be done."""

from datetime import timedelta
from typing import Any

from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from tradepost.campaigns.models import Campaign
from tradepost.campaigns.queries import campaigns_of
from tradepost.campaigns.types import CAMPAIGNS, SEE_CAMPAIGNS
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.modules.steps import first_steps
from tradepost.modules.switches import is_on
from tradepost.modules.tiles import tiles_for
from tradepost.orders.models import Order
from tradepost.orders.queries import OrderFilter, orders_of, sold_in
from tradepost.orders.types import SEE_ORDERS
from tradepost.ui.drawing.charts import Chart, Series
from tradepost.ui.templatetags.ui import reader_locale

DAYS = 30
ROWS = 5


def today(membership: Membership) -> dict[str, Any]:
    """Only what this member may see; as many queries for a large shop as for a new one."""
    merchant = membership.merchant
    shown: dict[str, object] = {"tiles": tiles_for(membership)}
    if membership.may(SEE_ORDERS):
        shown |= {"sales": _sales(merchant), "waiting": _waiting(merchant)}
    if membership.may(CHANGE_SETTINGS):
        shown["steps"] = first_steps(merchant)
    if membership.may(SEE_CAMPAIGNS) and is_on(CAMPAIGNS, merchant):
        shown["campaigns"] = _campaigns(merchant)
    return shown


def _sales(merchant: Merchant) -> Chart | None:
    """Money received by day, in the currency's smallest units; None where there was nothing."""
    sold = sold_in(merchant, DAYS)
    if not any(sold.values()):
        return None
    end = clock.now().date()
    days = [end - timedelta(days=back) for back in reversed(range(DAYS))]

    def shown(value: float) -> str:
        return Money(round(value), merchant.currency).format(reader_locale())

    return Chart(
        title=_("Paid by day, the last %(days)s days") % {"days": DAYS},
        labels=[format_skeleton("MMMd", day, locale=reader_locale()) for day in days],
        series=[Series(_("Paid"), [float(sold.get(day, 0)) for day in days])],
        heading=_("Day"),
        format_value=shown,
    )


def _waiting(merchant: Merchant) -> list[Order]:
    return list(orders_of(merchant, OrderFilter(state="waiting"))[:ROWS])


def _campaigns(merchant: Merchant) -> list[Campaign]:
    return list(campaigns_of(merchant).order_by("-created_at")[:ROWS])
