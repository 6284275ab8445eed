"""A mailing's life: opened, its recipients frozen, started, paused, cancelled."""

from django.db import connection, models, transaction
from django.db.models import F, QuerySet

from tradepost.datamap.registry import declaration_of
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import HandoverState, MailingState, NotAnAudience, Stream, WrongState
from tradepost.lib import clock

# Whose rows, by the data map, may be written to in bulk; people who sign in are not among them.
WRITTEN_TO = frozenset({Subject.CUSTOMER})


def open_mailing(
    *, merchant: models.Model, kind: str, source_id: int, stream: Stream = Stream.BULK
) -> Mailing:
    """Open a run of the source ``kind``; it sends nothing until :func:`start_mailing`."""
    return Mailing.objects.create(
        merchant_id=merchant.pk, kind=kind, source_id=source_id, stream=stream
    )


def freeze_recipients(
    *, mailing: Mailing, contacts: QuerySet[models.Model], address_field: str = "email"
) -> int:
    """Copy the contacts into the mailing's list with one INSERT … SELECT; returns how many came.

    Whoever is on the list already is left alone, so it may be called again after a crash.

    Raises:
        NotAnAudience: the rows are account holders', not a merchant's contacts.
        WrongState: the mailing has been started.
    """
    said = declaration_of(contacts.model)
    if said is None or said.subject not in WRITTEN_TO:
        raise NotAnAudience(contacts.model._meta.label)
    if mailing.state != MailingState.PREPARING:
        raise WrongState(mailing.state)
    now = clock.now()
    chosen = contacts.order_by().values_list("pk", address_field)
    sql, params = chosen.query.sql_with_params()
    table = connection.ops.quote_name(Handover._meta.db_table)
    adapted = connection.ops.adapt_datetimefield_value(now)
    with transaction.atomic(), connection.cursor() as cursor:
        # "WHERE true" keeps SQLite from reading ON CONFLICT as part of the SELECT's join.
        cursor.execute(
            # INSERT comes first: Python's sqlite3 counts no rows of a statement that begins WITH.
            f"INSERT INTO {table}"  # noqa: S608  no value is spliced in
            " (mailing_id, contact_id, address, state, due_at, attempts, response)"
            f" WITH chosen(id, address) AS ({sql})"
            " SELECT %s, chosen.id, chosen.address, %s, %s, 0, '' FROM chosen WHERE true"
            " ON CONFLICT (mailing_id, contact_id) DO NOTHING",
            [*params, mailing.pk, HandoverState.QUEUED.value, adapted],
        )
        added = max(int(cursor.rowcount), 0)
        Mailing.objects.filter(pk=mailing.pk).update(total=F("total") + added)
    mailing.refresh_from_db()
    return added


def start_mailing(*, mailing: Mailing) -> None:
    """Let the senders at it. Starting a running mailing changes nothing.

    Raises:
        WrongState: it is paused, cancelled or done.
    """
    _move(mailing, {MailingState.PREPARING}, MailingState.RUNNING, started_at=clock.now())


def pause_mailing(*, mailing: Mailing) -> None:
    """Senders stop within a slice. Raises: WrongState."""
    _move(mailing, {MailingState.RUNNING}, MailingState.PAUSED)


def resume_mailing(*, mailing: Mailing) -> None:
    """Raises: WrongState."""
    _move(mailing, {MailingState.PAUSED}, MailingState.RUNNING, trouble="", trouble_answer="")


def cancel_mailing(*, mailing: Mailing) -> int:
    """Whoever has not been written to will not be; returns how many. Raises: WrongState when done."""
    now = clock.now()
    with transaction.atomic():
        _move(
            mailing,
            {MailingState.PREPARING, MailingState.RUNNING, MailingState.PAUSED},
            MailingState.CANCELLED,
            finished_at=now,
        )
        spared = Handover.objects.filter(mailing=mailing, due_at__isnull=False).update(
            state=HandoverState.CANCELLED, due_at=None, settled_at=now
        )
        Mailing.objects.filter(pk=mailing.pk).update(cancelled=F("cancelled") + spared)
    mailing.refresh_from_db()
    return spared


def resend_uncertain(*, mailing: Mailing) -> int:
    """Somebody decided to risk a second copy: write again to the uncertain; returns how many."""
    return _queue_again(mailing, HandoverState.UNCERTAIN)


def retry_failed(*, mailing: Mailing) -> int:
    """Write again to those for whom it failed (nobody of them got it); returns how many."""
    return _queue_again(mailing, HandoverState.FAILED)


def _queue_again(mailing: Mailing, state: HandoverState) -> int:
    with transaction.atomic():
        again = Handover.objects.filter(mailing=mailing, state=state).update(
            state=HandoverState.QUEUED, due_at=clock.now(), settled_at=None, attempts=0
        )
        if again:
            Mailing.objects.filter(pk=mailing.pk).exclude(state=MailingState.CANCELLED).update(
                **{state.value: F(state.value) - again},
                state=MailingState.RUNNING,
                finished_at=None,
            )
    mailing.refresh_from_db()
    return again


def _move(
    mailing: Mailing, allowed: set[MailingState], to: MailingState, **changes: object
) -> None:
    """Change the state by a conditional UPDATE; being there already is fine."""
    moved = Mailing.objects.filter(pk=mailing.pk, state__in=allowed).update(state=to, **changes)
    mailing.refresh_from_db()
    if not moved and mailing.state != to:
        raise WrongState(mailing.state)
