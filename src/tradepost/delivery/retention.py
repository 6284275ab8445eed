"""How long the post keeps what (the rules are declared in ``room.py``)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from tradepost.datamap.held import without_held
from tradepost.delivery.models import Handover, IncomingMail, Mail

MAIL_FOR = timedelta(days=30)
HANDOVER_FOR = timedelta(days=365)
CAUGHT_FOR = timedelta(days=7)
INCOMING_FOR = timedelta(days=30)
DAMAGED_FOR = timedelta(days=30)
_BATCH = 1000


def _due_mail(now: datetime) -> QuerySet[Mail]:
    return without_held(Mail.objects.filter(settled_at__lt=now - MAIL_FOR))


def _due_handovers(now: datetime) -> QuerySet[Handover]:
    return without_held(Handover.objects.filter(mailing__finished_at__lt=now - HANDOVER_FOR))


def _purge(rows: QuerySet[Any]) -> int:
    """Delete in batches, so that no lock is held for long."""
    gone = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def due_mail(now: datetime) -> int:
    with scopes_disabled():
        return _due_mail(now).count()


def purge_mail(now: datetime) -> int:
    with scopes_disabled():
        return _purge(_due_mail(now))


def due_handovers(now: datetime) -> int:
    with scopes_disabled():
        return _due_handovers(now).count()


def purge_handovers(now: datetime) -> int:
    with scopes_disabled():
        return _purge(_due_handovers(now))


def _due_incoming(now: datetime) -> QuerySet[IncomingMail]:
    return without_held(IncomingMail.objects.filter(received_at__lt=now - INCOMING_FOR))


def due_incoming(now: datetime) -> int:
    with scopes_disabled():
        return _due_incoming(now).count()


def purge_incoming(now: datetime) -> int:
    with scopes_disabled():
        return _purge(_due_incoming(now))
