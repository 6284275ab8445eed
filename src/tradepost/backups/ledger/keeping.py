"""Bringing the ledger up to date, and going through it on a restored database."""

from datetime import datetime, timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.backups.ledger import (
    book,
    deletions,
    erasures,
    requests,
    stops,
    suppressions,
    withdrawals,
)
from tradepost.backups.types import KEYS_LIVE
from tradepost.lib import clock

# A transaction writes its time at its beginning and is seen at its end.
OVERLAP = timedelta(hours=1)
# Erasures that wait for a hold come before those that waited for nothing.
KINDS = (requests, erasures, stops, withdrawals, suppressions, deletions)
LONGER_THAN_KEYS = KEYS_LIVE + timedelta(days=1)


def bring_up_to_date() -> int:
    """Write down what happened since the last time; returns how much. Called each minute.

    Raises: LedgerDamaged.
    """
    now = clock.now()
    contents = book.opened()
    since = (datetime.fromisoformat(contents.until) if contents.until else now) - OVERLAP
    with scopes_disabled():
        found = [fact for kind in KINDS for fact in kind.facts(since)]
    new = book.add(found, contents)
    book.forget(now - LONGER_THAN_KEYS, contents)
    contents.until = now.isoformat()
    book.write_contents(contents)
    return new


def go_through(copied_at: datetime, by: Actor) -> dict[str, int]:
    """Do again what happened after the copy; returns how much of each kind. Twice is once.

    Raises: LedgerDamaged, before anything is done.
    """
    since = copied_at - OVERLAP
    found = [fact for fact in book.facts(since) if str(fact["at"]) >= since.isoformat()]
    done = {}
    with scopes_disabled():
        for kind in KINDS:
            mine = [fact for fact in found if fact["kind"] == kind.KIND]
            with transaction.atomic():
                done[kind.KIND] = kind.replay(mine, by)
    return done
