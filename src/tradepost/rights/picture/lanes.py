"""What the picture shows, in words: a lane for each purpose, from the declarations and the running settings.

Whatever is declared is there and nothing else: a party that is switched on appears, a module's door goes with the
module. What a switched-off module left behind stays in the picture while it is there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.datamap.collection import collection_points
from tradepost.datamap.processors import WHEREVER, NamedRecipient, PartyRole, named_recipients
from tradepost.datamap.registry import personal_fields, personal_models, stores
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import KeepRule, Kind, Purpose, Subject
from tradepost.datamap.words import word
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import is_on, left_out_of_notice, modules
from tradepost.rights.graph import places
from tradepost.rights.queries import Group, recipients_of, rules_of
from tradepost.rights.words import country_name, in_words

# What people come for stands first.
_FIRST = (Purpose.ORDERS, Purpose.NEWSLETTERS, Purpose.SUPPORT, Purpose.SERVICE)
_ORDER = (*_FIRST, *(purpose for purpose in Purpose if purpose not in _FIRST))


@dataclass(frozen=True, kw_only=True)
class Stay:
    """``days`` is None for what has no period of its own: it goes when something happens."""

    days: int | None
    period: str
    what: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MapLane:
    """One purpose: whose data it takes, of which kinds and by which doors; where, to whom, for how long."""

    title: str
    whose: str
    kinds: tuple[str, ...]
    doors: tuple[str, ...]
    lies: tuple[str, ...]
    gets: tuple[str, ...]
    goes: tuple[Stay, ...]


@dataclass(frozen=True, kw_only=True)
class _Holding:
    """One purpose of one model or store; ``kinds`` in the order of the vocabulary."""

    id: str
    purpose: Purpose
    kinds: frozenset[Kind]
    rules: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _View:
    """Who looks, at whom."""

    subject: Subject
    merchant: Merchant | None
    whose: str
    first: str  # who gets it before anybody outside
    got_already: Collection[str] = ()
    only: Mapping[str, frozenset[Kind]] | None = None
    doors: bool = True


def lanes_of_shop(merchant: Merchant) -> list[MapLane]:
    """The people of a shop, as the shop's own team sees it."""
    view = _View(
        subject=Subject.CUSTOMER,
        merchant=merchant,
        whose=_("Your customers, subscribers and visitors"),
        first=_("You and your team"),
    )
    return list(_lanes(view))


def lanes_of_installation(subject: Subject) -> list[MapLane]:
    """All shops' people, or those who sign in, as the operator sees it."""
    customers = subject is Subject.CUSTOMER
    view = _View(
        subject=subject,
        merchant=None,
        whose=_("The customers, subscribers and visitors of all shops")
        if customers
        else _("Merchants, their teams and your staff"),
        first=_("The shop and its team") if customers else _("You, the operator"),
    )
    return list(_lanes(view))


def lanes_of_person(
    ref: SubjectRef, groups: Iterable[Group], merchant: Merchant | None
) -> list[MapLane]:
    """Only what is held about this person: ``groups`` as the portal shows them."""
    only = {
        group.id: frozenset(item.said.kind for row in group.rows for item in row.items)
        for group in groups
    }
    view = _View(
        subject=ref.subject,
        merchant=merchant,
        whose=_("What is about you"),
        first=_("%(shop)s and its team") % {"shop": merchant.name}
        if merchant
        else _("The operator"),
        got_already={row.processor for row in recipients_of(ref)},
        only=only,
        doors=False,
    )
    return list(_lanes(view))


def _lanes(view: _View) -> Iterator[MapLane]:
    rules = rules_of(view.merchant.pk if view.merchant else None)
    by_purpose: dict[Purpose, list[_Holding]] = defaultdict(list)
    for holding in _holdings(view):
        by_purpose[holding.purpose].append(holding)
    parties = [it for it in named_recipients(view.merchant) if it.what]
    strays = _without_lane(parties, by_purpose)
    for purpose in _ORDER:
        if held := by_purpose[purpose]:
            kinds = frozenset(kind for one in held for kind in one.kinds)
            named = {id for one in held for id in one.rules}
            yield MapLane(
                title=capfirst(word(purpose)),
                whose=view.whose,
                kinds=tuple(word(kind) for kind in Kind if kind in kinds),
                doors=tuple(_doors(view, purpose)),
                lies=tuple(_lies(parties)),
                gets=(view.first, *_gets(parties, view, {purpose} | strays, kinds)),
                goes=tuple(_stays(rules[id] for id in sorted(named))),
            )


def _holdings(view: _View) -> Iterator[_Holding]:
    empty = set(_empty_and_off(view.merchant)) if view.only is None else set[str]()
    for holding in [*_of_models(view.subject), *_of_stores(view.subject)]:
        if holding.id in empty:
            continue
        if view.only is None:
            yield holding
        elif kinds := holding.kinds & view.only.get(holding.id, frozenset()):
            yield replace(holding, kinds=kinds)


def _of_models(subject: Subject) -> Iterator[_Holding]:
    for model in personal_models():
        kinds, rules = defaultdict[Purpose, set[Kind]](set), defaultdict[Purpose, set[str]](set)
        for said in personal_fields(model).values():
            if said.subject is subject and said.purpose:
                kinds[said.purpose].add(said.kind)
                rules[said.purpose].add(said.keep)
        for purpose, found in kinds.items():
            yield _Holding(
                id=model._meta.label,
                purpose=purpose,
                kinds=frozenset(found),
                rules=frozenset(rules[purpose]),
            )


def _of_stores(subject: Subject) -> Iterator[_Holding]:
    for store in stores.values():
        if store.subject is subject:
            yield _Holding(
                id=store.id,
                purpose=store.purpose,
                kinds=frozenset(store.kinds),
                rules=frozenset({store.keep}),
            )


def _empty_and_off(merchant: Merchant | None) -> Iterator[str]:
    """What modules that are off would fill, where nothing is left of it. Their stores go with their models."""
    for module in modules.values():
        if not is_on(module.key, merchant):
            models = [id for id in module.fills if id not in stores]
            if not any(_has_rows(label, merchant) for label in models):
                yield from module.fills


def _has_rows(label: str, merchant: Merchant | None) -> bool:
    with scopes_disabled():
        rows = apps.get_model(label)._base_manager.all()
        tenant = next((place.tenant for place in places() if place.label == label), "")
        rows = rows.filter(**{tenant: merchant.pk}) if merchant and tenant else rows
        return bool(rows.exists())


def _doors(view: _View, purpose: Purpose) -> Iterator[str]:
    _promises, off = left_out_of_notice(view.merchant)
    if view.doors:
        for door in collection_points.values():
            if (door.subject, door.purpose) == (view.subject, purpose) and door.id not in off:
                yield word(door.meaning)


def _lies(parties: list[NamedRecipient]) -> Iterator[str]:
    """At the host; files may lie elsewhere."""
    here = settings.TRADEPOST
    yield _("Tables and files at %(host)s, %(city)s, %(country)s") % {
        "host": _(here.storage_host),
        "city": _(here.storage_city),
        "country": country_name(here.storage_country),
    }
    for party in parties:
        if party.role is PartyRole.HOSTING and str(party.name) != here.storage_host:
            yield _in_country(party)


def _without_lane(parties: list[NamedRecipient], lanes: Collection[Purpose]) -> set[Purpose]:
    """Purposes of parties that none of the lanes has: a bookkeeper's. They get what they get of every lane."""
    lost = (party for party in parties if not set(party.purposes) & set(lanes))
    return {purpose for party in lost for purpose in party.purposes}


def _gets(
    parties: list[NamedRecipient], view: _View, purposes: set[Purpose], kinds: frozenset[Kind]
) -> Iterator[str]:
    for party in parties:
        fits = purposes & set(party.purposes) and kinds & set(party.what)
        if party.role is not PartyRole.HOSTING and fits:
            said = _in_country(party)
            got = party.id in view.got_already
            yield _("%(party)s (has got some of it)") % {"party": said} if got else said


def _in_country(party: NamedRecipient) -> str:
    if party.country in {WHEREVER, ""} or not party.country.isalpha():
        return str(party.name)
    return f"{party.name}, {country_name(party.country)}"


def _stays(rules: Iterable[KeepRule]) -> Iterator[Stay]:
    """What stays equally long together, the shortest first; what waits for something to happen last."""
    lasting: dict[timedelta, list[str]] = defaultdict(list)
    waiting: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        if rule.period is None:
            waiting[rule.since].append(word(rule.label))
        else:
            lasting[rule.period].append(word(rule.label))
    for period, what in sorted(lasting.items()):
        yield Stay(days=max(period.days, 1), period=_said(period), what=tuple(what))
    for since, what in waiting.items():
        yield Stay(
            days=None, period=_("until %(since)s") % {"since": word(since)}, what=tuple(what)
        )


def _said(period: timedelta) -> str:
    return in_words(period) if period else _("at once")
