"""Where a person's data is: one graph, drawn from the data map, walked by every right.

Access, correction and erasure all ask here, so they cannot drift apart.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, Model, QuerySet

from tradepost.datamap.columns.any_lookup import among
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
    # What a row hangs on, on its way to the address: model's label and query path to the row number.
    way: tuple[tuple[str, str], ...] = ()

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
        """Row numbers of these people's rows, whatever scope is open. One indexed look-up."""
        return list(self.found(subject, merchant_id, emails).rows)

    def found(
        self, subject: Subject, merchant_id: int | None, emails: Sequence[str]
    ) -> "FoundRows":
        """These people's rows and what each hangs on, whatever scope is open. One indexed look-up.

        The merchant is compared here, and in the query only where one index holds both: a database
        without statistics might otherwise go through all rows of the merchant instead of the few of
        the person.
        """
        by_key = self.declaration.located_by is LocatedBy.KEY
        keys = [email_key(email) for email in emails] if by_key else emails
        named = among(self.declaration.locate, keys)
        if self.together and subject is Subject.CUSTOMER:
            named[self.together] = merchant_id
        of_members = self.declaration.subject is Subject.MEMBER
        if of_members and subject is not Subject.MEMBER:
            return FoundRows(self, {})
        if not of_members and (
            not self.tenant or (subject is Subject.MEMBER and not self.tenant_optional)
        ):
            return FoundRows(self, {})
        query = self.model._base_manager.filter(**named).order_by()
        above = [path for _label, path in self.way]
        if of_members:
            return FoundRows(self, {pk: tuple(ups) for pk, *ups in query.values_list("pk", *above)})
        tenant = merchant_id if subject is Subject.CUSTOMER else None
        rows = query.values_list("pk", self.tenant, *above)
        return FoundRows(self, {pk: tuple(ups) for pk, owner, *ups in rows if owner == tenant})

    def rows(
        self, subject: Subject, merchant_id: int | None, emails: Sequence[str]
    ) -> QuerySet[Model]:
        """The rows of these people."""
        return self.model._base_manager.filter(pk__in=self.numbers(subject, merchant_id, emails))


@dataclass(frozen=True)
class FoundRows:
    """Rows of some people in one place: each row number, and those of what it hangs on (``place.way``)."""

    place: PersonalModel
    rows: Mapping[object, tuple[object, ...]]

    def only(self, numbers: Iterable[object]) -> "FoundRows":
        return FoundRows(self.place, {number: self.rows[number] for number in numbers})

    def that_are(self, label: str) -> set[object]:
        """Row numbers of this model among the rows and what they hang on."""
        found = set(self.rows) if label == self.place.label else set()
        for position, (above, _path) in enumerate(self.place.way):
            if above == label:
                found |= {ups[position] for ups in self.rows.values()}
        return found - {None}

    def on(self, held: Mapping[str, Collection[object]]) -> set[object]:
        """Row numbers of the rows that are among those, by model's label, or hang on one of them."""
        found = set(self.rows) & set(held.get(self.place.label, ()))
        for position, (above, _path) in enumerate(self.place.way):
            if chosen := held.get(above):
                found |= {pk for pk, ups in self.rows.items() if ups[position] in chosen}
        return found


def find(subject: Subject, merchant_id: int | None, emails: Sequence[str]) -> list[FoundRows]:
    """Everything of these people, place by place, children before what they hang on."""
    found = (place.found(subject, merchant_id, emails) for place in places())
    return [some for some in found if some.rows]


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
                way=tuple(_way(model, declaration.locate)),
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


def _way(model: type[Model], locate: str) -> Iterator[tuple[str, str]]:
    here, prefix = model, ""
    for step in locate.split("__")[:-1]:
        link = here._meta.get_field(step)
        assert isinstance(link, ForeignKey)
        here = link.related_model
        yield here._meta.label, f"{prefix}{link.attname}"
        prefix = f"{prefix}{step}__"


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
