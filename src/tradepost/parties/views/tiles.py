"""What the start page of the back office says of contracts with outside parties."""

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from tradepost.datamap.rooms import Figure, Tile
from tradepost.merchants.models import Merchant
from tradepost.parties.queries import lines_with_problems
from tradepost.rights.types import SEE_PRIVACY


def _lacking(merchant: Merchant) -> Figure | None:
    lines = lines_with_problems(merchant)
    if not lines:
        return None
    problems = [problem for line in lines for problem in line.problems]
    urgent = sum(problem.is_urgent for problem in problems)
    due = len(problems) - urgent
    lacking = ngettext(
        "%(n)s contract or safeguard is missing",
        "%(n)s contracts or safeguards are missing",
        urgent,
    )
    soon = ngettext("%(n)s review or renewal is due", "%(n)s reviews or renewals are due", due)
    return Figure(
        value=str(len(lines)),
        note=lacking % {"n": urgent} if urgent else soon % {"n": due},
        url=reverse("parties_office:list", args=[merchant.handle]),
        tone="bad" if urgent else "warn",
    )


TILES = (
    Tile(label=gettext_lazy("Outside parties"), permission=SEE_PRIVACY, read=_lacking, order=16),
)
