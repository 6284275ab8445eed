"""Words of the law clock: a law with its days, what a check finds, and how a shop stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradepost.merchants.models import Merchant

Text = str | Promise


class Customers(models.TextChoices):
    """Whom a shop sells to, as its owner says."""

    BOTH = "both", _("people and companies")
    CONSUMERS = "consumers", _("people only")
    COMPANIES = "companies", _("companies only")


class ShopSize(models.TextChoices):
    """As Recommendation 2003/361/EC measures enterprises."""

    MICRO = "micro", _("fewer than 10 people and at most 2 million euros of turnover a year")
    SMALL = "small", _("fewer than 50 people and at most 10 million euros of turnover a year")
    LARGER = "larger", _("larger")


class Turnover(models.TextChoices):
    """Of the year before; what § 27(38) UStG asks."""

    BELOW = "below", _("at most 800,000 euros")
    ABOVE = "above", _("more than 800,000 euros")


class Reach(StrEnum):
    """Whom a law binds: shops that are in a place, or those that sell there, too."""

    SELLERS_THERE = "sellers"
    SELLING_THERE = "selling"


class LawStanding(StrEnum):
    """How a shop stands to one law on one day, what needs its owner most first."""

    MISSING = "missing"
    BY_HAND = "by hand"
    KEPT = "kept"
    TO_COME = "to come"
    EXEMPT = "exempt"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class LawGap:
    """What a check misses, in words, and the page of the office where it is mended."""

    words: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class LawFinding:
    """``evidence`` says what was looked at. ``by_hand``: what the product does not do for this shop."""

    evidence: str
    gaps: tuple[LawGap, ...] = ()
    by_hand: str = ""

    @property
    def is_kept(self) -> bool:
        return not self.gaps and not self.by_hand


@dataclass(frozen=True, kw_only=True)
class LawCheck:
    """``look`` runs in the merchant's scope, at a number of queries that does not grow with its rows."""

    label: Text
    look: Callable[[Merchant], LawFinding]


@dataclass(frozen=True, kw_only=True)
class ShopFact:
    """Something that must be so for a law to apply. ``otherwise``: why the law then asks nothing."""

    holds: Callable[["ShopSeen"], bool]
    otherwise: Text


@dataclass(frozen=True, kw_only=True)
class ShopSeen:
    """A shop as the laws see it; what its owner did not say is "" and is read strictly."""

    merchant: Merchant
    places: frozenset[str] | None  # countries it is in or sells to; None: everywhere
    customers: str = ""
    size: str = ""
    turnover: str = ""


@dataclass(frozen=True, kw_only=True)
class Law:
    """``places``: countries that it holds in; None: wherever mailboxes or customers are.

    ``since`` is the first day, ``until`` the last one. ``only_for`` names facts, ``checks`` names
    checks, both of whatever room. ``by_hand``: what the product does not do yet, and what the shop
    must do itself; a law with such a text is never shown as kept.
    """

    id: str
    title: Text
    source: str
    since: date
    until: date | None = None
    places: frozenset[str] | None
    reach: Reach = Reach.SELLING_THERE
    asks: Text
    only_for: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    by_hand: Text = ""


@dataclass(frozen=True, kw_only=True)
class LawLine:
    """One law as a shop's page shows it on one day."""

    law: Law
    standing: LawStanding
    why_exempt: str = ""
    found: tuple[tuple[Text, LawFinding], ...] = field(default=())

    @property
    def own_duties(self) -> list[str]:
        """What the shop must do itself, in words."""
        said = [str(self.law.by_hand), *(finding.by_hand for _label, finding in self.found)]
        return [words for words in said if words]
