"""What the start page of the back office says of privacy."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.datamap.rooms import Figure, Tile
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import HOME
from tradepost.notice.versions import posted_versions


def _changing(merchant: Merchant) -> Figure | None:  # noqa: ARG001  the form of every tile
    """The operator's notice, which is for the people of this shop, while a change is announced."""
    coming = posted_versions(None).announced
    if not coming:
        return None
    date = coming[-1].version.effective_date
    return Figure(
        value=date_format(date) if date else "",
        note=_("the privacy notice changes"),
        url=reverse("notice:notice"),
        tone="warn",
    )


TILES = (
    Tile(
        label=gettext_lazy("Privacy notice"),
        permission=HOME,
        read=_changing,
        order=90,
    ),
)
