"""What a power cut, a full disk or a bit can do to the sender's journal; mail goes on."""

import os
import random
import shutil

import pytest
from django.db import OperationalError

from tradepost.delivery.engine.journal import Journal, JournalFolder, JournalFull, boot
from tradepost.delivery.engine.recovery import recover
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.engine.service import Sending
from tradepost.delivery.models import Handover, Sender
from tradepost.delivery.queries import counts_by_state
from tradepost.delivery.types import HandoverState
from tradepost.lib.smtp import Relay, SmtpOutcome, Verdict

pytestmark = pytest.mark.django_db
TAKEN = SmtpOutcome(Verdict.SENT, b"250 ok", "body")


@pytest.fixture
def left_behind(engine, mailing_of):
    """Four rows of a dead sender and its journal: row 1 was answered, 2 begun, 3 and 4 not."""
    shutil.rmtree(engine.spool.folder / "damaged", ignore_errors=True)
    mailing = mailing_of(4)
    dead = Sender.objects.create(host=engine.spool.host, boot=boot())
    Handover.objects.update(sender=dead.pk, state=HandoverState.CLAIMED, due_at=None)
    first, second, *_rest = Handover.objects.order_by("pk").values_list("pk", flat=True)
    journal = Journal(engine.spool.folder / f"{dead.pk}-00000001-handover.journal")
    journal.starting(first)
    journal.answered(first, TAKEN)
    journal.starting(second)
    journal.close()
    return mailing, journal.path


def damaged(engine):
    folder = engine.spool.folder / "damaged"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_an_undamaged_journal_sorts_its_rows_and_goes(engine, left_behind):
    mailing, path = left_behind
    assert recover(engine.spool) == 1
    assert counts_by_state(mailing) == {
        HandoverState.SENT: 1,
        HandoverState.UNCERTAIN: 1,
        HandoverState.QUEUED: 2,
    }
    assert not path.exists()
    assert damaged(engine) == []


DAMAGE = {
    "NULs between lines": lambda raw: raw.replace(b"\nS", b"\n\0\0\0\0\0\nS", 1),
    "NULs at the end": lambda raw: raw + b"\0" * 512,
    "a glued line": lambda raw: raw + b"A 1 seA 1 sent 250 ok\n",
    "an empty line": lambda raw: raw + b"\n",
    "another encoding": lambda raw: raw + "S 3\n".encode("utf-16"),
    "a huge line": lambda raw: raw + b"S " + b"9" * 3_000_000 + b"\n",
    "a verdict nobody knows": lambda raw: raw + b"A 3 perhaps 250 ok\n",
    "no number": lambda raw: raw + b"S\nS x\nS -1\n",
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_line_makes_unanswered_rows_uncertain_and_keeps_the_file(
    engine, left_behind, what, caplog
):
    mailing, path = left_behind
    raw = DAMAGE[what](path.read_bytes())
    path.write_bytes(raw)
    assert recover(engine.spool) == 1
    assert counts_by_state(mailing) == {HandoverState.SENT: 1, HandoverState.UNCERTAIN: 3}
    (kept,) = damaged(engine)
    assert kept.read_bytes() == raw
    assert sum("is damaged" in record.message for record in caplog.records) == 1
    assert recover(engine.spool) == 0


def test_no_single_bit_sends_anything_twice(engine, left_behind):
    """Row 1 went out and row 2 may have: whatever bit flips, neither is queued again."""
    _mailing, path = left_behind
    first, second, *_rest = Handover.objects.order_by("pk").values_list("pk", flat=True)
    raw, sender = path.read_bytes(), int(path.name.partition("-")[0])
    for place in range(len(raw) * 8):
        bits = bytearray(raw)
        bits[place // 8] ^= 1 << place % 8
        path.write_bytes(bits)
        facts = engine.spool.facts(sender)
        for row in (first, second):
            known = facts.get(("handover", row))
            assert facts.damaged or known is not None, (place, bytes(bits))
            assert known is None or known.verdict in {Verdict.SENT, Verdict.UNCERTAIN}


def test_noise_is_survived(engine, left_behind):
    _mailing, path = left_behind
    chance = random.Random(7)
    for size in (1, 10, 1000, 100_000):
        path.write_bytes(chance.randbytes(size) + b"\n")
        assert engine.spool.facts(int(path.name.partition("-")[0])).damaged


def test_a_journal_larger_than_any_slice_is_not_read(engine, left_behind, monkeypatch):
    """As a broken file system makes of a hole: it would fill the memory."""
    mailing, _path = left_behind
    monkeypatch.setattr("tradepost.delivery.engine.journal.LARGEST", 50)
    assert recover(engine.spool) == 1
    assert counts_by_state(mailing) == {HandoverState.UNCERTAIN: 4}
    assert len(damaged(engine)) == 1


def test_a_folder_in_place_of_a_journal_or_a_lock_stops_nobody(engine, left_behind):
    mailing, path = left_behind
    path.unlink()
    path.mkdir()
    (engine.spool.folder / f"{path.name.partition('-')[0]}.lock").mkdir()
    assert recover(engine.spool) == 1
    assert counts_by_state(mailing) == {HandoverState.UNCERTAIN: 4}
    assert len(damaged(engine)) == 2


def test_after_a_short_write_nothing_is_glued_to_it(tmp_path, monkeypatch):
    """A full disk takes half a line. The message behind it does not leave, and the rest stays readable."""
    spool, write = JournalFolder(tmp_path), os.write
    journal = Journal(tmp_path / "7-00000001-mail.journal")
    journal.starting(1)
    journal.answered(1, TAKEN)
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[: len(data) // 3]))
    with pytest.raises(JournalFull):
        journal.starting(2)
    monkeypatch.undo()
    journal.close()
    facts = spool.facts(7)
    assert {row: outcome.verdict for (_table, row), outcome in facts.items()} == {
        1: Verdict.UNCERTAIN
    }
    assert not facts.damaged


def test_a_sender_waits_for_its_database_and_settles_what_it_held(server, mailing_of, monkeypatch):
    mailing = mailing_of(3)
    real, failures = Engine.settle, []

    def settle(self, taken, outcomes):
        if not failures:
            failures.append(1)
            raise OperationalError("the connection is closed")
        real(self, taken, outcomes)

    monkeypatch.setattr(Engine, "settle", settle)
    monkeypatch.setattr("tradepost.jobs.outages._close_connections", lambda: None)
    sending = Sending(lambda: Engine(relay=Relay.from_url(server.url)))
    monkeypatch.setattr(sending._stop, "wait", lambda _seconds: failures.append(2))

    def stop_when_idle(self, pause=None):
        while self.run_once():
            pass
        self.went_well()
        sending.stop()

    monkeypatch.setattr(Engine, "run", stop_when_idle)
    sending.run()
    assert failures == [1, 2]
    assert counts_by_state(mailing) == {HandoverState.SENT: 3}
    assert len(server.recipients) == 3, "answered before the database went: not sent again"
