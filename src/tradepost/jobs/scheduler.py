"""Runs periodic work. Any number of schedulers may run: each turn is claimed in the database."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils.module_loading import import_string

from tradepost.datamap.rooms import Periodic
from tradepost.jobs.lives import MACHINE, lives, machine
from tradepost.jobs.models import Turn
from tradepost.jobs.outages import Patience, outage_of
from tradepost.lib import clock
from tradepost.lib.processes import Stopped, stop_children

logger = logging.getLogger(__name__)

TICK_SECONDS = 5.0  # what is due is begun together: each turn's rows wake whoever waits for work
SOON_SECONDS = 1.0
OFTEN = timedelta(minutes=1)
LOOK_FOR_DEAD_SECONDS = 15.0
HUNG_SECONDS = 180.0
STOP_SECONDS = 8.0
AT_ONCE = 4
SLOW_SECONDS = 60.0  # whoever takes longer no longer counts among these
TICK_SLACK = timedelta(seconds=1)  # a turn every five seconds is one at each tick
CLOCK_SLACK = timedelta(minutes=5)
MACHINE_GONE_AFTER = timedelta(days=7)


def row_of(item: Periodic) -> str:
    """The name of its turn's row; each machine has one where the work is about its own files."""
    return f"{item.name}{MACHINE}{machine()}" if item.on_each_machine else item.name


def is_due(item: Periodic, last_at: datetime | None, now: datetime) -> bool:
    """As :func:`claim_turn` sees it; asked of what one query read, so that idling costs one query."""
    return last_at is None or not now - item.every + TICK_SLACK < last_at <= now + CLOCK_SLACK


def claim_turn(item: Periodic, now: datetime) -> bool:
    """Take the turn that is due, if any; of two schedulers only one changes the row.

    A turn that was taken in the future is due: the clock has been set back since.
    """
    name = row_of(item)
    Turn.objects.get_or_create(name=name)
    before, after = now - item.every + TICK_SLACK, now + CLOCK_SLACK
    due = Q(last_at=None) | Q(last_at__lte=before) | Q(last_at__gt=after)
    changed = Turn.objects.filter(due, name=name).update(
        last_at=now, running=True, holder=lives().own()
    )
    return changed == 1


def take_turn(item: Periodic) -> None:
    """Run one periodic job and note how it ended. An error is logged and shown, never swallowed.

    What ends because a neighbour is away, or because this process is asked to end, is due again.
    """
    started = clock.now()
    error = ""
    try:
        import_string(item.call)()
    except Stopped:
        give_back_turns(row_of(item))
        return
    except Exception as problem:
        error = type(problem).__name__
        if what := outage_of(problem):
            logger.warning("periodic job %r did not end: %s is away", item.name, what)
        else:
            logger.exception("periodic job %r failed", item.name)
    Turn.objects.filter(name=row_of(item)).update(
        running=False,
        holder="",
        finished_at=clock.now(),
        took=clock.now() - started,
        error=error,
    )


def give_back_turns(*names: str) -> int:
    """Turns that this process holds are due again; all of them, when none is named."""
    mine = Turn.objects.filter(running=True, holder=lives().own())
    if names:
        mine = mine.filter(name__in=names)
    return mine.update(running=False, holder="", last_at=None)


def free_turns_of_the_dead() -> int:
    """Turns whose process on this machine is gone are due again; returns how many."""
    count = 0
    for turn in Turn.objects.filter(running=True).exclude(holder=""):
        if lives().is_dead(turn.holder):
            logger.warning("%r was cut off; it is due again", turn.name)
            count += Turn.objects.filter(pk=turn.pk, running=True, holder=turn.holder).update(
                running=False, holder="", last_at=None
            )
    return count


_heavy_ones_wait_until = 0.0


def heavy_turns_wait() -> bool:
    """Whether the scheduler of this process was started so lately that a heavy turn may still be overdue."""
    return time.monotonic() < _heavy_ones_wait_until


def forget_gone_machines() -> int:
    """Turns of machines that have not been seen for a week."""
    before = clock.now() - MACHINE_GONE_AFTER
    return Turn.objects.filter(name__contains=MACHINE, last_at__lt=before).delete()[0]


class Scheduler:
    """Each job has at most one turn at a time; slow ones, and ones that hang, never hold up the others."""

    def __init__(self, schedule: Iterable[Periodic]) -> None:
        self._schedule = list(schedule)
        self._pool = ThreadPoolExecutor(len(self._schedule) or 1, thread_name_prefix="turn")
        self._running: dict[str, Future[None]] = {}
        self._began: dict[str, float] = {}
        self._stop = threading.Event()
        self._looked = float("-inf")
        self._is_behind = False
        self._beat = time.monotonic()
        self._quiet_seconds = settings.TRADEPOST.quiet_minutes * 60.0
        self._no_heavy_one_until = self._beat + self._quiet_seconds
        global _heavy_ones_wait_until
        heavy = sum(item.heavy for item in self._schedule)
        _heavy_ones_wait_until = self._beat + self._quiet_seconds * (2 + heavy)

    def tick(self) -> list[str]:
        """Start everything that is due; returns the names of what was started."""
        if time.monotonic() - self._looked > LOOK_FOR_DEAD_SECONDS:
            free_turns_of_the_dead()
            forget_gone_machines()
            lives().tidy()
            self._looked = time.monotonic()
        started, self._is_behind = [], False
        last_turns = dict(Turn.objects.values_list("name", "last_at"))
        for item in self._schedule:
            due = is_due(item, last_turns.get(row_of(item)), clock.now())
            if not due or item.is_stopped() or self._is_held_up(item):
                continue
            if self._has_enough_to_do():
                self._is_behind = True
                break  # what is not begun is not taken: another scheduler may
            if claim_turn(item, clock.now()):
                self._begin(item)
                started.append(item.name)
        return started

    def _begin(self, item: Periodic) -> None:
        self._running[item.name] = self._pool.submit(_in_thread, item, self._stop)
        self._began[item.name] = time.monotonic()
        if item.heavy:
            self._no_heavy_one_until = time.monotonic() + self._quiet_seconds / 2

    def _is_held_up(self, item: Periodic) -> bool:
        """It runs still; or it is heavy, and we have just been started, or another heavy one goes on."""
        if not item.heavy:
            return self._runs(item)
        if time.monotonic() < self._no_heavy_one_until:
            return True
        return any(self._runs(one) for one in self._schedule if one.heavy)

    def _runs(self, item: Periodic) -> bool:
        future = self._running.get(item.name)
        return future is not None and not future.done()

    def _has_enough_to_do(self) -> bool:
        since = time.monotonic() - SLOW_SECONDS
        return (
            sum(
                not future.done() and self._began[name] > since
                for name, future in self._running.items()
            )
            >= AT_ONCE
        )

    def run_until(self, stop: threading.Event) -> None:
        """Whatever happens to a tick, the next one comes: a scheduler is never alive and idle."""
        self._stop = stop
        threading.Thread(target=self._watch_over_itself, daemon=True).start()
        patience, pause = Patience("the scheduler"), SOON_SECONDS
        try:
            while not stop.wait(pause):
                self._beat = time.monotonic()
                pause = self._try_to_tick(patience)
        finally:
            stop.set()
            self._end()

    def _try_to_tick(self, patience: Patience) -> float:
        try:
            close_old_connections()
            self.tick()
        except Exception as error:  # noqa: BLE001  logged; the clock goes on
            return patience.pause_after(error)
        patience.over()
        return SOON_SECONDS if self._is_behind else TICK_SECONDS

    def _end(self) -> None:
        """Ask the turns to end, wait a little, and give back those that go on."""
        stop_children()
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(self._running.values(), timeout=STOP_SECONDS)
        try:
            give_back_turns()
        except Exception as error:  # noqa: BLE001  logged; the clock goes on
            logger.warning("turns could not be given back (%s)", type(error).__name__)

    def is_busy(self) -> bool:
        return any(not future.done() for future in self._running.values())

    def _watch_over_itself(self) -> None:
        """A tick that hangs (a connection that never answers) ends the process; it is started anew."""
        while not self._stop.wait(HUNG_SECONDS / 6):
            if time.monotonic() - self._beat > HUNG_SECONDS:
                logger.critical("the scheduler hangs; it ends to be started anew")
                os._exit(75)


def _in_thread(item: Periodic, stop: threading.Event) -> None:
    """The turn, and whatever it takes to have its end written down."""
    patience = Patience(f"the turn {item.name!r}")
    work: Callable[[], object] = lambda: take_turn(item)  # noqa: E731  the second try is another
    while True:
        try:
            work()
        except Exception as error:  # noqa: BLE001  logged; the clock goes on
            pause = patience.pause_after(error)
            if stop.wait(pause):
                return
            work = lambda: give_back_turns(row_of(item))  # noqa: E731  the end could not be written
        else:
            patience.over()
            return
        finally:
            _let_go(item)


def _let_go(item: Periodic) -> None:
    """Opening SQLite's file anew costs more than most short turns: their threads keep it for a minute.

    Long turns fill the connection's cache with pages, and any other database has few connections to give.
    """
    if connection.vendor == "sqlite" and item.every <= OFTEN:
        close_old_connections()
    else:
        connection.close()
