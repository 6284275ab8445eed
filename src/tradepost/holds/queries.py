"""Which records are held now."""

from datetime import datetime, timedelta

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

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


def holds_of(ref: SubjectRef) -> QuerySet[RecordHold]:
    """What the person is shown: those that stand."""
    return standing().filter(merchant=ref.merchant_id, subject_key=ref.key).order_by("until")


def over(now: datetime) -> QuerySet[RecordHold]:
    return RecordHold._base_manager.filter(
        Q(until__lt=now - KEPT_FOR) | Q(lifted_at__lt=now - KEPT_FOR)
    )
