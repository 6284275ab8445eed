"""What the start page of the back office says of people who wait."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Figure, Tile
from tradepost.merchants.models import Merchant
from tradepost.support.queries import waiting_count
from tradepost.support.types import SEE_SUPPORT, SUPPORT
from tradepost.ui.paging import COUNTED, up_to_most


def _waiting(merchant: Merchant) -> Figure | None:
    waiting = waiting_count(merchant, COUNTED)
    if not waiting:
        return None
    return Figure(
        value=up_to_most(waiting),
        note=_("wait for an answer"),
        url=reverse("support_office:queue", args=[merchant.handle]),
        tone="warn",
    )


TILES = (
    Tile(label=_("Conversations"), permission=SEE_SUPPORT, read=_waiting, order=15, module=SUPPORT),
)
