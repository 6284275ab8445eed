"""How a shop stands to each law on a day."""

from collections.abc import Iterable
from datetime import date

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_scopes import scope

from tradepost.law.facts import checks, destinations, facts
from tradepost.law.models import BusinessFacts
from tradepost.law.rules import LAWS
from tradepost.law.types import Law, LawLine, LawStanding, Reach, ShopSeen
from tradepost.lib import clock
from tradepost.lib.countries import country_name
from tradepost.merchants.models import Merchant

_MANY_PLACES = 3
_REMEMBERED_SECONDS = 600


def business_of(merchant: Merchant) -> BusinessFacts:
    """What the owner said; an unsaved row where nothing was."""
    found = BusinessFacts.objects.filter(merchant=merchant).first()
    return found or BusinessFacts(merchant=merchant)


def law_today(merchant: Merchant) -> date:
    """The day where the shop is."""
    return merchant.day_of(clock.now())


def lines_of(merchant: Merchant, day: date) -> list[LawLine]:
    """Every law with how the shop stands to it; what needs the owner most stands first.

    Looks at the shop's rows, at a number of queries that does not grow with them.
    """
    with scope(merchant=merchant):
        shop = _seen(merchant)
        names = {name for law in LAWS for name in law.only_for}
        true = {name for name in names if facts[name].holds(shop)}
        applying = {law.id: _why_exempt(law, shop, true) for law in LAWS}
        lines = [_line(law, applying[law.id], merchant, day) for law in LAWS]
    order = list(LawStanding)
    return sorted(lines, key=lambda line: (order.index(line.standing), line.law.since))


def missing_count(merchant: Merchant) -> int:
    """Laws in force that something is missing for; remembered for ten minutes."""
    key = f"law:{merchant.pk}:{law_today(merchant)}"
    known: int | None = cache.get(key)
    return (
        known if known is not None else remember(merchant, lines_of(merchant, law_today(merchant)))
    )


def remember(merchant: Merchant, lines: Iterable[LawLine]) -> int:
    """So that the start page need not look again at once. ``lines``: of today."""
    count = sum(line.standing is LawStanding.MISSING for line in lines)
    cache.set(f"law:{merchant.pk}:{law_today(merchant)}", count, _REMEMBERED_SECONDS)
    return count


def _seen(merchant: Merchant) -> ShopSeen:
    said = business_of(merchant)
    return ShopSeen(
        merchant=merchant,
        places=_places(merchant),
        customers=said.customers,
        size=said.size,
        turnover=said.turnover,
    )


def _places(merchant: Merchant) -> frozenset[str] | None:
    found = {merchant.home_country}
    for read in destinations:
        countries = read(merchant)
        if countries is None:
            return None
        found |= countries
    return frozenset(found)


def _why_exempt(law: Law, shop: ShopSeen, true: set[str]) -> str:
    """Empty where the law binds this shop; ``true``: names of facts that are so."""
    if law.places is not None and not _is_there(law, law.places, shop):
        return _elsewhere(law, law.places)
    for name in law.only_for:
        if name not in true:
            return str(facts[name].otherwise)
    return ""


def _is_there(law: Law, places: frozenset[str], shop: ShopSeen) -> bool:
    if law.reach is Reach.SELLERS_THERE:
        return shop.merchant.home_country in places
    return shop.places is None or bool(shop.places & places)


def _elsewhere(law: Law, places: frozenset[str]) -> str:
    if len(places) > _MANY_PLACES:
        where = _("the European Union")
    else:
        where = ", ".join(country_name(code, get_language() or "en") for code in sorted(places))
    if law.reach is Reach.SELLERS_THERE:
        return _("Your shop is not in: %(where)s.") % {"where": where}
    return _("Your shop is not in and does not sell to: %(where)s.") % {"where": where}


def _line(law: Law, why_exempt: str, merchant: Merchant, day: date) -> LawLine:
    if law.until is not None and day > law.until:
        return LawLine(law=law, standing=LawStanding.OVER)
    if why_exempt:
        return LawLine(law=law, standing=LawStanding.EXEMPT, why_exempt=why_exempt)
    found = tuple((checks[name].label, checks[name].look(merchant)) for name in law.checks)
    line = LawLine(law=law, standing=LawStanding.KEPT, found=found)
    if day < law.since:
        standing = LawStanding.TO_COME
    elif any(finding.gaps for _label, finding in found):
        standing = LawStanding.MISSING
    else:
        standing = LawStanding.BY_HAND if line.own_duties else LawStanding.KEPT
    return LawLine(law=law, standing=standing, found=found)
