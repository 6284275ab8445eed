"""Which records are held now."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from tradepost.datamap.held import StandingHold
from tradepost.datamap.registry import declaration_of, personal_fields
from tradepost.datamap.subjects import SubjectRef
from tradepost.holds.models import RecordHold
from tradepost.lib import clock

KEPT_FOR = timedelta(days=3 * 365)


def standing() -> QuerySet[RecordHold]:
    return RecordHold._base_manager.filter(lifted_at=None, until__gt=clock.now())


def only_held[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.filter(_is_held(rows.model))


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
