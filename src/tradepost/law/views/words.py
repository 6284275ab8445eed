"""What the page, the start page and the command say of a law."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Figure, Tile
from tradepost.law.queries import missing_count
from tradepost.law.types import LawLine, LawStanding, Text
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import SEE_SETTINGS

# heading, the word beside each law, and its tone
WORDS: dict[LawStanding, tuple[Text, Text, str]] = {
    LawStanding.MISSING: (_("Something is missing"), _("something is missing"), "bad"),
    LawStanding.BY_HAND: (_("You must do this yourself"), _("your own part"), "warn"),
    LawStanding.KEPT: (_("Found in order"), _("found in order"), "good"),
    LawStanding.TO_COME: (_("Not in force yet"), _("not in force yet"), "quiet"),
    LawStanding.EXEMPT: (_("Asks nothing of your shop"), _("does not apply"), "quiet"),
    LawStanding.OVER: (_("No longer in force"), _("over"), "quiet"),
}


@dataclass(frozen=True, kw_only=True)
class LawSection:
    """The laws of one standing, as the page shows them."""

    title: Text
    word: Text
    tone: str
    lines: list[LawLine]
    folded: bool


def sections(lines: list[LawLine]) -> list[LawSection]:
    """Those that have lines, in the order of ``LawStanding``."""
    found = []
    for standing, (title, word, tone) in WORDS.items():
        own = [line for line in lines if line.standing is standing]
        folded = standing in {LawStanding.EXEMPT, LawStanding.OVER}
        if own:
            found.append(LawSection(title=title, word=word, tone=tone, lines=own, folded=folded))
    return found


def _missing(merchant: Merchant) -> Figure | None:
    count = missing_count(merchant)
    if not count:
        return None
    return Figure(
        value=str(count),
        note=_("missing"),
        url=reverse("law_office:laws", args=[merchant.handle]),
        tone="bad",
    )


TILES = (Tile(label=_("What the law asks"), permission=SEE_SETTINGS, read=_missing, order=16),)
