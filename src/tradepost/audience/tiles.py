"""The audience's figure on the start page."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from tradepost.audience.queries import subscriptions_of
from tradepost.audience.types import SEE_AUDIENCE
from tradepost.datamap.rooms import Figure, Tile
from tradepost.merchants.models import Merchant


def _subscriptions(merchant: Merchant) -> Figure:
    count = subscriptions_of(merchant)
    url = reverse("audience_office:contacts", args=[merchant.handle])
    return Figure(value=number_format(count, force_grouping=True), url=url)


TILES = (
    Tile(
        label=gettext_lazy("Subscriptions"),
        permission=SEE_AUDIENCE,
        read=_subscriptions,
        order=20,
    ),
)
