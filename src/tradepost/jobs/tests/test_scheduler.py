"""Turns: cut off ones are due again, clocks jump, neighbours go and come back."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tradepost.jobs import scheduler as clockwork
from tradepost.jobs.lives import lives
from tradepost.jobs.models import Turn
from tradepost.jobs.outages import Patience
from tradepost.jobs.scheduler import (
    Scheduler,
    claim_turn,
    forget_gone_machines,
    free_turns_of_the_dead,
    give_back_turns,
    take_turn,
)
from tradepost.lib.processes import Stopped

pytestmark = pytest.mark.django_db


class Line:
    name, every, heavy = "daily", timedelta(hours=24), False
    on_each_machine = False
    call = "tradepost.jobs.tests.test_scheduler.work"
    is_stopped = staticmethod(lambda: False)


def work() -> None:
    """Replaced by the tests."""


def name_of_a_dead_process() -> str:
    script = (
        "from pathlib import Path; from tradepost.lib.lives import Lives;"
        f"print(Lives(Path({str(lives().folder)!r})).own())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_turn_whose_process_died_is_due_again_at_the_next_start():
    now = timezone.now()
    assert claim_turn(Line, now)
    Turn.objects.update(holder=name_of_a_dead_process())
    assert not claim_turn(Line, now + timedelta(minutes=1)), "until somebody looks, it runs"
    assert free_turns_of_the_dead() == 1
    assert claim_turn(Line, now + timedelta(minutes=1))


def test_the_first_tick_takes_what_a_dead_scheduler_left(monkeypatch):
    taken = []
    monkeypatch.setattr(clockwork, "_in_thread", lambda item, _stop: taken.append(item.name))
    assert claim_turn(Line, timezone.now())
    Turn.objects.update(holder=name_of_a_dead_process())
    assert Scheduler([Line]).tick() == [Line.name]
    assert Turn.objects.get().holder == lives().own()


def lines(count: int) -> list[type[Line]]:
    return [type("One", (Line,), {"name": f"line {number}"}) for number in range(count)]


def test_turns_that_hang_hold_up_no_other(monkeypatch):
    """Four at a time, and what waits is not called running; whoever hangs is not counted for long."""
    free = threading.Event()
    monkeypatch.setattr(clockwork, "_in_thread", lambda _item, _stop: free.wait(30))
    monkeypatch.setattr(clockwork, "close_old_connections", lambda: None)
    scheduler = Scheduler(lines(7))
    try:
        assert scheduler.tick() == [f"line {number}" for number in range(4)]
        assert scheduler.tick() == []
        assert scheduler._try_to_tick(Patience("it")) == clockwork.SOON_SECONDS
        assert Turn.objects.filter(running=True).count() == 4
        monkeypatch.setattr(clockwork, "SLOW_SECONDS", 0.0)
        assert scheduler.tick() == ["line 4", "line 5", "line 6"]
        assert scheduler._try_to_tick(Patience("it")) == clockwork.TICK_SECONDS
        assert scheduler.is_busy()
    finally:
        free.set()


def test_a_turn_as_often_as_the_tick_is_taken_at_each():
    every = type("Often", (Line,), {"every": timedelta(seconds=clockwork.TICK_SECONDS)})
    now = timezone.now()
    assert claim_turn(every, now)
    assert not claim_turn(every, now + every.every / 2)
    nearly = now + every.every - timedelta(milliseconds=20)  # a tick is never late by the same
    assert clockwork.is_due(every, now, nearly)
    assert claim_turn(every, nearly)


def test_a_tick_that_hangs_ends_the_process_to_be_started_anew(monkeypatch):
    """A connection that never answers: the supervisor would see a living process for ever."""
    ended = threading.Event()
    monkeypatch.setattr(clockwork.os, "_exit", lambda _code: ended.set())
    monkeypatch.setattr(clockwork, "HUNG_SECONDS", 0.3)
    monkeypatch.setattr(clockwork, "SOON_SECONDS", 0.01)
    monkeypatch.setattr(clockwork, "close_old_connections", lambda: None)
    scheduler, stop = Scheduler([]), threading.Event()

    def tick():
        ended.wait(20)
        stop.set()

    monkeypatch.setattr(scheduler, "tick", tick)
    scheduler.run_until(stop)
    assert ended.is_set()


def test_a_scheduler_that_ends_gives_back_what_it_holds_and_ends_its_children(monkeypatch):
    """Also when it ends by an error that nothing catches: a turn it held would stand till the next day."""
    stopped, free = [], threading.Event()
    monkeypatch.setattr(clockwork, "stop_children", lambda: stopped.append(1))
    monkeypatch.setattr(clockwork, "_in_thread", lambda _item, _stop: free.wait(30))
    monkeypatch.setattr(clockwork, "STOP_SECONDS", 0.1)
    monkeypatch.setattr(clockwork, "SOON_SECONDS", 0.01)
    monkeypatch.setattr(clockwork, "close_old_connections", lambda: None)
    scheduler, stop = Scheduler([Line]), threading.Event()
    tick = scheduler.tick

    def once():
        tick()
        raise KeyboardInterrupt

    monkeypatch.setattr(scheduler, "tick", once)
    try:
        with pytest.raises(KeyboardInterrupt):
            scheduler.run_until(stop)
        turn = Turn.objects.get()
        assert (turn.running, turn.last_at, turn.holder) == (False, None, "")
        assert stopped
    finally:
        free.set()


def test_an_end_of_a_turn_that_could_not_be_written_is_made_good(monkeypatch):
    """The database went in the middle of a turn; when it is back the turn is due again."""
    assert claim_turn(Line, timezone.now())
    tries = []

    def take(item):
        tries.append(item.name)
        raise OperationalError("connection refused")

    monkeypatch.setattr(clockwork, "take_turn", take)
    monkeypatch.setattr(clockwork.connection, "close", lambda: None)
    monkeypatch.setattr("tradepost.jobs.outages.FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("tradepost.jobs.outages._close_connections", lambda: None)
    clockwork._in_thread(Line, threading.Event())
    assert tries == [Line.name]
    assert (Turn.objects.get().running, Turn.objects.get().last_at) == (False, None)


def test_a_turn_that_met_an_outage_is_told_apart_from_a_mistake(monkeypatch, caplog):
    def work():
        raise OperationalError("connection refused")

    monkeypatch.setattr(sys.modules[__name__], "work", work)
    claim_turn(Line, timezone.now())
    take_turn(Line)
    assert [record.getMessage() for record in caplog.records] == [
        "periodic job 'daily' did not end: the database is away"
    ]
    assert not caplog.records[0].exc_info


def test_a_turn_that_runs_is_left_alone():
    assert claim_turn(Line, timezone.now())
    assert free_turns_of_the_dead() == 0
    assert Turn.objects.get().running


def test_a_clock_that_was_set_back_holds_up_no_turn():
    now = timezone.now()
    assert claim_turn(Line, now + timedelta(days=400))
    assert claim_turn(Line, now)
    assert not claim_turn(Line, now)


def test_a_turn_that_is_stopped_is_due_again(monkeypatch):
    def stopped():
        raise Stopped

    monkeypatch.setattr(sys.modules[__name__], "work", stopped)
    claim_turn(Line, timezone.now())
    take_turn(Line)
    turn = Turn.objects.get()
    assert (turn.running, turn.last_at, turn.error) == (False, None, "")


def test_an_outage_ends_no_scheduler(monkeypatch, caplog):
    """Five ticks fail; the sixth works. One line says what is away, one that it is back."""
    scheduler, stop, ticks = Scheduler([]), threading.Event(), []

    def tick():
        ticks.append(1)
        if len(ticks) < 6:
            raise OperationalError("connection refused\nmore words")
        stop.set()

    monkeypatch.setattr(scheduler, "tick", tick)
    monkeypatch.setattr(clockwork, "SOON_SECONDS", 0.01)
    monkeypatch.setattr("tradepost.jobs.outages.FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("tradepost.jobs.outages._close_connections", lambda: None)
    monkeypatch.setattr(clockwork, "close_old_connections", lambda: None)
    scheduler.run_until(stop)
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "the scheduler waits: the database is away (connection refused)"
    assert len(said) == 2
    assert "goes on" in said[1]


def test_a_mistake_in_a_tick_ends_no_scheduler_either(monkeypatch):
    scheduler, stop, ticks = Scheduler([]), threading.Event(), []

    def tick():
        ticks.append(1)
        if len(ticks) > 1:
            stop.set()
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(scheduler, "tick", tick)
    monkeypatch.setattr(clockwork, "SOON_SECONDS", 0.01)
    scheduler.run_until(stop)
    assert len(ticks) == 2


def test_a_scheduler_that_is_asked_to_end_ends_its_children():
    """In a process of its own: what it stops stays stopped."""
    script = (
        "import sys, threading, time; from tradepost.lib import processes as p\n"
        "def work():\n"
        "    try: p.run_child([sys.executable, '-c', 'import time; time.sleep(60)'], env={}, timeout_seconds=60)\n"
        "    except p.Stopped: print('stopped', flush=True)\n"
        "thread = threading.Thread(target=work); thread.start(); time.sleep(1)\n"
        "p.stop_children(); thread.join(5); print('alive' if thread.is_alive() else 'ended')"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["stopped", "ended"]
    assert time.monotonic() - began < 30


class Heavy(Line):
    heavy = True


def heavy_lines(count: int) -> list[type[Line]]:
    return [type("One", (Heavy,), {"name": f"heavy {number}"}) for number in range(count)]


def test_heavy_turns_wait_after_a_start_and_light_ones_do_not(monkeypatch):
    monkeypatch.setattr(clockwork, "_in_thread", lambda _item, _stop: None)
    scheduler = Scheduler([*heavy_lines(1), *lines(1)])
    assert scheduler.tick() == ["line 0"]
    assert clockwork.heavy_turns_wait()
    scheduler._no_heavy_one_until = time.monotonic()  # ten minutes later
    assert scheduler.tick() == ["heavy 0"]


def test_heavy_turns_are_taken_one_after_the_other_with_a_pause(monkeypatch):
    free = threading.Event()
    monkeypatch.setattr(clockwork, "_in_thread", lambda _item, _stop: free.wait(30))
    scheduler = Scheduler(heavy_lines(2))
    scheduler._no_heavy_one_until = 0.0
    try:
        assert scheduler.tick() == ["heavy 0"]
        scheduler._no_heavy_one_until = 0.0
        assert scheduler.tick() == [], "the first one runs still"
    finally:
        free.set()
    scheduler._running["heavy 0"].result(30)
    scheduler._no_heavy_one_until = time.monotonic() + 60
    assert scheduler.tick() == [], "and then comes the pause"
    scheduler._no_heavy_one_until = 0.0
    assert scheduler.tick() == ["heavy 1"]


def test_an_idle_tick_asks_one_question(django_assert_num_queries, monkeypatch):
    """However many lines the schedule has: each used to be tried, every second."""
    monkeypatch.setattr(clockwork, "_in_thread", lambda _item, _stop: None)
    scheduler = Scheduler(lines(9))
    while scheduler.tick():
        pass
    with django_assert_num_queries(1):
        assert scheduler.tick() == []


class OnEach(Line):
    name, on_each_machine = "load", True


def test_what_is_about_its_own_files_each_machine_takes_for_itself(settings, tmp_path):
    now = timezone.now()
    assert (claim_turn(OnEach, now), claim_turn(Line, now)) == (True, True)
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)  # another machine
    assert (claim_turn(OnEach, now), claim_turn(Line, now)) == (True, False)
    assert claim_turn(OnEach, now) is False
    assert Turn.objects.filter(name__startswith="load @ ").count() == 2
    give_back_turns()
    assert Turn.objects.filter(name__startswith="load @ ", running=True).count() == 1


def test_turns_of_a_machine_that_is_gone_for_good_go():
    claim_turn(OnEach, timezone.now() - timedelta(days=8))
    claim_turn(Line, timezone.now() - timedelta(days=8))
    assert forget_gone_machines() == 1
    assert Turn.objects.get().name == Line.name
