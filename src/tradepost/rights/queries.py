"""Every read about a person: what is held, who saw it, who got it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.sightings import entries_that_showed
from tradepost.audit.types import Actor, ActorKind, NoActor
from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.columns.opaque_id import public_id
from tradepost.datamap.registry import keep_rules, personal_fields, stores
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Erase, KeepRule, Kind, Personal, Subject
from tradepost.datamap.words import plural_of, word
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.rights.graph import PersonalModel, places_of
from tradepost.rights.models import Disclosure, KeepChoice, PortalPass, RightsRequest
from tradepost.rights.restrictions.stops import (
    UseStopped,
    may_process,
    refuse_stopped,
    stopped_addresses,
    stopped_keys,
    stops_of,
    without_stopped,
)

__all__ = [
    "UseStopped",
    "held_about",
    "holds_anything",
    "looks_at",
    "may_process",
    "open_requests",
    "pending_erasure",
    "period_of",
    "recipients_of",
    "refuse_stopped",
    "rules_of",
    "standing_of",
    "stopped_addresses",
    "stopped_keys",
    "stops_of",
    "without_stopped",
]


MOST_LOOKS = 5000  # at lists and exports; a database takes no longer list of numbers


@dataclass(frozen=True, kw_only=True)
class HeldValue:
    """One value, with everything the map says of it. ``name`` is ``field`` or ``field.key`` of JSON."""

    name: str
    label: str
    value: object
    said: Personal

    @property
    def stays(self) -> bool:
        return self.said.erase is Erase.KEEP


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    reference: str  # "orders.Order:" and the row's public number
    title: str
    items: tuple[HeldValue, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """All rows of one model or store about one person."""

    id: str
    title: str
    purpose: str
    basis: str
    keep: KeepRule | None
    rows: list[HeldRow] = field(default_factory=list)


def holds_anything(ref: SubjectRef) -> bool:
    """Whether anything is held about this person; the pass that lets them ask does not count."""
    with scopes_disabled():
        if any(rows.exists() for place, rows in places_of(ref) if place.model is not PortalPass):
            return True
        return any(True for _group in _store_groups(ref))


def held_about(ref: SubjectRef) -> list[Group]:
    """Everything, by model and store; a promise's check compares it with the map (right.access)."""
    with scopes_disabled():
        return [*_model_groups(ref), *_store_groups(ref)]


def _model_groups(ref: SubjectRef) -> Iterator[Group]:
    rules = rules_of(ref.merchant_id)
    for place, rows in places_of(ref):
        found = [_held_row(place, row) for row in rows.order_by("pk")]
        if found:
            some = next(iter(place.fields.values()))
            yield Group(
                id=place.label,
                title=capfirst(word(plural_of(place.model))),
                purpose=word(some.purpose or ""),
                basis=word(some.basis or ""),
                keep=rules.get(some.keep),
                rows=found,
            )


def items_of(place: PersonalModel, row: Model) -> list[HeldValue]:
    """Every value of one row, as the person is shown it."""
    copied = {name: Personal(kind=kind) for name, kind in place.declaration.copied.items()}
    said_of = place.fields | copied
    return [item for name, said in said_of.items() for item in _items(row, name, said)]


def _held_row(place: PersonalModel, row: Model) -> HeldRow:
    return HeldRow(
        reference=reference_of(place, row),
        title=capfirst(word(place.model._meta.verbose_name)),
        items=tuple(items_of(place, row)),
    )


def reference_of(place: PersonalModel, row: Model) -> str:
    """How the portal calls a row: addresses show no row numbers."""
    return f"{place.label}:{public_id(place.model._meta.label_lower, row.pk)}"


def _items(row: Model, name: str, said: Personal) -> Iterator[HeldValue]:
    column = row._meta.get_field(name)
    assert isinstance(column, Field)
    value = getattr(row, column.attname)
    label = capfirst(word(column.verbose_name))
    if said.kind is Kind.CREDENTIAL:
        # Whoever reads the mailbox or finds the download must not get at the account with it.
        told = _("Kept to check what is typed or followed; never shown.") if value else ""
        yield HeldValue(name=name, label=label, value=told, said=said)
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield HeldValue(name=f"{name}.{key}", label=f"{label}: {key}", value=inner, said=said)
        return
    if column.choices:
        value = getattr(row, f"get_{name}_display")()
    elif name.endswith("_minor") and value is not None and (currency := _currency_of(row)):
        value = f"{Money(value, currency).plain()} {currency}"
        label = capfirst(name.removesuffix("_minor").replace("_", " "))
    elif isinstance(value, bytes | memoryview):
        value = f"{len(value)} bytes"
    elif column.is_relation and value is not None:
        value = _in_words(row, column.name)
    yield HeldValue(name=name, label=label, value=without_own_links(value), said=said)


def without_own_links(value: object) -> object:
    """Links of our own mails open things by themselves; whoever finds a copy must not get in by it."""
    own = settings.TRADEPOST.base_url
    if not isinstance(value, str) or own not in value:
        return value
    return re.sub(rf"{re.escape(own)}/[^\s\"<>]+", f"{own}/…", value)


def _currency_of(row: Model) -> str:
    """Its own, or that of the row it hangs on."""
    if own := getattr(row, "currency", ""):
        return str(own)
    for column in row._meta.concrete_fields:
        if isinstance(column, ForeignKey) and hasattr(column.related_model, "currency"):
            above = getattr(row, column.name)
            return str(above.currency) if above is not None else ""
    return ""


def _in_words(row: Model, name: str) -> str:
    """What a row refers to: a list by its name, a wording by its words; of other people only the kind."""
    related = getattr(row, name)
    if personal_fields(type(related)):
        return word(related._meta.verbose_name)
    return str(related)


def _store_groups(ref: SubjectRef) -> Iterator[Group]:
    rules = rules_of(ref.merchant_id)
    for store in stores.values():
        if store.subject is not ref.subject or store.export is None:
            continue
        said = Personal(kind=store.kinds[0], keep=store.keep, erase=Erase.ROW)
        rows = [
            _store_row(store.id, number, entry, said)
            for number, entry in enumerate(store.export(ref), start=1)
        ]
        if rows:
            yield Group(
                id=store.id,
                title=capfirst(word(store.meaning)),
                purpose=word(store.purpose),
                basis=word(store.basis),
                keep=rules.get(store.keep),
                rows=rows,
            )


def _store_row(id: str, number: int, entry: Mapping[str, object], said: Personal) -> HeldRow:
    items = tuple(
        HeldValue(name=name, label=name.replace("_", " ").capitalize(), value=value, said=said)
        for name, value in entry.items()
    )
    return HeldRow(reference=f"{id}:{number}", title=str(number), items=items)


def looks_at(ref: SubjectRef) -> QuerySet[Entry]:
    """The record's entries about this person's rows: who saw or changed what, when and why.

    Lists, exports and answers of the API that held one of the rows are among them.
    """
    targets: list[str] = []
    shown: set[int] = set()
    with scopes_disabled():
        for place, rows in places_of(ref):
            label = place.model._meta.label_lower
            numbers = list(rows.values_list("pk", flat=True))
            shown |= entries_that_showed(label, numbers, ref.merchant_id)
            label = "user" if label == "identity.user" else label
            targets.extend(f"{label}:{pk}" for pk in numbers)
    # The merchant is compared here: asked of the database, it might go through all entries of the shop.
    named = Entry.objects.filter(**among("target", targets)).order_by("-pk")
    shown |= {
        number
        for number, merchant_id in named.values_list("pk", "merchant_id")[:MOST_LOOKS]
        if ref.merchant_id in (None, merchant_id)
    }
    return Entry.objects.filter(**among("pk", sorted(shown)[-MOST_LOOKS:])).order_by("-pk")


def recipients_of(ref: SubjectRef) -> list[Disclosure]:
    """Every recorded transfer of this person's data to an outside party."""
    with scopes_disabled():
        # The merchant is compared here: asked of the database, it might go through all rows of the shop.
        rows = Disclosure.objects.filter(subject_key=ref.key).order_by("-at")
        return [row for row in rows if row.merchant_id == ref.merchant_id]


def open_requests() -> QuerySet[RightsRequest]:
    """Requests of the open scope that wait for an answer, the most urgent first."""
    return RightsRequest.objects.filter(done_at=None).order_by("due_at")


def unanswered_requests() -> list[RightsRequest]:
    """Of the open scope, those that nobody has begun to answer."""
    return list(open_requests().filter(begun_at=None)[:100])


def overdue_requests() -> int:
    """Of all merchants and the operator (promise right.in-time)."""
    with scopes_disabled():
        late = RightsRequest.objects.filter(done_at=None, due_at__lt=clock.now())
        return late.filter(begun_at=None).count()


def period_of(rule_id: str, merchant_id: int) -> timedelta | None:
    """The merchant's own choice within the rule's bounds, or the rule's period."""
    with scopes_disabled():
        chosen = KeepChoice.objects.filter(merchant_id=merchant_id, rule=rule_id).first()
    return timedelta(days=chosen.days) if chosen else keep_rules[rule_id].period


def requests_to_operator() -> QuerySet[RightsRequest]:
    """Of account holders, who ask the operator; the most urgent first."""
    with scopes_disabled():
        return RightsRequest.objects.filter(merchant=None, done_at=None).order_by("due_at")


def disclosures_by_law() -> QuerySet[Disclosure]:
    """What authorities demanded and got, of all merchants and the operator."""
    with scopes_disabled():
        return Disclosure.objects.filter(processor="authority").order_by("-at")


def rules_of(merchant_id: int | None) -> dict[str, KeepRule]:
    """Every rule as it runs for this merchant: with its own period where it chose one. One query."""
    with scopes_disabled():
        chosen = dict(KeepChoice.objects.filter(merchant=merchant_id).values_list("rule", "days"))
    return {
        id: replace(rule, period=timedelta(days=chosen[id])) if id in chosen else rule
        for id, rule in keep_rules.items()
    }


def open_requests_of(ref: SubjectRef) -> list[RightsRequest]:
    with scopes_disabled():
        return list(
            RightsRequest.objects.filter(
                merchant=ref.merchant_id, subject_key=ref.key, done_at=None
            )
        )


def pending_erasure(ref: SubjectRef) -> RightsRequest | None:
    """An erasure of this person that is begun and waits for a hold to end."""
    with scopes_disabled():
        begun = RightsRequest.objects.filter(
            merchant=ref.merchant_id, subject_key=ref.key, done_at=None, begun_at__isnull=False
        )
        return begun.first()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a person has said of the use of their data, for whoever is about to use it."""

    restricted_since: datetime | None
    objections: list[str]
    erasure_since: datetime | None


def standing_of(*, merchant_id: int, email: str) -> Standing | None:
    """None for somebody who has said nothing, as most."""
    if not email:
        return None
    ref = SubjectRef(Subject.CUSTOMER, email, merchant_id)
    stops, pending = stops_of(ref), pending_erasure(ref)
    if not stops and pending is None:
        return None
    return Standing(
        restricted_since=next((stop.since for stop in stops if not stop.purpose), None),
        objections=[word(stop.purpose) for stop in stops if stop.purpose],
        erasure_since=pending.begun_at if pending else None,
    )


def waiting_requests() -> int:
    """Of all merchants and the operator."""
    with scopes_disabled():
        return RightsRequest.objects.filter(done_at=None).count()


def names_of_actors(spellings: set[str]) -> dict[str, str]:
    """Accounts by their names, others in a word. An account that is gone has no name any more."""
    actors = list(_readable(spellings))
    users = User.objects.in_bulk([actor.account_id for actor in actors if actor.account_id])
    names = {
        actor.spelling: str(users[actor.account_id])
        for actor in actors
        if actor.account_id in users
    }
    words = {
        ActorKind.PERSON: _("the person concerned"),
        ActorKind.TOKEN: _("a program with a token"),
        ActorKind.SYSTEM: _("this program"),
        ActorKind.JOB: _("this program"),
    }
    return names | {actor.spelling: words[actor.kind] for actor in actors if actor.kind in words}


def _readable(spellings: Iterable[str]) -> Iterator[Actor]:
    """One damaged line is shown as it is, and the others with their names."""
    for spelling in spellings:
        with suppress(NoActor):
            yield Actor.parse(spelling)
