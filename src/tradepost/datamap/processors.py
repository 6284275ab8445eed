"""The register of outside parties (promise share.processors).

A room declares each party it may talk to; the gateway in ``egress`` draws its allowed hosts from here,
and so does the notice, so that the two cannot differ. ``active`` says whether the running settings make
use of the party at all: one that is switched off is neither published nor reachable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from babel import Locale
from django.db.models import Model
from django.utils.functional import Promise as LazyText

from tradepost.datamap.extensions import ExtensionPoint
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.lib import clock

NOTICE_DAYS = 30
WHEREVER = "--"  # the merchant's own systems are where the merchant has them
UNSAID = "??"  # the operator has not named the country; no notice is published so
_COUNTRIES = frozenset(map(str, Locale("en").territories)) - {"ZZ"}
Text = str | LazyText


class PartyRole(StrEnum):
    """What a party may be. Nobody here buys, rents or enriches (share.no-sale, collect.no-enrichment)."""

    HOSTING = "hosts the machines"
    MAIL = "carries mail"
    PAYMENT = "carries out payments"
    MERCHANT = "the merchant's own system"


def _always() -> bool:
    return True


def _no_hosts() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Processor:
    """``country`` and ``safeguard`` are what the notice says; ``hosts`` what the gateway lets through.

    ``announced`` is the day the party was first named in the notice, ``starts`` the first day of
    transfers, at least ``NOTICE_DAYS`` later; both None for parties that were there from the first
    version on. ``stand_in_allowed``: its host may be on this machine (a test server).
    """

    id: str
    name: Text
    role: PartyRole
    what: tuple[Kind, ...]
    why: Text
    purposes: tuple[Purpose, ...]
    country: str
    safeguard: Text
    hosts: Callable[[], tuple[str, ...]] = _no_hosts
    active: Callable[[], bool] = _always
    announced: date | None = None
    starts: date | None = None
    stand_in_allowed: Callable[[], bool] = lambda: False
    used_by: Callable[[Model], bool] = lambda merchant: True
    contact_email: str = ""

    def may_receive_on(self, day: date) -> bool:
        """Whether the announcement is old enough (promise share.notice-before)."""
        if self.starts is None:
            return self.announced is None
        if self.announced is None or self.starts - self.announced < timedelta(days=NOTICE_DAYS):
            return False
        return day >= self.starts

    def __post_init__(self) -> None:
        """Raises: NoPlace, unless the country is one, or the party is wherever the merchant has it."""
        wherever = self.role is PartyRole.MERCHANT and self.country == WHEREVER
        known = self.country.isalpha() and self.country.upper() in _COUNTRIES
        if not wherever and not known and self.country != UNSAID:
            raise NoPlace(f"{self.id}: {self.country or 'no country'}")


class NoPlace(ValueError):
    """Nobody may be registered without saying where it is (promise share.foreign)."""


class UnknownProcessor(LookupError):
    """Nobody registered this party."""


@dataclass(frozen=True, kw_only=True)
class AddedRecipient:
    """A party added by hand as notice and map name it; spelled as a declared one is."""

    id: str
    name: str
    role: str
    what: tuple[Kind, ...]
    why: str
    purposes: tuple[Purpose, ...]
    country: str
    safeguard: str
    announced: date | None
    starts: date | None
    contact_email: ClassVar[str] = ""


type NamedRecipient = Processor | AddedRecipient


processors: dict[str, Processor] = {}
# Of a shop or, for None, of the operator: those whom people added by hand, the gateway knows none of them.
added_parties: ExtensionPoint[Callable[[Model | None], Sequence[AddedRecipient]]] = ExtensionPoint(
    "parties added by hand"
)


def processor_of(id: str) -> Processor:
    """Raises: UnknownProcessor."""
    try:
        return processors[id]
    except KeyError:
        raise UnknownProcessor(id) from None


def active_processors() -> list[Processor]:
    """Those that the running settings use, in the order of their names."""
    return sorted(
        (item for item in processors.values() if item.active()), key=lambda it: str(it.name)
    )


def named_recipients(merchant: Model | None) -> list[NamedRecipient]:
    """Whoever may get something about the people of this shop; of the operator (None), every party in use."""
    declared = active_processors()
    if merchant:
        declared = [it for it in declared if it.what and it.used_by(merchant)]
    return [*declared, *(party for read in added_parties for party in read(merchant))]


def today() -> date:
    return clock.now().date()
