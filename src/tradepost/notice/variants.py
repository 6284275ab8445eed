"""What the notice says besides to readers of one part of the world.

A variant holds the general text and adds to it: it may promise more, never less (promise notice.variants).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.vocabulary import Kind
from tradepost.datamap.words import word
from tradepost.notice.types import NoticeVariant

Text = str | LazyText


class PromisesLess(ValueError):
    """A variant lacks something that the general text says."""


@dataclass(frozen=True, kw_only=True)
class OwnLine:
    id: str
    text: str


# The general text's own lines stand in every variant.
_OWN: dict[NoticeVariant, dict[str, Text]] = {
    NoticeVariant.WORLD: {
        "world.rights": _(
            "Wherever you live, you have the same rights here as people in the European Union; where your own law gives you more, that holds as well."
        ),
    },
    NoticeVariant.EUROPE: {
        "eu.rights": _(
            "The General Data Protection Regulation, or your country's law of the same content, gives you all rights on this page (Art. 12 to 22 GDPR)."
        ),
        "eu.transfers": _(
            "Nothing about you leaves %(storage_country)s unless the list of outside parties says so, and by which safeguard (Art. 44 to 49 GDPR)."
        ),
        "eu.complaint": _(
            "Besides %(supervisory_authority)s you may turn to the authority where you live, where you work, or where you think that the law was broken (Art. 77 GDPR)."
        ),
        "eu.objection": _(
            "You may object at any time to whatever rests on a legitimate interest, and to advertisements without any reason (Art. 21 GDPR)."
        ),
    },
    NoticeVariant.CALIFORNIA: {
        "california.rights": _(
            "You have the right to know, to correct, to delete and to be treated the same afterwards; the portal does all of it: %(portal_url)s."
        ),
        "california.categories": _(
            "These categories were collected in the last twelve months: %(categories)s."
        ),
        "california.sale": _(
            "None of it was sold, or shared for advertising across sites, in the last twelve months, so there is nothing to opt out of."
        ),
        "california.tracking": _(
            "No other company collects data about your visits here over time and across sites. Do Not Track and Global Privacy Control are honoured."
        ),
    },
}
# The categories of the California Consumer Privacy Act, § 1798.140(v), for each of our kinds.
_CATEGORIES: dict[Text, tuple[Kind, ...]] = {
    _("identifiers"): (
        *(Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.ADDRESS, Kind.COUNTRY, Kind.LANGUAGE),
        *(Kind.WEBSITE, Kind.NETWORK, Kind.CREDENTIAL),
    ),
    _("commercial information"): (Kind.ORDER, Kind.PAYMENT, Kind.BUSINESS),
    _("internet or other network activity"): (Kind.DEVICE, Kind.BEHAVIOUR, Kind.ACTIVITY),
    _("what you write and choose"): (Kind.MESSAGE, Kind.CONSENT, Kind.CUSTOM, Kind.FILE),
}


def own_lines(
    variant: NoticeVariant, kinds: Iterable[Kind], figures: Mapping[str, str]
) -> list[OwnLine]:
    """The general text's, then the variant's. ``kinds``: what is held of these readers."""
    said = {**_OWN[NoticeVariant.WORLD], **_OWN[variant]}
    held = set(kinds)
    known = _KnownFigures(figures, "; ".join(_categories(held)))
    return [OwnLine(id=id, text=str(text) % known) for id, text in said.items()]


class _KnownFigures(dict[str, str]):
    """The notice's figures, worked out when a line asks, and the categories."""

    def __init__(self, figures: Mapping[str, str], categories: str) -> None:
        super().__init__(categories=categories)
        self._figures = figures

    def __missing__(self, name: str) -> str:
        return self._figures[name]


def _categories(held: set[Kind]) -> Iterator[str]:
    for category, kinds in _CATEGORIES.items():
        if found := [word(kind) for kind in kinds if kind in held]:
            yield f"{category} ({', '.join(found)})"


def refuse_less(texts: Mapping[NoticeVariant, list[tuple[str, str]]]) -> None:
    """Raises: PromisesLess, where a variant lacks a line of the general text."""
    for variant, lines in texts.items():
        if lacking := sorted(set(texts[NoticeVariant.WORLD]) - set(lines)):
            names = ", ".join(name for name, _text in lacking)
            raise PromisesLess(f"The text for {variant.label} lacks: {names}")
