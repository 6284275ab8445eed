"""What a reader is doing when data about them comes in: the order in which people look for it."""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.vocabulary import Purpose, Subject

Text = str | LazyText


class Situation(StrEnum):
    VISIT = "visit"
    BUY = "buy"
    NEWS = "news"
    HELP = "help"
    SHOP = "shop"


TITLES: dict[Situation, Text] = {
    Situation.VISIT: _("I visit a page"),
    Situation.BUY: _("I buy something"),
    Situation.NEWS: _("I read the newsletter"),
    Situation.HELP: _("I ask for help, or about my data"),
    Situation.SHOP: _("I run a shop"),
}
# Whether data must be given, and what follows if it is not (Art. 13(2)(e) GDPR).
MUST: dict[Situation, Text] = {
    Situation.VISIT: _(
        "You need not give anything: pages open without your saying who you are. A cart that you leave lies under a random number for some weeks; who you are is not in it, unless the page that filled it wrote it there."
    ),
    Situation.BUY: _(
        "An order needs your e-mail address, your name and where to deliver; without them it cannot be carried out. Everything else is optional."
    ),
    Situation.NEWS: _(
        "A newsletter needs an e-mail address and nothing else. Without it you get none; no order depends on it."
    ),
    Situation.HELP: _(
        "You need to leave an address at which you can be answered. Nothing else has to be given."
    ),
    Situation.SHOP: _(
        "A shop needs an e-mail address, a password, a name, a country and a language; without them none can be opened. Everything else is optional."
    ),
}
_OF_CUSTOMERS = {
    Purpose.SECURITY: Situation.VISIT,
    Purpose.STATISTICS: Situation.VISIT,
    Purpose.NEWSLETTERS: Situation.NEWS,
    Purpose.PROMOTIONS: Situation.NEWS,
    Purpose.SUPPORT: Situation.HELP,
    Purpose.LEGAL: Situation.HELP,
}
_OF_MEMBERS = {Purpose.SUPPORT: Situation.HELP, Purpose.LEGAL: Situation.HELP}
# The interest behind each use that rests on one (Art. 13(1)(d) GDPR). Another one needs a line here.
INTERESTS: dict[Purpose, Text] = {
    Purpose.SECURITY: _("that accounts and shops are not broken into, and abuse can be traced"),
    Purpose.NEWSLETTERS: _("that a shop can mend rows of its own list that could not be read"),
    Purpose.SUPPORT: _("that whoever writes to a shop is answered"),
    Purpose.SERVICE: _("that mail which got stuck is found instead of lost"),
}


def situation_of(subject: Subject, purposes: Iterable[Purpose]) -> Situation:
    """By the first purpose that something serves."""
    first = next(iter(purposes))
    if subject is Subject.MEMBER:
        return _OF_MEMBERS.get(first, Situation.SHOP)
    return _OF_CUSTOMERS.get(first, Situation.BUY)
