"""Recording an incident, which starts its clock, and saying more of it as it becomes known."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.breaches.models import Affected, Assessment, Incident
from tradepost.breaches.severity import refuse_unknown
from tradepost.breaches.types import AlreadyClosed, BreachScope, Component, due_after
from tradepost.merchants.models import Merchant

DESCRIBED = ("title", "happened", "words", "consequences", "measures", "advice")


def record_incident(
    *, merchant: Merchant | None, title: str, known_at: datetime, by: Actor, is_drill: bool = False
) -> Incident:
    """The clock runs from the moment of knowledge, under the law of that moment."""
    with transaction.atomic(), scopes_disabled():
        incident = Incident.objects.create(
            merchant=merchant,
            title=title,
            known_at=known_at,
            due_at=due_after(known_at),
            is_drill=is_drill,
        )
        record(
            actor=by,
            action="breaches.record",
            target=incident,
            merchant_id=incident.merchant_id,
            detail={"drill": is_drill},
        )
    return incident


def describe(*, incident: Incident, by: Actor, **said: str) -> None:
    """``said``: any of ``DESCRIBED``. Raises: AlreadyClosed."""
    assert set(said) <= set(DESCRIBED)
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        for name, text in said.items():
            setattr(row, name, text)
        row.save(update_fields=list(said))
        record(actor=by, action="breaches.describe", target=row, merchant_id=row.merchant_id)


def choose_scope(*, incident: Incident, scope: BreachScope, by: Actor) -> None:
    """What was reached; nobody is on the list before it is frozen. Raises: AlreadyClosed."""
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        row.began_at, row.ended_at, row.shops = scope.began, scope.ended, list(scope.shops)
        row.reached = {
            "tables": list(scope.tables),
            "kinds": list(scope.kinds),
            "actors": list(scope.actors),
            "hosts": list(scope.hosts),
        }
        row.save(update_fields=["began_at", "ended_at", "shops", "reached"])
        record(
            actor=by,
            action="breaches.describe",
            target=row,
            merchant_id=row.merchant_id,
            detail={"scope": row.reached},
        )
    incident.refresh_from_db()


def assess(
    *, incident: Incident, component: Component, value: Decimal, reason: str, by: Actor
) -> None:
    """Set one component of the severity. Raises: NotAllowed, AlreadyClosed."""
    refuse_unknown(component, value)
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        Assessment.objects.create(
            incident=row, component=component, value=value, reason=reason, by_id=by.account_id
        )
        record(
            actor=by,
            action="breaches.assess",
            target=row,
            merchant_id=row.merchant_id,
            detail={"component": component.value, "value": str(value)},
        )


def locked(incident: Incident) -> Incident:
    """The row, held until the transaction ends. Raises: AlreadyClosed."""
    row = Incident.objects.select_for_update().get(pk=incident.pk)
    if row.closed_at is not None:
        raise AlreadyClosed
    return row


def note_list_look(*, incident: Incident, by: Actor, shown: Sequence[Affected]) -> None:
    """Somebody saw names of those affected; each of them finds it in their record."""
    look = record(
        actor=by,
        action="breaches.look",
        target=incident,
        merchant_id=incident.merchant_id,
        reason=gettext_noop("to see whom an incident touched"),
        detail={"shown": len(shown)},
    )
    note_sighting(look, Affected, (row.pk for row in shown))


def note_printing(*, incident: Incident, by: Actor) -> None:
    record(actor=by, action="breaches.report", target=incident, merchant_id=incident.merchant_id)
