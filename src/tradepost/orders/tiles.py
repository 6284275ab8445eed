"""The orders room's figures on the start page."""

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tradepost.datamap.rooms import Figure, Tile
from tradepost.lib.money import Money
from tradepost.merchants.models import Merchant
from tradepost.orders.queries import sold_in, waiting_count
from tradepost.orders.types import SEE_ORDERS
from tradepost.ui.paging import up_to_most


def _waiting(merchant: Merchant) -> Figure:
    count = waiting_count(merchant)
    url = reverse("orders_office:orders", args=[merchant.handle]) + "?state=waiting"
    return Figure(value=up_to_most(count), url=url, tone="warn" if count else "good")


def _sold(merchant: Merchant) -> Figure:
    total = sum(sold_in(merchant, 30).values())
    return Figure(
        value=Money(total, merchant.currency).format(get_language() or merchant.language),
        note=_("in 30 days"),
    )


TILES = (
    Tile(
        label=gettext_lazy("Orders waiting"),
        permission=SEE_ORDERS,
        read=_waiting,
        order=10,
    ),
    Tile(label=gettext_lazy("Paid"), permission=SEE_ORDERS, read=_sold, order=11),
)
