"""What the catalogue says of a promise."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

Text = str | LazyText


class Section(StrEnum):
    """The order of the list is the order of the notice."""

    COLLECTION = "collection"
    PURPOSES = "purposes"
    CHOICE = "choice"
    COOKIES = "cookies"
    ACCESS = "access"
    SHARING = "sharing"
    SECURITY = "security"
    KEEPING = "keeping"
    RIGHTS = "rights"
    NOTICE = "notice"


TITLES: dict[Section, Text] = {
    Section.COLLECTION: _("What we collect"),
    Section.PURPOSES: _("What we use it for"),
    Section.CHOICE: _("What you can choose"),
    Section.COOKIES: _("Cookies"),
    Section.ACCESS: _("Who sees it"),
    Section.SHARING: _("Who gets it"),
    Section.SECURITY: _("How it is protected"),
    Section.KEEPING: _("How long it is kept"),
    Section.RIGHTS: _("Your rights"),
    Section.NOTICE: _("Changes, breaches and complaints"),
}


class Audience(StrEnum):
    """Whose notice carries the sentence."""

    EVERYBODY = "everybody"
    MERCHANT = "merchant"  # the operator's notice, read by merchants and their team
    CUSTOMER = "customer"  # a merchant's notice, read by its customers and subscribers


@dataclass(frozen=True, kw_only=True)
class Promise:
    """``sentence`` may hold ``%(figure)s`` marks, filled from the running settings (figures.py).

    ``sources``: M mals-e, X X-Cart, N Mail Minion, C Cwmalls, P Mailpro, B better than all five.
    """

    id: str
    sources: str
    sentence: Text
    reader: Audience
    section: Section


def section_of(section: Section, *rows: tuple[str, str, Audience, Text]) -> tuple[Promise, ...]:
    return tuple(
        Promise(id=id, sources=sources, reader=reader, sentence=sentence, section=section)
        for id, sources, reader, sentence in rows
    )
