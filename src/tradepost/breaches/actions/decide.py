"""Telling the authority, deciding that nobody need be told, and closing."""

from datetime import datetime

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.breaches.actions.record import locked
from tradepost.breaches.models import Incident
from tradepost.breaches.queries import waiting_for_letters
from tradepost.breaches.types import NeedsReason, StillOpen
from tradepost.lib import clock


def note_report(
    *, incident: Incident, told_at: datetime, reference: str, late_because: str, by: Actor
) -> None:
    """The authority was told; the clock stops. Raises: NeedsReason, AlreadyClosed."""
    if told_at > incident.due_at and not late_because:
        raise NeedsReason
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        row.authority_told_at, row.authority_reference = told_at, reference
        row.late_because = late_because
        row.save(update_fields=["authority_told_at", "authority_reference", "late_because"])
        record(
            actor=by,
            action="breaches.authority",
            target=row,
            merchant_id=row.merchant_id,
            detail={"late": told_at > row.due_at},
        )


def decide(*, incident: Incident, no_report: str, no_letters: str, by: Actor) -> None:
    """Why no report (Art. 33(1)) and no letters (Art. 34(3) GDPR) are needed; "" decides nothing.

    Raises: AlreadyClosed.
    """
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        row.not_reported_because, row.not_written_because = no_report, no_letters
        row.not_reported_at = (row.not_reported_at or clock.now()) if no_report else None
        row.save()
        record(
            actor=by,
            action="breaches.decide",
            target=row,
            merchant_id=row.merchant_id,
            detail={"report": bool(no_report), "letters": bool(no_letters)},
        )


def close_incident(*, incident: Incident, by: Actor) -> None:
    """Nothing about it changes any more; it is kept as the law asks (Art. 33(5) GDPR).

    Raises: StillOpen, AlreadyClosed.
    """
    with transaction.atomic(), scopes_disabled():
        row = locked(incident)
        untold = row.frozen_at is None or waiting_for_letters(row).exists()
        if row.clock_stopped_at is None or (untold and not row.not_written_because):
            raise StillOpen
        row.closed_at = clock.now()
        row.save(update_fields=["closed_at"])
        record(actor=by, action="breaches.close", target=row, merchant_id=row.merchant_id)
