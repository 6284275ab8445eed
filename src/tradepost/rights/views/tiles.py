"""What the start page of the back office says of people's requests."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.datamap.rooms import Figure, Tile
from tradepost.merchants.models import Merchant
from tradepost.rights.queries import unanswered_requests
from tradepost.rights.types import SEE_PRIVACY


def _waiting(merchant: Merchant) -> Figure | None:
    waiting = unanswered_requests()
    if not waiting:
        return None
    late = any(row.is_overdue for row in waiting)
    return Figure(
        value=str(len(waiting)),
        note=_("a deadline has passed") if late else _("answered within a month, says the law"),
        url=reverse("rights_office:requests", args=[merchant.handle]),
        tone="bad" if late else "warn",
    )


TILES = (
    Tile(label=gettext_lazy("Privacy requests"), permission=SEE_PRIVACY, read=_waiting, order=15),
)
