"""What becomes of a row after an attempt: the last of the engine's four steps, also used by recovery."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from tradepost.delivery.bounces import OURS, Cause, cause_of
from tradepost.delivery.bounces.trouble import Found
from tradepost.delivery.models import Mailing, Posted
from tradepost.delivery.types import OPEN_STATES, HandoverState
from tradepost.lib import clock
from tradepost.lib.smtp import SmtpOutcome, Verdict

MAX_ATTEMPTS = 12  # about two days
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)

_STATES = {
    Verdict.SENT: HandoverState.SENT,
    Verdict.REFUSED: HandoverState.BOUNCED,
    Verdict.UNCERTAIN: HandoverState.UNCERTAIN,
}


class Settled(NamedTuple):
    """The new state of one row; ``mailing_id`` is None for single mail."""

    pk: int
    state: HandoverState
    response: str
    attempts: int
    due_at: datetime | None = None
    mailing_id: int | None = None


def settled(
    pk: int, outcome: SmtpOutcome, *, attempts: int, now: datetime, mailing_id: int | None = None
) -> Settled:
    """Read an outcome: final, or due again. ``attempts`` are those before this one."""
    if outcome.verdict is Verdict.UNTOUCHED:
        return Settled(pk, HandoverState.QUEUED, "", attempts, now, mailing_id)
    text = outcome.text[:300]
    state = _STATES.get(outcome.verdict)
    if state is HandoverState.BOUNCED:
        state = _refused(outcome, is_bulk=mailing_id is not None)
    if state:
        return Settled(pk, state, text, attempts + 1, None, mailing_id)
    if attempts + 1 >= MAX_ATTEMPTS:
        return Settled(pk, HandoverState.FAILED, text, attempts + 1, None, mailing_id)
    pause = min(_FIRST_PAUSE * 2**attempts, _LONGEST_PAUSE)
    return Settled(pk, HandoverState.DEFERRED, text, attempts + 1, now + pause, mailing_id)


def put_back(results: list[Settled], found: Found) -> list[Settled]:
    """Whoever was refused for our sake waits for the cause to be mended, like those not yet tried."""
    now = clock.now()
    return [
        row._replace(state=HandoverState.DEFERRED, due_at=now) if row.pk in found.rows else row
        for row in results
    ]


def _refused(outcome: SmtpOutcome, *, is_bulk: bool) -> HandoverState | None:
    """Bounced, when the recipient was refused. What was refused for the sender's sake is no bounce:
    it failed, and can be retried; single mail is tried again by itself (None), and so is *too fast*."""
    cause = cause_of(outcome.text)
    if cause not in OURS and outcome.at != "MAIL":
        return HandoverState.BOUNCED
    mended_here = cause not in {Cause.CONTENT, Cause.POLICY}
    return None if cause is Cause.RATE or (mended_here and not is_bulk) else HandoverState.FAILED


def settle(model: type[Posted], sender: int, rows: Iterable[Settled]) -> None:
    """Write a slice's results in one go, and count them in the same transaction.

    Only rows that the sender still holds change: one that was erased meanwhile stays erased.
    """
    rows = list(rows)
    if not rows:
        return
    with transaction.atomic():
        _write(model, sender, rows, clock.now())
        _count(rows)


def _write(model: type[Posted], sender: int, rows: list[Settled], now: datetime) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    values = [
        (
            row.state.value,
            row.response,
            row.attempts,
            row.due_at,
            None if row.due_at else now,
            row.pk,
        )
        for row in rows
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement for the slice; arrays keep its text, and so its plan, the same.
            cursor.execute(
                f"UPDATE {table} AS held SET state = new.state, response = new.response,"  # noqa: S608  a table name
                " attempts = new.attempts, due_at = new.due_at, settled_at = new.settled_at,"
                " sender = NULL FROM unnest(%s::text[], %s::text[], %s::int[], %s::timestamptz[],"
                " %s::timestamptz[], %s::bigint[])"
                " AS new(state, response, attempts, due_at, settled_at, id)"
                " WHERE held.id = new.id AND held.sender = %s",
                [*(list(column) for column in zip(*values, strict=True)), sender],
            )
            return
        adapt = cache(connection.ops.adapt_datetimefield_value)  # the same few times, row after row
        cursor.executemany(
            f"UPDATE {table} SET state = %s, response = %s, attempts = %s, due_at = %s,"  # noqa: S608  a table name
            " settled_at = %s, sender = NULL WHERE id = %s AND sender = %s",
            [(*row[:3], adapt(row[3]), adapt(row[4]), row[5], sender) for row in values],
        )


def _count(rows: list[Settled]) -> None:
    counts: dict[int, Counter[str]] = {}
    for row in rows:
        if row.mailing_id and row.state not in OPEN_STATES:
            counts.setdefault(row.mailing_id, Counter())[row.state.value] += 1
    for mailing_id, counter in counts.items():
        changes: Mapping[str, object] = {name: F(name) + count for name, count in counter.items()}
        Mailing.objects.filter(pk=mailing_id).update(**changes)
