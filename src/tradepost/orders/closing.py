"""What the orders room says before a shop closes, and which links its customers hold."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tradepost.lib import clock
from tradepost.merchants import closing
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order, OrderHold
from tradepost.orders.queries import waiting_count


def order_links(merchant: Merchant) -> Iterator[str]:
    tokens = Order.objects.filter(merchant=merchant).values_list("token", flat=True)
    yield from (token for token in tokens.iterator() if token)  # erased orders have none


def waiting_orders(merchant: Merchant) -> closing.Matter | None:
    count = waiting_count(merchant)
    if not count:
        return None
    words = ngettext(
        "%(count)d order waits for you. Carry it out or cancel it: its customer can look it up only until then.",
        "%(count)d orders wait for you. Carry them out or cancel them: their customers can look them up only until then.",
        count,
    )
    return closing.Matter(
        words=words % {"count": count},
        url=reverse("orders_office:orders", args=[merchant.handle]) + "?state=waiting",
        link=_("See the waiting orders"),
        order=20,
    )


def disputed_orders(merchant: Merchant) -> Iterator[Order]:
    """A dispute holds them; what hangs on an order stays with it."""
    holds = OrderHold._base_manager.filter(merchant=merchant, lifted_at=None, until__gt=clock.now())
    for hold in holds.select_related("order"):
        yield hold.order
