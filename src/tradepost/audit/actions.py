"""Writing to the record."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

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
_ROWS = 500


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
    act = Act(clock.now(), actor, action, reference(target), merchant_id, reason, detail or {})
    (entry,) = record_many([act])
    return entry


class Act(NamedTuple):
    """One thing that somebody did. ``target`` as :func:`reference` spells it."""

    at: datetime
    actor: Actor
    action: str
    target: str = ""
    merchant_id: int | None = None
    reason: str = ""
    detail: Mapping[str, object] = MappingProxyType({})


def record_many(acts: Sequence[Act]) -> list[Entry]:
    """As :func:`record`, one entry after the other, in one write. Raises: as it does."""
    for act in acts:
        _require_recordable(act)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = Entry.objects.order_by("-pk").values_list("seal", flat=True).first() or ""
        entries = []
        for act in acts:
            entries.append(_sealed(act, last))
            last = entries[-1].seal
        return Entry.objects.bulk_create(entries, batch_size=_ROWS)


def _require_recordable(act: Act) -> None:
    """Raises: UndeclaredAction, PersonalDataInRecord."""
    if act.action not in actions:
        if settings.UNDECLARED_ACTION_RAISES:
            raise UndeclaredAction(act.action)
        logger.error("no room declares the action %s", act.action)
    if "@" in act.reason or "@" in json.dumps(dict(act.detail)):
        raise PersonalDataInRecord(act.action)


def _sealed(act: Act, previous: str) -> Entry:
    entry = Entry(
        at=act.at,
        merchant_id=act.merchant_id,
        actor=act.actor.spelling,
        action=act.action,
        target=act.target,
        reason=typed(act.reason, 300),
        detail=cleaned(dict(act.detail)),
        previous=previous,
    )
    entry.seal = entry.seal_of_contents()
    return entry
