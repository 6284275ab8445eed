"""What to look at before a letter goes out: what stops it, what is worth a second look, what is well."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tradepost.campaigns.compose.letter import Letter
from tradepost.campaigns.models import Campaign

MOST_BYTES = 102 * 1024  # Gmail cuts what is longer, and with it the unsubscribe link

STOP, LOOK, WELL = "bad", "warn", "good"


@dataclass(frozen=True, slots=True)
class LetterCheck:
    """``tone``: bad (it cannot be sent), warn, good."""

    tone: str
    text: str

    @property
    def stops(self) -> bool:
        return self.tone == STOP


def size_of(letter: Letter) -> int:
    """Bytes of HTML with the holes at the length that addresses usually have."""
    return sum(len(part.encode()) if isinstance(part, str) else 90 for part in letter.html)


def checks(campaign: Campaign, letter: Letter) -> list[LetterCheck]:
    return [*_words(campaign, letter), *_form(letter), *_sender(campaign)]


def _words(campaign: Campaign, letter: Letter) -> Iterator[LetterCheck]:
    for sentences in letter.problems.values():
        yield from (LetterCheck(STOP, sentence) for sentence in sentences)
    for sentences in letter.hints.values():
        yield from (LetterCheck(LOOK, sentence) for sentence in sentences)
    if not campaign.subject.strip():
        yield LetterCheck(STOP, _("There is no subject."))
    if not campaign.body.strip():
        yield LetterCheck(STOP, _("There is no text."))
    if campaign.contact_list_id is None and campaign.segment_id is None:
        yield LetterCheck(STOP, _("Nobody is chosen: pick a list or a segment."))
    if not campaign.preheader.strip():
        yield LetterCheck(LOOK, _("Without a preview line, mail programs show the first words."))


def _form(letter: Letter) -> Iterator[LetterCheck]:
    size = size_of(letter)
    shown = {"size": f"{size / 1024:.0f}"}
    if size > MOST_BYTES:
        yield LetterCheck(
            STOP, _("It is %(size)s kB long; Gmail cuts letters of more than 102 kB.") % shown
        )
    else:
        yield LetterCheck(WELL, _("%(size)s kB: under the 102 kB at which Gmail cuts.") % shown)
    missing = sum(1 for address, alt in letter.images if not alt and not address.endswith("/x"))
    if missing:
        yield LetterCheck(
            LOOK,
            ngettext(
                "%(count)d picture has no description for people who do not see it.",
                "%(count)d pictures have no description for people who do not see them.",
                missing,
            )
            % {"count": missing},
        )
    if not letter.links:
        yield LetterCheck(LOOK, _("There is no link that could be followed and counted."))
    personal = [
        shown for shown, target in zip(letter.links, letter.targets, strict=True) if len(target) > 1
    ]
    if personal:
        words = _("What a field puts into a link, the page it leads to gets to know: %(link)s.")
        yield LetterCheck(LOOK, words % {"link": personal[0][:120]})
    if letter.is_whole and any(letter.text):
        yield LetterCheck(WELL, _("It has a text part, an unsubscribe link and a privacy link."))


def _sender(campaign: Campaign) -> Iterator[LetterCheck]:
    if not campaign.merchant.postal_address.strip():
        yield LetterCheck(
            STOP, _("Your postal address is missing: enter it in the settings of your shop.")
        )
