"""Picking up after a sender that died: see ``journal`` for why this is right."""

import logging
import os
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.delivery.engine.journal import Facts, JournalFolder, boot
from tradepost.delivery.engine.settling import Settled, settle, settled
from tradepost.delivery.models import Handover, Mail, Posted, Sender
from tradepost.lib import clock
from tradepost.lib.smtp import SmtpOutcome, Verdict

logger = logging.getLogger(__name__)

# A machine that has been silent for so long will not come back to read its own journal.
ABANDONED = timedelta(hours=1)
_TABLES: dict[str, type[Posted]] = {"mail": Mail, "handover": Handover}


def recover(spool: JournalFolder) -> int:
    """Settle what dead senders hold; returns how many senders were found dead.

    Safe beside living senders and beside another process that recovers at the same moment.
    """
    with scopes_disabled():
        return sum(_recover(spool, sender) for sender in Sender.objects.order_by("pk"))


def _recover(spool: JournalFolder, sender: Sender) -> bool:
    number = sender.pk  # deleting the row takes it away
    if sender.host != spool.host:
        if sender.beat_at > clock.now() - ABANDONED:
            return False
        _settle_dead_sender(sender, None)
        return True
    lock = spool.lock(number)
    if lock is None:
        return False
    try:
        _settle_dead_sender(sender, spool.facts(number))
        spool.forget(number)  # what is damaged is moved aside
    finally:
        os.close(lock)
    return True


def _settle_dead_sender(sender: Sender, facts: Facts | None) -> None:
    """Settle all rows of a dead sender in one transaction. ``facts`` None: its journal is out of reach."""
    left: dict[str, int] = {}
    trusted = facts is not None and not facts.damaged and sender.boot == boot()
    with transaction.atomic():
        if not Sender.objects.select_for_update().filter(pk=sender.pk).exists():
            return  # another process was quicker
        for table, model in _TABLES.items():
            rows = list(_settled(table, model, sender, facts or Facts(), trusted=trusted))
            settle(model, sender.pk, rows)
            left[table] = len(rows)
        number = sender.pk
        sender.delete()
    for table, count in left.items():  # said once it is true: a full disk may undo it many times
        if count:
            logger.warning(
                "sender %s on %s left %d rows of %s; settled", number, sender.host, count, table
            )


def _settled(
    table: str, model: type[Posted], sender: Sender, facts: Facts, *, trusted: bool
) -> Iterator[Settled]:
    now = clock.now()
    without_news = SmtpOutcome(
        Verdict.UNTOUCHED if trusted else Verdict.UNCERTAIN, b"sender stopped"
    )
    for row in model._default_manager.filter(sender=sender.pk):
        yield settled(
            row.pk,
            facts.get((table, row.pk), without_news),
            attempts=row.attempts,
            now=now,
            mailing_id=getattr(row, "mailing_id", None),
        )
