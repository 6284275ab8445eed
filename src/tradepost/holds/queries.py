"""Which records are held now."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from tradepost.datamap.columns.any_lookup import among
from tradepost.datamap.held import StandingHold
from tradepost.datamap.registry import declaration_of, personal_fields
from tradepost.datamap.subjects import SubjectRef
from tradepost.holds.models import RecordHold
from tradepost.lib import clock

KEPT_FOR = timedelta(days=3 * 365)
_FEW = 200


def standing() -> QuerySet[RecordHold]:
    return RecordHold._base_manager.filter(lifted_at=None, until__gt=clock.now())


def standing_on(rows: Mapping[str, Collection[object]]) -> dict[str, set[object]]:
    """Of these row numbers, by model's label, those that a hold stands on."""
    found: dict[str, set[object]] = {}
    for asked in _in_questions(rows):
        numbers = {number for some in asked.values() for number in some}
        holds = standing().filter(label__in=list(asked), **among("number", numbers))
        for label, number in holds.values_list("label", "number"):
            if number in asked[label]:
                found.setdefault(label, set()).add(number)
    return found


def _in_questions(rows: Mapping[str, Collection[object]]) -> Iterator[dict[str, list[int]]]:
    """Of a person's few rows all models are asked at once, of many people's each model for itself: the
    database looks for each number under each label."""
    numbers = {
        label: [number for number in some if isinstance(number, int)]
        for label, some in rows.items()
        if some
    }
    numbers = {label: some for label, some in numbers.items() if some}
    if sum(map(len, numbers.values())) <= _FEW:
        yield numbers
        return
    yield from ({label: some} for label, some in numbers.items())


def without[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    """For retention: what is held, and what hangs on a held record, is not due."""
    return rows.exclude(_is_held(rows.model)) if personal_fields(rows.model) else rows


def _is_held(model: type[Model]) -> Q:
    """The record itself, or one on its way to the person: an order holds its lines and its address."""
    found, here, path = Q(_hold_on(model, "pk")), model, ""
    declaration = declaration_of(model)
    for step in declaration.locate.split("__")[:-1] if declaration else ():
        parent = here._meta.get_field(step).related_model
        assert isinstance(parent, type)
        here = parent
        path = f"{path}__{step}" if path else step
        found |= Q(_hold_on(here, path))
    return found


def _hold_on(model: type[Model], path: str) -> Exists:
    return Exists(standing().filter(label=model._meta.label, number=OuterRef(path)))


def last_hold(model: type[Model], numbers: Iterable[object]) -> StandingHold | None:
    """The one that ends last on these rows."""
    rows = standing().filter(label=model._meta.label, number__in=list(numbers))
    hold = rows.order_by("-until").first()
    if hold is None:
        return None
    return StandingHold(why=str(hold.get_hold_class_display()), until=hold.until)


def held_until(merchant: Model) -> datetime | None:
    """When the last hold on a record of the shop ends."""
    ends = standing().filter(merchant=merchant.pk).order_by("-until")
    return ends.values_list("until", flat=True).first()


def held_rows(merchant: Model) -> Iterator[Model]:
    """What a hold stands on, and the hold itself: both outlive the closing of the shop until it ends."""
    for hold in standing().filter(merchant=merchant.pk):
        row = apps.get_model(hold.label)._base_manager.filter(pk=hold.number).first()
        if row is not None:
            yield from (hold, row)


def holds_of(ref: SubjectRef) -> QuerySet[RecordHold]:
    """What the person is shown: those that stand."""
    return standing().filter(merchant=ref.merchant_id, subject_key=ref.key).order_by("until")


def over(now: datetime) -> QuerySet[RecordHold]:
    return RecordHold._base_manager.filter(
        Q(until__lt=now - KEPT_FOR) | Q(lifted_at__lt=now - KEPT_FOR)
    )
