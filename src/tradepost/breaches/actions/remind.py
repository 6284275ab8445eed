"""Reminders before the hours are over: 48, 24 and 6 before, and when they are."""

from django.db import transaction
from django.db.models import Q
from django_scopes import scopes_disabled

from tradepost.breaches.actions.letters import remind
from tradepost.breaches.models import Incident

HOURS_LEFT = (48, 24, 6, 0)


def remind_all() -> int:
    """Each reminder goes once, however often this runs; returns how many went."""
    with scopes_disabled():
        running = Incident.objects.filter(
            closed_at=None, authority_told_at=None, not_reported_at=None
        ).exclude(is_drill=True, part_of__isnull=False)  # a drill of the operator troubles no shop
        return sum(_remind_of(incident) for incident in running.iterator())


def _remind_of(incident: Incident) -> bool:
    """Only the latest that is due: whoever was away for two days gets one mail."""
    due = [hours for hours in HOURS_LEFT if incident.seconds_left <= hours * 3600]
    if not due:
        return False
    hours = min(due)
    with transaction.atomic():
        claimed = Incident.objects.filter(
            Q(reminded=None) | Q(reminded__gt=hours), pk=incident.pk
        ).update(reminded=hours)
        if claimed:
            remind(incident)
    return bool(claimed)
