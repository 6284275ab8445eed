"""Where a person's data is: one graph, drawn from the data map, walked by every right.

Access, correction and erasure all ask here, so they cannot drift apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, Model, QuerySet

from tradepost.datamap.registry import declaration_of, personal_fields, personal_models
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Declaration, Erase, LocatedBy, Personal, Subject

TENANT_HOPS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class PersonalModel:
    """One model that holds personal data, and how to get from it to the person and the merchant."""

    model: type[Model]
    declaration: Declaration
    fields: dict[str, Personal]
    tenant: str  # query path to the merchant's row number; "" for data that belongs to no merchant
    tenant_optional: bool
    # Where the address is indexed together with the merchant: the path to that merchant, else "".
    together: str = ""

    @property
    def label(self) -> str:
        return self.model._meta.label

    def ways(self) -> set[Erase]:
        return {said.erase for said in self.fields.values() if said.erase}

    def is_deleted(self) -> bool:
        ways = self.ways()
        return Erase.ROW in ways and Erase.KEEP not in ways

    def emptied_fields(self) -> list[str]:
        """Fields that erasure empties because the row itself stays."""
        if self.is_deleted():
            return []
        return [
            name for name, said in self.fields.items() if said.erase in {Erase.BLANK, Erase.ROW}
        ]

    def numbers(
        self, subject: Subject, merchant_id: int | None, emails: Sequence[str]
    ) -> list[object]:
        """Row numbers of these people's rows, whatever scope is open. One indexed look-up.

        The merchant is compared here, and in the query only where one index holds both: a database
        without statistics might otherwise go through all rows of the merchant instead of the few of
        the person.
        """
        by_key = self.declaration.located_by is LocatedBy.KEY
        keys = [email_key(email) for email in emails] if by_key else list(emails)
        path = self.declaration.locate
        named: dict[str, object] = {path: keys[0]} if len(keys) == 1 else {f"{path}__in": keys}
        if self.together and subject is Subject.CUSTOMER:
            named[self.together] = merchant_id
        query = self.model._base_manager.filter(**named).order_by()
        if self.declaration.subject is Subject.MEMBER:
            return list(query.values_list("pk", flat=True)) if subject is Subject.MEMBER else []
        if not self.tenant or (subject is Subject.MEMBER and not self.tenant_optional):
            return []
        tenant = merchant_id if subject is Subject.CUSTOMER else None
        return [pk for pk, owner in query.values_list("pk", self.tenant) if owner == tenant]

    def among(
        self, numbers: Sequence[object], chosen: Mapping[str, Sequence[object]]
    ) -> list[object]:
        """Of these row numbers, those that ``chosen`` names by model, or whose parent it names."""
        found = set(chosen.get(self.label, ()))
        steps: list[str] = []
        here: type[Model] = self.model
        for step in self.declaration.locate.split("__")[:-1]:
            link = here._meta.get_field(step)
            here = link.related_model  # type: ignore[assignment]  # only relations lead on
            steps.append(step)
            if parents := chosen.get(here._meta.label):
                rows = self.model._base_manager.filter(**{f"{'__'.join(steps)}__in": parents})
                found |= set(rows.values_list("pk", flat=True))
        return [number for number in numbers if number in found]

    def rows(
        self, subject: Subject, merchant_id: int | None, emails: Sequence[str]
    ) -> QuerySet[Model]:
        """The rows of these people."""
        return self.model._base_manager.filter(pk__in=self.numbers(subject, merchant_id, emails))


@cache
def places() -> tuple[PersonalModel, ...]:
    """Every place, children before the parents that they refer to."""
    found = []
    for model in personal_models():
        declaration = declaration_of(model)
        assert declaration is not None
        tenant, optional = _tenant_of(model)
        found.append(
            PersonalModel(
                model=model,
                declaration=declaration,
                fields=personal_fields(model),
                tenant=tenant,
                tenant_optional=optional,
                together=_indexed_together(model, declaration.locate),
            )
        )
    return tuple(_children_first(found))


def places_of(ref: SubjectRef) -> Iterable[tuple[PersonalModel, QuerySet[Model]]]:
    for place in places():
        yield place, place.rows(ref.subject, ref.merchant_id, [ref.email])


def _tenant_of(model: type[Model]) -> tuple[str, bool]:
    """The shortest way to the merchant over own foreign keys, and whether it may be empty."""
    frontier: list[tuple[type[Model], str]] = [(model, "")]
    for _ in range(TENANT_HOPS + 1):
        ahead: list[tuple[type[Model], str]] = []
        for here, prefix in frontier:
            field = _merchant_field(here)
            if field is not None:
                return f"{prefix}{field.attname}", field.null
            ahead.extend(
                (target, f"{prefix}{link.name}__")
                for link in _links(here)
                if (target := link.related_model) is not here
            )
        frontier = ahead
    return "", False


def _indexed_together(model: type[Model], locate: str) -> str:
    """The path to the merchant of the row that holds the address, if an index begins with the two."""
    *way, last = locate.split("__")
    end: Any = model
    for step in way:
        end = end._meta.get_field(step).related_model
    merchant = _merchant_field(end)
    if merchant is None:
        return ""
    groups = [list(index.fields) for index in end._meta.indexes]
    groups += [list(getattr(item, "fields", ())) for item in end._meta.constraints]
    if [merchant.name, last] not in [group[:2] for group in groups]:
        return ""
    return "__".join([*way, merchant.attname])


def _merchant_field(model: type[Model]) -> Field[Any, Any] | None:
    for name in ("merchant", "merchant_id"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, Field) and field.concrete:
            return field
    return None


def _links(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model._meta.label != "identity.User"
    ]


def _children_first(found: list[PersonalModel]) -> list[PersonalModel]:
    """Sorted so that whoever points at a row comes before it; cycles are cut where they close."""
    by_model = {place.model: place for place in found}
    done: list[PersonalModel] = []
    seen: set[type[Model]] = set()

    def visit(place: PersonalModel) -> None:
        if place.model in seen:
            return
        seen.add(place.model)
        for relation in place.model._meta.related_objects:
            child = by_model.get(relation.related_model)
            if child is not None:
                visit(child)
        done.append(place)

    for place in found:
        visit(place)
    return done
