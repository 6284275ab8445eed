"""Erasing people: every row and store that the data map leads to, in one transaction each."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched, groupby

from django.db import models, transaction
from django.db.models import CharField, F, Model, Value
from django.db.models.functions import Cast, Concat

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.extensions import ExtensionPoint
from tradepost.datamap.registry import stores
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Erase, LocatedBy, Subject
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.rights.actions.empty_log import empty_log
from tradepost.rights.graph import FoundRows, PersonalModel, find
from tradepost.rights.models import ErasureRecord
from tradepost.rights.restrictions.holds import RowNumbers, holding

SLICE = 500
Holding = Sequence[tuple[str, RowNumbers]]


@dataclass(frozen=True, kw_only=True)
class Stays:
    """Something that stays, in the words of the map."""

    what: str
    because: str
    rows: int
    keep: str = ""  # the rule that says until when; "" for a hold


@dataclass(kw_only=True)
class Erasure:
    """What went, by model or store, and what stays and why."""

    deleted: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)
    stays: list[Stays] = field(default_factory=list)
    statement: str = ""  # by which the signed statement is found, where a room gives one
    held: dict[str, list[object]] = field(default_factory=dict)  # row numbers by model, for now

    @property
    def total(self) -> int:
        return self.deleted.total() + self.emptied.total()


# Told of an erasure within its transaction, with the keyed hashes of the people.
Witness = Callable[[Subject, int | None, Sequence[str], Erasure], None]
witnesses: ExtensionPoint[Witness] = ExtensionPoint("witnesses of erasures")


def erase_person(*, ref: SubjectRef, by: Actor, reason: str = "") -> Erasure:
    """Erase one person; asked twice, the second time finds nothing and changes nothing.

    Writes the erasure ledger and the audit record. Sends no mail: the caller decides whom to tell.
    """
    return _erase(ref.subject, ref.merchant_id, [ref.email], by, reason)


def erase_people(*, refs: Iterable[SubjectRef], by: Actor, reason: str = "") -> Erasure:
    """Erase many, a slice to a transaction."""
    total = Erasure()
    in_order = sorted(refs, key=lambda ref: (ref.subject, ref.merchant_id or 0, ref.email))
    for (subject, merchant_id), group in groupby(
        in_order, key=lambda ref: (ref.subject, ref.merchant_id)
    ):
        for some in batched(group, SLICE):
            part = _erase(subject, merchant_id, [ref.email for ref in some], by, reason)
            total.deleted += part.deleted
            total.emptied += part.emptied
            total.stays += part.stays
    return total


def preview(ref: SubjectRef) -> list[Stays]:
    """What would stay, without erasing anything."""
    stays: list[Stays] = []
    found = find(ref.subject, ref.merchant_id, [ref.email])
    holds = holding(found)
    for some in found:
        free, held = _apart(some, holds)
        stays.extend(held)
        stays.extend(_kept_fields(some.place, len(free)))
    return stays


def _erase(
    subject: Subject,
    merchant_id: int | None,
    emails: Sequence[str],
    by: Actor,
    reason: str,
) -> Erasure:
    done = Erasure()
    with transaction.atomic():
        found = find(subject, merchant_id, emails)
        holds = holding(found)
        # Stores first: some find a person's lines by the row number, which is gone afterwards.
        refs = [SubjectRef(subject, email, merchant_id) for email in emails]
        for store in stores.values():
            if store.subject is subject:
                done.deleted[store.id] += store.erase_all(refs)
        for some in found:
            _erase_rows(some, holds, done)
        _remember(subject, merchant_id, emails, done, by, reason)
    return done


def erase_left(*, ref: SubjectRef, left: Mapping[str, Sequence[object]], by: Actor) -> Erasure:
    """Of rows that were held, and of what hangs on them, erase those that are held no more."""
    done = Erasure()
    with transaction.atomic():
        emails = [ref.email]
        found = find(ref.subject, ref.merchant_id, emails)
        holds = holding(found)
        for some in found:
            if mine := some.on(left):
                _erase_rows(some.only(mine), holds, done)
        _remember(ref.subject, ref.merchant_id, emails, done, by, "the hold ended")
    return done


def held_now(ref: SubjectRef) -> Erasure:
    """What holds keep from erasure now: row numbers and reasons; nothing is erased."""
    kept = Erasure()
    found = find(ref.subject, ref.merchant_id, [ref.email])
    holds = holding(found)
    for some in found:
        free, held = _apart(some, holds)
        if held:
            kept.stays.extend(held)
            kept.held[some.place.label] = sorted(set(some.rows) - set(free), key=str)
    return kept


def _erase_rows(found: FoundRows, holds: Holding, done: Erasure) -> None:
    place = found.place
    free, held = _apart(found, holds)
    done.stays.extend(held)
    if held:
        done.held[place.label] = sorted(set(found.rows) - set(free), key=str)
    if not free:
        return
    rows = place.model._base_manager.filter(**among("pk", free)).order_by()
    if place.is_deleted():
        rows.delete()
        done.deleted[place.label] += len(free)
        return
    if emptied := place.emptied_fields():
        changes = {name: blank_of(place.model, name) for name in emptied}
        if place.declaration.located_by is LocatedBy.KEY:
            rows = rows.exclude(**changes)  # found by its hash, it is found again afterwards
        done.emptied[place.label] += rows.update(**changes)
    done.stays.extend(_kept_fields(place, len(free)))


def _apart(found: FoundRows, holds: Holding) -> tuple[list[object], list[Stays]]:
    """The row numbers that may go, and what is held back."""
    free, stays = list(found.rows), []
    for because, held in holds:
        if kept := found.on(held).intersection(free):
            free = [number for number in free if number not in kept]
            what = what_of(found.place.model)
            stays.append(Stays(what=what, because=because, rows=len(kept)))
    return free, stays


def _kept_fields(place: PersonalModel, rows: int) -> list[Stays]:
    if not rows:
        return []
    kept = [said for said in place.fields.values() if said.erase is Erase.KEEP]
    rules = {said.because: said.keep for said in reversed(kept)}
    return [
        Stays(what=what_of(place.model), because=word(text), rows=rows, keep=rules[text])
        for text in dict.fromkeys(said.because for said in kept)
    ]


def what_of(model: type[Model]) -> str:
    return word(model._meta.verbose_name)


def blank_of(model: type[Model], name: str) -> object:
    """What an emptied field holds. Unique ones get a text that names nobody but stays unique."""
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    if column.null:
        return None
    if _is_unique(model, name):
        return Concat(Value("erased-"), Cast(F("pk"), CharField(max_length=20)))
    if isinstance(column, models.JSONField):
        return column.get_default() if column.has_default() else {}
    if isinstance(column, models.BinaryField):
        return b""
    if isinstance(column, models.BooleanField):
        return False
    if isinstance(column, models.IntegerField):
        return 0
    if isinstance(column, models.CharField | models.TextField):
        return ""
    raise TypeError(f"{model._meta.label}.{name} cannot be emptied; declare it otherwise.")


def _is_unique(model: type[Model], name: str) -> bool:
    column = model._meta.get_field(name)
    return bool(getattr(column, "unique", False)) or any(
        isinstance(constraint, models.UniqueConstraint)
        and name in constraint.fields
        and constraint.condition is None
        for constraint in model._meta.constraints
    )


def _remember(
    subject: Subject,
    merchant_id: int | None,
    emails: Sequence[str],
    done: Erasure,
    by: Actor,
    reason: str,
) -> None:
    """The ledger of keyed hashes, the audit record (counts only), and the witnesses; of nothing, nothing."""
    done.deleted, done.emptied = +done.deleted, +done.emptied
    if not done.total:
        return
    transaction.on_commit(empty_log)
    now = clock.now()
    keys = [email_key(email) for email in emails]
    said = {"subject": subject.value, "tenant": merchant_id}
    ErasureRecord.objects.filter(**said, **among("subject_key", keys)).delete()
    ErasureRecord.objects.bulk_create(
        ErasureRecord(**said, subject_key=key, erased_at=now, rows=done.total) for key in keys
    )
    record(
        actor=by,
        action="rights.erase",
        merchant_id=merchant_id,
        reason=reason,
        detail={
            "people": len(emails),
            "deleted": dict(done.deleted),
            "emptied": dict(done.emptied),
        },
    )
    for witness in witnesses:
        witness(subject, merchant_id, keys, done)
