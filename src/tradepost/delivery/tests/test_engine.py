"""Claim, render, hand over, settle; and what happens when somebody pulls the plug."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tradepost.delivery.actions import (
    cancel_mailing,
    pause_mailing,
    queue_mail,
    resend_uncertain,
    resume_mailing,
    suppress,
)
from tradepost.delivery.engine import claiming
from tradepost.delivery.engine.journal import JournalFolder
from tradepost.delivery.engine.recovery import recover
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Handover, Mail, Sender
from tradepost.delivery.outgoing import limits
from tradepost.delivery.queries import counts_by_state
from tradepost.delivery.types import HandoverState, MailingState, Stream, SuppressionReason
from tradepost.lib.smtp import SmtpOutcome, Verdict

pytestmark = pytest.mark.django_db


def test_everyone_is_written_to_once_and_the_mailing_is_done(engine, mailing_of, server):
    mailing = mailing_of(120)
    assert engine.run_until_idle() == 120
    mailing.refresh_from_db()
    assert (mailing.state, mailing.sent, mailing.settled) == (MailingState.DONE, 120, 120)
    assert sorted(server.recipients) == sorted(f"p{n}@people.example" for n in range(1, 121))
    message = next(m for m in server.messages if m.recipient == "p7@people.example")
    assert message.subject == "Hello Person 7"
    assert "Dear Person 7," in message.text
    assert Handover.objects.filter(response="250 2.0.0 taken").count() == 120


def test_whoever_withdrew_or_is_suppressed_gets_nothing(engine, mailing_of, server, hello):
    mailing = mailing_of(6)
    hello.refuses = {2, 3}
    suppress(
        address="p4@people.example", merchant=mailing.merchant, reason=SuppressionReason.MANUAL
    )
    suppress(address="p5@people.example", reason=SuppressionReason.COMPLAINT)
    engine.run_until_idle()
    assert sorted(server.recipients) == ["p1@people.example", "p6@people.example"]
    assert counts_by_state(mailing) == {
        HandoverState.SENT: 2,
        HandoverState.NO_CONSENT: 2,
        HandoverState.SUPPRESSED: 2,
    }


def test_a_source_is_asked_once_a_slice(engine, mailing_of, hello):
    mailing_of(80)
    engine.run_once()
    assert hello.queries == 1


def test_slices_get_shorter_towards_the_end(engine, mailing_of, monkeypatch):
    """So that of two senders none is left with a long one while the other has nothing to do."""
    monkeypatch.setattr(claiming, "_LEAST", 2)
    mailing_of(40)
    counts = []
    while count := engine.run_once():
        counts.append(count)
    assert counts[:3] == [10, 7, 5]
    assert max(counts[5:]) == 2
    assert sum(counts) == 40


def test_a_receipt_goes_before_a_campaign(engine, mailing_of, server, in_scope):
    mailing_of(200)
    engine.run_once()
    context = {"name": "Ann", "url": "https://x.example/"}
    queue_mail(to="ann@example.org", template="delivery/receipt", context=context)
    engine.run_once()
    assert server.recipients[-1] == "ann@example.org"


def test_a_refusal_is_a_bounce_and_a_not_now_is_tried_again(engine, mailing_of, server):
    mailing = mailing_of(3)
    server.replies = {"p1@people.example": "550 5.1.1 nobody", "p2@people.example": "451 later"}
    engine.run_until_idle()
    assert counts_by_state(mailing) == {
        HandoverState.BOUNCED: 1,
        HandoverState.DEFERRED: 1,
        HandoverState.SENT: 1,
    }
    mailing.refresh_from_db()
    assert mailing.state == MailingState.RUNNING
    server.replies = {}
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        engine.run_until_idle()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.sent, mailing.bounced) == (MailingState.DONE, 2, 1)


def test_trying_again_ends_some_day(engine, mailing_of, server):
    mailing = mailing_of(1)
    server.replies = {"*": "451 later"}
    now = timezone.now()
    for day in range(15):
        with time_machine.travel(now + timedelta(days=day), tick=True):
            engine.run_until_idle()
    assert counts_by_state(mailing) == {HandoverState.FAILED: 1}


def test_pause_resume_and_cancel_act_within_a_slice(engine, mailing_of, server):
    mailing = mailing_of(300)
    engine.run_once()
    pause_mailing(mailing=mailing)
    before = len(server.recipients)
    assert engine.run_once() == 0
    resume_mailing(mailing=mailing)
    engine.run_once()
    assert len(server.recipients) > before
    left = 300 - len(server.recipients)
    assert cancel_mailing(mailing=mailing) == left
    assert engine.run_once() == 0
    assert mailing.cancelled == left


def test_a_relay_that_is_away_loses_nobody(engine, mailing_of, server):
    mailing = mailing_of(5)
    server.replies = {"*": "421 closing"}
    engine.run_once()
    assert counts_by_state(mailing).keys() <= {HandoverState.QUEUED, HandoverState.DEFERRED}
    assert engine.run_once() == 0  # the relay is left alone for a while
    server.replies = {}
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        engine.run_until_idle()
    assert counts_by_state(mailing) == {HandoverState.SENT: 5}


def test_a_message_without_an_answer_is_uncertain_and_never_resent_unasked(
    engine, mailing_of, server
):
    mailing = mailing_of(4)
    server.body_reply = lambda m: None if m.recipient == "p2@people.example" else "250 ok"
    engine.run_until_idle()
    assert counts_by_state(mailing) == {HandoverState.SENT: 3, HandoverState.UNCERTAIN: 1}
    server.body_reply = lambda m: "250 ok"
    engine.run_until_idle()
    assert len(server.recipients) == 3
    assert resend_uncertain(mailing=mailing) == 1
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert (mailing.sent, mailing.uncertain) == (4, 0)


def test_the_claims_of_a_dead_sender_are_sorted_by_its_journal(engine, mailing_of, server):
    mailing = mailing_of(4)
    rows = list(Handover.objects.order_by("pk"))
    dead = Sender.objects.create(host=engine.spool.host, boot=engine_boot())
    Handover.objects.update(sender=dead.pk, state=HandoverState.CLAIMED, due_at=None)
    path = engine.spool.folder / f"{dead.pk}-00000001-handover.journal"
    path.write_text(f"S {rows[0].pk}\nA {rows[0].pk} sent 250 ok\nS {rows[1].pk}\n")
    assert recover(engine.spool) == 1
    assert counts_by_state(mailing) == {
        HandoverState.SENT: 1,
        HandoverState.UNCERTAIN: 1,
        HandoverState.QUEUED: 2,
    }
    assert not path.exists()
    assert recover(engine.spool) == 0


def test_after_a_power_cut_what_the_journal_does_not_show_is_uncertain(engine, mailing_of):
    mailing = mailing_of(2)
    dead = Sender.objects.create(host=engine.spool.host, boot="another run of the machine")
    Handover.objects.update(sender=dead.pk, state=HandoverState.CLAIMED, due_at=None)
    recover(engine.spool)
    assert counts_by_state(mailing) == {HandoverState.UNCERTAIN: 2}


def test_a_living_sender_is_left_alone(engine, mailing_of, server):
    mailing_of(1)
    Handover.objects.update(sender=engine.number, state=HandoverState.CLAIMED, due_at=None)
    assert recover(engine.spool) == 0
    assert Handover.objects.filter(sender=engine.number).count() == 1


def test_another_machine_waits_an_hour_and_then_calls_it_uncertain(engine, mailing_of):
    mailing = mailing_of(1)
    far = Sender.objects.create(host="elsewhere", boot=engine_boot())
    Handover.objects.update(sender=far.pk, state=HandoverState.CLAIMED, due_at=None)
    assert recover(engine.spool) == 0
    Sender.objects.filter(pk=far.pk).update(beat_at=timezone.now() - timedelta(hours=2))
    assert recover(engine.spool) == 1
    assert counts_by_state(mailing) == {HandoverState.UNCERTAIN: 1}


def test_leaving_gives_back_what_was_claimed(server, mailing_of):
    from tradepost.lib.smtp import Relay

    mailing = mailing_of(3)
    with Engine(relay=Relay.from_url(server.url)) as engine:
        engine.claim()
        assert counts_by_state(mailing) == {HandoverState.CLAIMED: 3}
    assert counts_by_state(mailing) == {HandoverState.QUEUED: 3}
    assert not Sender.objects.exists()


def test_a_merchants_limit_is_kept_by_all_senders(engine, mailing_of, server):
    mailing = mailing_of(30)
    limits.set_limit(limits.merchant_name(mailing.merchant_id), 10)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        engine.run_once()
        engine.run_once()
        assert len(server.recipients) == 10
        clock.shift(60)
        engine.run_once()
    assert len(server.recipients) == 20


def test_a_domains_limit_postpones_the_rest(engine, mailing_of, server):
    mailing_of(8)
    limits.set_limit("domain:people.example", 5)
    engine.run_until_idle()
    assert len(server.recipients) == 5
    assert Handover.objects.filter(state=HandoverState.QUEUED).count() == 3


def test_only_service_mail_reaches_whoever_unsubscribed(engine, server, in_scope):
    suppress(address="ann@example.org", reason=SuppressionReason.UNSUBSCRIBE, merchant=in_scope)
    context = {"name": "Ann", "url": "https://x.example/"}
    for template in ("delivery/receipt", "delivery/news"):
        queue_mail(
            to="ann@example.org",
            template=template,
            context=context,
            merchant=in_scope,
            stream=Stream.SERVICE,
        )
    engine.run_until_idle()
    assert [m.subject for m in server.messages] == ["Receipt for Ann"]
    assert Mail.objects.get(template="delivery/news").state == HandoverState.SUPPRESSED


def test_a_source_that_fails_pauses_its_mailing_and_nothing_else(
    engine, mailing_of, hello, monkeypatch, server
):
    mailing = mailing_of(2)
    monkeypatch.setattr(hello, "data_for", None)
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED
    assert counts_by_state(mailing) == {HandoverState.QUEUED: 2}


def test_an_answer_is_on_disk_with_the_next_start_and_the_last_at_the_end(tmp_path):
    spool = JournalFolder(tmp_path)
    taken = SmtpOutcome(Verdict.SENT, b"250 ok", "body")

    def verdicts():
        return [outcome.verdict for outcome in spool.facts(7).values()]

    with spool.journal(7, "handover", 1) as journal:
        journal.starting(1)
        journal.answered(1, taken)
        assert verdicts() == [Verdict.UNCERTAIN]
        journal.starting(2)
        assert verdicts() == [Verdict.SENT, Verdict.UNCERTAIN]
        journal.answered(2, taken)
        journal.flush()
        assert verdicts() == [Verdict.SENT, Verdict.SENT]


def engine_boot():
    from tradepost.delivery.engine.journal import boot

    return boot()
