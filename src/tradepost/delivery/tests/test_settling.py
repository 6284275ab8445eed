"""What an answer of the relay makes of one message: sent, bounced, again later, or given up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tradepost.delivery.bounces.trouble import Found
from tradepost.delivery.engine.settling import Settled, put_back, settle, settled
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import HandoverState, Trouble
from tradepost.lib import clock
from tradepost.lib.smtp import SmtpOutcome, Verdict

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = SmtpOutcome(Verdict.DEFERRED, b"451 4.3.0 later", "RCPT")
GONE = b"550 5.1.1 user unknown"
BLOCKED = b"550 5.7.1 blocked using zen.spamhaus.org"
SPAM = b"554 5.7.1 looks like spam"
POLICY = b"550 5.7.1 denied by policy"
TOO_FAST = b"550 5.7.1 rate limit exceeded"


def after(outcome: SmtpOutcome, attempts: int = 0, mailing: int | None = 9) -> Settled:
    return settled(7, outcome, attempts=attempts, now=NOW, mailing_id=mailing)


def refused(words: bytes, at: str = "RCPT") -> SmtpOutcome:
    return SmtpOutcome(Verdict.REFUSED, words, at)


def test_a_message_taken_is_sent_with_the_relay_s_own_words() -> None:
    sent = after(SmtpOutcome(Verdict.SENT, b"250 2.0.0 taken", "body"), attempts=2)
    assert sent == Settled(7, HandoverState.SENT, "250 2.0.0 taken", 3, None, 9)


def test_a_message_without_an_answer_is_uncertain_and_not_due_again() -> None:
    row = after(SmtpOutcome(Verdict.UNCERTAIN))
    assert row == Settled(7, HandoverState.UNCERTAIN, "", 1, None, 9)


def test_a_message_of_which_not_a_byte_left_is_due_at_once_and_no_attempt_is_counted() -> None:
    untouched = SmtpOutcome(Verdict.UNTOUCHED, b"421 closing")
    assert after(untouched, attempts=4) == Settled(7, HandoverState.QUEUED, "", 4, NOW, 9)
    assert after(untouched, mailing=None).mailing_id is None


def test_a_long_answer_is_cut_to_what_its_column_holds() -> None:
    assert len(after(SmtpOutcome(Verdict.SENT, b"2" * 999)).response) == 300


MINUTES = [5, 10, 20, 40, 80, 160, 320, 360, 360, 360, 360]


@pytest.mark.parametrize(("attempts", "minutes"), list(enumerate(MINUTES)))
def test_the_pause_doubles_up_to_six_hours(attempts: int, minutes: int) -> None:
    due = NOW + timedelta(minutes=minutes)
    assert after(LATER, attempts) == Settled(
        7, HandoverState.DEFERRED, "451 4.3.0 later", attempts + 1, due, 9
    )


@pytest.mark.parametrize("attempts", [11, 12, 40])
def test_after_twelve_attempts_it_is_given_up(attempts: int) -> None:
    assert after(LATER, attempts) == Settled(
        7, HandoverState.FAILED, "451 4.3.0 later", attempts + 1, None, 9
    )


def test_a_mailbox_that_is_not_there_bounces_in_bulk_and_in_single_mail() -> None:
    assert after(refused(GONE)).state == HandoverState.BOUNCED
    assert after(refused(GONE), mailing=None) == Settled(
        7, HandoverState.BOUNCED, GONE.decode(), 1, None, None
    )


def test_what_is_refused_at_the_sender_s_name_says_nothing_of_the_recipient() -> None:
    assert after(refused(GONE, at="MAIL")).state == HandoverState.FAILED


@pytest.mark.parametrize(
    ("words", "bulk", "single"),
    [
        (BLOCKED, HandoverState.FAILED, HandoverState.DEFERRED),
        (SPAM, HandoverState.FAILED, HandoverState.FAILED),
        (POLICY, HandoverState.FAILED, HandoverState.FAILED),
        (TOO_FAST, HandoverState.DEFERRED, HandoverState.DEFERRED),
    ],
)
def test_what_is_refused_for_our_sake_is_no_bounce(words, bulk, single) -> None:
    assert after(refused(words)).state == bulk
    assert after(refused(words), mailing=None).state == single


def test_whoever_was_refused_for_our_sake_waits_for_it_to_be_mended() -> None:
    rows = [after(refused(GONE))._replace(pk=number) for number in (1, 2)]
    found = Found(Trouble.SENDER, "553", frozenset({2}))
    with clock.at(NOW):
        kept, waits = put_back(rows, found)
    assert kept == rows[0]
    assert waits == rows[1]._replace(state=HandoverState.DEFERRED, due_at=NOW)


@pytest.fixture
def held(mailing_of):
    """Four recipients of a mailing, held by sender 5."""
    mailing_of(4)
    Handover.objects.update(sender=5, state=HandoverState.CLAIMED, due_at=None)
    return list(Handover.objects.order_by("pk"))


def result(row: Handover, state: HandoverState, due: datetime | None = None) -> Settled:
    return Settled(row.pk, state, f"said of {row.pk}", 3, due, row.mailing_id)


def as_written(row: Handover) -> tuple[object, ...]:
    row.refresh_from_db()
    return row.state, row.response, row.attempts, row.due_at, row.settled_at, row.sender


def test_a_slice_is_written_and_counted(held) -> None:
    due = NOW + timedelta(hours=1)
    states = [HandoverState.SENT, HandoverState.SENT, HandoverState.BOUNCED]
    rows = [result(row, state) for row, state in zip(held, states, strict=False)]
    with clock.at(NOW):
        settle(Handover, 5, iter([*rows, result(held[3], HandoverState.DEFERRED, due)]))
    for row, state in zip(held, states, strict=False):
        assert as_written(row) == (state, f"said of {row.pk}", 3, None, NOW, None)
    waiting = ("deferred", f"said of {held[3].pk}", 3, due, None, None)
    assert as_written(held[3]) == waiting
    mailing = Mailing.objects.get()
    assert (mailing.sent, mailing.bounced, mailing.failed) == (2, 1, 0)
    with clock.at(NOW):
        settle(Handover, 6, [result(held[3], HandoverState.SENT)])
    assert as_written(held[3]) == waiting, "nobody's sender: no row of it"


def test_counts_add_to_those_before(held) -> None:
    settle(Handover, 5, [result(held[0], HandoverState.SENT)])
    settle(Handover, 5, [result(held[1], HandoverState.SENT)])
    assert Mailing.objects.get().sent == 2


def test_two_mailings_of_one_slice_are_counted_apart(held, in_scope) -> None:
    first = held[0].mailing
    other = Mailing.objects.create(merchant=in_scope, kind="hello", source_id=2)
    Handover.objects.filter(pk=held[1].pk).update(mailing=other)
    held[1].refresh_from_db()
    settle(Handover, 5, [result(row, HandoverState.UNCERTAIN) for row in held[:3]])
    counts = dict(Mailing.objects.values_list("pk", "uncertain"))
    assert counts == {first.pk: 2, other.pk: 1}


def test_single_mail_is_written_and_counted_for_no_mailing(held) -> None:
    single = result(held[0], HandoverState.SENT)._replace(mailing_id=None)
    settle(Handover, 5, [single])
    assert as_written(held[0])[0] == HandoverState.SENT
    assert Mailing.objects.get().sent == 0


def test_an_empty_slice_asks_the_database_nothing(held, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        settle(Handover, 5, iter(()))


def test_a_slice_whose_count_fails_is_not_written_either(held, monkeypatch) -> None:
    """Else a mailing would say for ever that somebody is missing."""
    from tradepost.delivery.engine import settling

    def broken(_rows):
        raise RuntimeError

    monkeypatch.setattr(settling, "_count", broken)
    with pytest.raises(RuntimeError):
        settle(Handover, 5, [result(held[0], HandoverState.SENT)])
    assert as_written(held[0])[0] == HandoverState.CLAIMED


def test_a_slice_costs_the_same_with_one_row_and_with_many(
    held, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(4):
        settle(Handover, 5, [result(row, HandoverState.SENT) for row in held])
    assert timezone.now() >= Handover.objects.order_by("pk")[0].settled_at
