"""From rows to people: along the paths that the data map declares."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import batched

from django.db.models import Model, QuerySet

from tradepost.breaches.scope.seen import SeenRows, rows_seen
from tradepost.breaches.types import BreachScope
from tradepost.datamap.subjects import email_hasher
from tradepost.datamap.vocabulary import LocatedBy, Subject
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.rights.graph import PersonalModel, places
from tradepost.rights.models import Disclosure

_A_SLICE = 500


@dataclass(frozen=True)
class Tenant:
    """Whose people: a shop's customers, or those who sign in, who are the operator's."""

    merchant_id: int | None

    @property
    def subject(self) -> Subject:
        return Subject.MEMBER if self.merchant_id is None else Subject.CUSTOMER

    def rows(self, place: PersonalModel) -> QuerySet[Model] | None:
        """All rows of the table about these people; None where it holds none of them."""
        rows = place.model._base_manager.order_by()
        if place.declaration.subject is Subject.MEMBER:
            return rows if self.subject is Subject.MEMBER else None
        if not place.tenant or (self.merchant_id is None and not place.tenant_optional):
            return None
        return rows.filter(**{place.tenant: self.merchant_id})


@dataclass
class People:
    """keyed hash → address and kinds of data. A million people fit into a worker's memory."""

    emails: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    unnamed: int = 0
    _sets: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def add(self, key: str, email: str, kinds: frozenset[str]) -> None:
        both = self.kinds.get(key, frozenset()) | kinds
        self.kinds[key] = self._sets.setdefault(both, both)
        if email or key not in self.emails:
            self.emails[key] = email

    @property
    def all_kinds(self) -> set[str]:
        return set().union(*self._sets)

    def __len__(self) -> int:
        return len(self.kinds)


def affected_by(scope: BreachScope, tenant: Tenant, *, by_operator: bool) -> People:
    """Everybody of this tenant whom the scope touches. ``by_operator``: actors of any shop count."""
    found = People()
    if scope.is_whole_tables:
        for place in _chosen(scope):
            _add_rows(found, scope, place, tenant.rows(place))
    if scope.actors:
        seen = rows_seen(scope, None if by_operator else tenant.merchant_id)
        found.unnamed = seen.unnamed
        _add_seen(found, scope, tenant, seen)
    if scope.hosts:
        _add_transferred(found, scope, tenant)
    _look_up_addresses(found, tenant)
    return found


def _chosen(scope: BreachScope) -> Iterator[PersonalModel]:
    """Tables that were chosen, or all; of these, those that hold one of the chosen kinds."""
    for place in places():
        if (not scope.tables or place.label in scope.tables) and _kinds(scope, place):
            yield place


def _kinds(scope: BreachScope, place: PersonalModel) -> frozenset[str]:
    held = {said.kind.value for said in place.fields.values()}
    return frozenset(held & set(scope.kinds) if scope.kinds else held)


def _add_seen(found: People, scope: BreachScope, tenant: Tenant, seen: SeenRows) -> None:
    for place in _chosen(scope):
        rows = tenant.rows(place)
        numbers = seen.rows.get(place.model._meta.label_lower, set())
        if rows is None or not numbers:
            continue
        for some in batched(sorted(numbers), _A_SLICE, strict=False):
            _add_rows(found, scope, place, rows.filter(pk__in=some))


def _add_rows(
    found: People, scope: BreachScope, place: PersonalModel, rows: QuerySet[Model] | None
) -> None:
    if rows is None:
        return
    kinds, path = _kinds(scope, place), place.declaration.locate
    by_key, key_of = place.declaration.located_by is LocatedBy.KEY, email_hasher()
    ends = rows.exclude(**{f"{path}__isnull": True}).values_list(path, flat=True).distinct()
    for end in ends.iterator(chunk_size=5000):
        if end and by_key:
            found.add(end, "", kinds)
        elif end:
            email = _normal(end)
            found.add(key_of(email), email, kinds)


def _normal(address: str) -> str:
    try:
        return normalise_email(address)
    except InvalidEmail:
        return address


def _add_transferred(found: People, scope: BreachScope, tenant: Tenant) -> None:
    """Whose data went to these hosts, as the ledger of transfers has it."""
    rows = Disclosure._base_manager.filter(
        merchant=tenant.merchant_id,
        at__gte=scope.began,
        at__lte=scope.ended,
        host__in=scope.hosts,
    ).exclude(subject_key="")
    for key, kinds in rows.values_list("subject_key", "kinds").iterator(chunk_size=2000):
        reached = frozenset(set(kinds) & set(scope.kinds) if scope.kinds else kinds)
        if reached:
            found.add(key, "", reached)


def _look_up_addresses(found: People, tenant: Tenant) -> None:
    """Of those known by their hash only: one walk through the addresses that are still held."""
    missing = {key for key, email in found.emails.items() if not email}
    for email in _all_addresses(tenant) if missing else ():
        key = email_hasher()(email)
        if key in missing:
            found.emails[key] = email
            missing.discard(key)
            if not missing:
                return


def _all_addresses(tenant: Tenant) -> Iterator[str]:
    for place in places():
        rows = tenant.rows(place)
        if rows is None or place.declaration.located_by is LocatedBy.KEY:
            continue
        ends = rows.values_list(place.declaration.locate, flat=True).distinct()
        yield from (_normal(end) for end in ends.iterator(chunk_size=5000) if end)
