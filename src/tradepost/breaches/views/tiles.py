"""What the start page of the back office says of running clocks."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tradepost.breaches.queries import running_clocks
from tradepost.datamap.rooms import Figure, Tile
from tradepost.merchants.models import Merchant
from tradepost.rights.types import SEE_PRIVACY


def _running(merchant: Merchant) -> Figure | None:
    running = running_clocks(merchant)
    if not running:
        return None
    first = running[0]
    hours = max(int(first.seconds_left // 3600), 0)
    left = ngettext("%(hours)s hour left", "%(hours)s hours left", hours) % {"hours": hours}
    note = _("the time to report has passed") if first.is_late else left
    return Figure(
        value=str(len(running)),
        note=_("drill: %s") % note if first.is_drill else note,
        url=reverse("breaches_office:list", args=[merchant.handle]),
        tone="bad" if first.is_late else "warn",
    )


TILES = (Tile(label=gettext_lazy("Incidents"), permission=SEE_PRIVACY, read=_running, order=14),)
