"""Which rows are next, and who of them may not be written to. Helpers of the engine's first step."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django_scopes import scope

from tradepost.datamap.modules import may_work
from tradepost.delivery.engine.settling import Settled
from tradepost.delivery.models import Handover, Mail, Mailing, Posted
from tradepost.delivery.outgoing import limits
from tradepost.delivery.outgoing.rests import rests
from tradepost.delivery.outgoing.sources import (
    Claimed,
    NotWritten,
    Recipient,
    UnknownSource,
    source_of,
)
from tradepost.delivery.outgoing.tokens import Table
from tradepost.delivery.queries import suppressed_among
from tradepost.delivery.types import OPEN_STATES, HandoverState, MailingState
from tradepost.lib import clock

logger = logging.getLogger(__name__)

_LEAST = 100  # however little is left, a slice may hold so many
_UNKNOWN = NotWritten(HandoverState.NO_CONSENT, "")


@dataclass
class Slice:
    """Rows that one sender holds. ``refused`` are settled without being written to, by row number."""

    model: type[Posted]
    mailing: Mailing | None
    rows: Sequence[Claimed] = ()
    mails: Mapping[int, Mail] = field(default_factory=dict)
    people: Mapping[int, Recipient | NotWritten] = field(default_factory=dict)
    refused: dict[int, Settled] = field(default_factory=dict)

    @property
    def mailing_id(self) -> int | None:
        return self.mailing.pk if self.mailing else None

    @property
    def table(self) -> Table:
        return "handover" if self.mailing else "mail"

    def refuse(self, row: Claimed, state: HandoverState, reason: str) -> None:
        """Settle this row without writing to it."""
        self.refused[row.pk] = Settled(
            row.pk, state, reason[:300], row.attempts, mailing_id=self.mailing_id
        )

    def postpone(self, row: Claimed, due_at: datetime) -> None:
        """Put this row back until then."""
        self.refused[row.pk] = Settled(
            row.pk, HandoverState.QUEUED, "", row.attempts, due_at, self.mailing_id
        )

    def drop_refused(self) -> None:
        """Keep in ``rows`` those that are still to be written to."""
        if self.refused:
            self.rows = [row for row in self.rows if row.pk not in self.refused]


def claim_letters(sender: int, size: int) -> Slice | None:
    """Single mails that are due, oldest first."""
    now = clock.now()
    due = Mail.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    if not due.exists():
        return None
    with transaction.atomic():
        mails = {row.pk: row for row in due.select_for_update(skip_locked=True)[:size]}
        Mail.objects.filter(pk__in=mails).update(
            state=HandoverState.CLAIMED, sender=sender, due_at=None
        )
    taken = Slice(Mail, None, mails=mails)
    taken.rows = [Claimed(row.pk, 0, row.address, row.attempts) for row in mails.values()]
    _refuse_suppressed_letters(taken)
    return taken if mails else None


def claim_recipients(sender: int, size: int) -> Slice | None:
    """A slice of the running mailing that has waited longest; none of those whose module is off."""
    for mailing in _turn():
        if _rests(mailing):
            continue
        rows = _claim_of(mailing, sender, size)
        if rows:
            taken = Slice(Handover, mailing, rows=rows)
            try:
                _screen(taken)
            except Exception:
                logger.exception("mailing %s: its source failed; paused", mailing.pk)
                release(taken, sender)
                continue
            return taken
        _finish(mailing)
    return None


def release(taken: Slice, sender: int) -> None:
    """Nothing of the slice was started: put it back, and pause the mailing for a person to look at."""
    rows = taken.model._default_manager.filter(sender=sender)
    with transaction.atomic():
        rows.update(state=HandoverState.QUEUED, sender=None, due_at=clock.now())
        if taken.mailing:
            Mailing.objects.filter(pk=taken.mailing.pk, state=MailingState.RUNNING).update(
                state=MailingState.PAUSED
            )


def _turn() -> QuerySet[Mailing]:
    return (
        Mailing.objects.filter(state=MailingState.RUNNING)
        .select_related("merchant")
        .order_by(F("served_at").asc(nulls_first=True), "pk")
    )


def _rests(mailing: Mailing) -> bool:
    """Its shop may send none now, or its letters belong to a module that is off.

    An unknown source is seen to when it is screened.
    """
    if rests(mailing.merchant):
        return True
    try:
        package = type(source_of(mailing.kind)).__module__
    except UnknownSource:
        return False
    return not may_work(package, mailing.merchant)


def _claim_of(mailing: Mailing, sender: int, size: int) -> list[Claimed]:
    """Take rows in one transaction; another sender takes others."""
    now = clock.now()
    if not Handover.objects.filter(mailing=mailing, due_at__lte=now).exists():
        return []
    with transaction.atomic():
        # The state again, under the lock: a pause that was committed before this claim wins.
        held = Mailing.objects.filter(pk=mailing.pk, state=MailingState.RUNNING)
        if not held.update(served_at=now):
            return []
        wanted = min(size, _share(mailing))
        allowed = limits.take_tokens(limits.merchant_name(mailing.merchant_id), wanted)
        return _take(mailing.pk, sender, allowed, now)


def _share(mailing: Mailing) -> int:
    """A quarter of what is left, at most: slices get shorter towards the end, so that senders finish
    together and none waits while another has a thousand letters in hand."""
    ended = (state for state in HandoverState if state not in OPEN_STATES)
    settled: int = sum(getattr(mailing, state) for state in ended)
    return max(_LEAST, (mailing.total - settled) // 4)


def _take(mailing_id: int, sender: int, size: int, now: datetime) -> list[Claimed]:
    """One UPDATE that finds, holds and returns the rows that are due longest."""
    table = connection.ops.quote_name(Handover._meta.db_table)
    skip = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH due AS MATERIALIZED (SELECT id FROM {table} WHERE mailing_id = %s"  # noqa: S608  no value is spliced in
            f" AND due_at <= %s ORDER BY due_at, id LIMIT %s {skip})"
            f" UPDATE {table} SET state = %s, sender = %s, due_at = NULL"
            " WHERE id IN (SELECT id FROM due) RETURNING id, contact_id, address, attempts",
            [
                mailing_id,
                connection.ops.adapt_datetimefield_value(now),
                size,
                HandoverState.CLAIMED.value,
                sender,
            ],
        )
        return sorted(map(Claimed._make, cursor.fetchall()))


def _finish(mailing: Mailing) -> None:
    """Done when nothing waits and nobody holds a row of it."""
    if Handover.objects.filter(mailing=mailing, due_at__isnull=False).exists():
        return
    # The sum: found by the few rows that anybody holds, not by the mailing's millions.
    held = Handover.objects.alias(of=F("mailing_id") + 0).filter(sender__isnull=False)
    if held.filter(of=mailing.pk).exists():
        return
    Mailing.objects.filter(pk=mailing.pk, state=MailingState.RUNNING).update(
        state=MailingState.DONE, finished_at=clock.now()
    )


def _screen(taken: Slice) -> None:
    """Suppression, doors that are closed, and the source's check of consent, at the last moment."""
    mailing = taken.mailing
    assert mailing is not None
    _postpone_closed_doors(taken)
    suppressed = suppressed_among(
        addresses=[row.address for row in taken.rows], merchant_id=mailing.merchant_id
    )
    if suppressed:
        for row in taken.rows:
            if row.address in suppressed:
                taken.refuse(row, HandoverState.SUPPRESSED, str(suppressed[row.address].label))
        taken.drop_refused()
    with scope(merchant=mailing.merchant):
        taken.people = source_of(mailing.kind).data_for(mailing, taken.rows)
    for row in taken.rows:
        found = taken.people.get(row.pk, _UNKNOWN)
        if isinstance(found, NotWritten):
            taken.refuse(row, found.state, found.reason)
    taken.drop_refused()


def _refuse_suppressed_letters(taken: Slice) -> None:
    """Only mail of a flagged service template reaches somebody who unsubscribed."""
    groups: dict[tuple[int | None, bool], list[str]] = {}
    for mail in taken.mails.values():
        groups.setdefault((mail.merchant_id, mail.is_service), []).append(mail.address)
    found = {
        group: suppressed_among(addresses=addresses, merchant_id=group[0], service=group[1])
        for group, addresses in groups.items()
    }
    for row in taken.rows:
        mail = taken.mails[row.pk]
        reason = found[mail.merchant_id, mail.is_service].get(row.address)
        if reason:
            taken.refuse(row, HandoverState.SUPPRESSED, str(reason.label))
    taken.drop_refused()


def _postpone_closed_doors(taken: Slice) -> None:
    """Domains that are closed or out of tokens: come back later."""
    now = clock.now()
    shut, limited = limits.closed(now), limits.limited_domains()
    if not shut and not limited:
        return
    with transaction.atomic():
        for row in taken.rows:
            name = limits.domain_name(row.address)
            if name in shut:
                taken.postpone(row, shut[name])
            elif name in limited and not limits.take_tokens(name, 1):
                taken.postpone(row, now + timedelta(minutes=1))
    taken.drop_refused()
