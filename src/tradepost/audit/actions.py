"""Writing to the record."""

import json
import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import connection, models, transaction

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.datamap.columns.typed import cleaned
from tradepost.datamap.registry import actions
from tradepost.lib import clock
from tradepost.lib.typed_text import typed

logger = logging.getLogger(__name__)
_LOCK = 0x7472_6164


class UndeclaredAction(LookupError):
    """No room declares an action of this name (``Room.actions``)."""


class PersonalDataInRecord(ValueError):
    """Something that looks like an e-mail address was about to be sealed into the record for good."""


def reference(row: models.Model | str | None) -> str:
    """What an entry is about: ``app.model:pk``; ``user:pk`` for accounts; a text as it is."""
    if row is None or isinstance(row, str):
        return row or ""
    label = "user" if row._meta.label_lower == "identity.user" else row._meta.label_lower
    return f"{label}:{row.pk}"


def record(
    *,
    actor: Actor,
    action: str,
    target: models.Model | str | None = None,
    merchant_id: int | None = None,
    reason: str = "",
    detail: Mapping[str, object] | None = None,
) -> Entry:
    """Append one entry to the hash chain, inside the caller's transaction.

    Writers queue up (an advisory lock on PostgreSQL; SQLite has one writer anyway), because a chain
    has one end. ``action`` is ``room.verb``: ``orders.refund``, ``audience.look``.

    Raises:
        PersonalDataInRecord: ``reason`` or ``detail`` holds an ``@``.
        UndeclaredAction: while developing and testing; in production the name is kept as it is.
    """
    if action not in actions:
        if settings.UNDECLARED_ACTION_RAISES:
            raise UndeclaredAction(action)
        logger.error("no room declares the action %s", action)
    if "@" in reason or "@" in json.dumps(detail or {}):
        raise PersonalDataInRecord(action)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        entry = Entry(
            at=clock.now(),
            merchant_id=merchant_id,
            actor=actor.spelling,
            action=action,
            target=reference(target),
            reason=typed(reason, 300),
            detail=cleaned(detail or {}),
            previous=Entry.objects.order_by("-pk").values_list("seal", flat=True).first() or "",
        )
        entry.seal = entry.seal_of_contents()
        entry.save(force_insert=True)
    return entry
