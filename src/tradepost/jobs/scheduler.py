"""Runs periodic work. Any number of schedulers may run: each turn is claimed in the database."""

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from tradepost.datamap.rooms import Periodic
from tradepost.jobs.models import Turn

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0


def claim_turn(item: Periodic, now: datetime) -> bool:
    """Take the turn that is due, if any; of two schedulers only one changes the row."""
    Turn.objects.get_or_create(name=item.name)
    changed = (
        Turn.objects.filter(name=item.name)
        .exclude(last_at__gt=now - item.every)
        .update(last_at=now, running=True)
    )
    return changed == 1


def take_turn(item: Periodic) -> None:
    """Run one periodic job and note how it ended. An error is logged and shown, never swallowed."""
    started = timezone.now()
    error = ""
    try:
        import_string(item.call)()
    except Exception as problem:
        logger.exception("periodic job %r failed", item.name)
        error = type(problem).__name__
    Turn.objects.filter(name=item.name).update(
        running=False, finished_at=timezone.now(), took=timezone.now() - started, error=error
    )


class Scheduler:
    """Each job has at most one turn at a time; a slow one never holds up the others."""

    def __init__(self, schedule: Iterable[Periodic], threads: int = 4) -> None:
        self._schedule = list(schedule)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="turn")
        self._running: dict[str, Future[None]] = {}

    def tick(self) -> list[str]:
        """Start everything that is due; returns the names of what was started."""
        started = []
        for item in self._schedule:
            running = self._running.get(item.name)
            if running and not running.done():
                continue
            if claim_turn(item, timezone.now()):
                self._running[item.name] = self._pool.submit(_in_thread, item)
                started.append(item.name)
        return started

    def run_until(self, stop: threading.Event) -> None:
        while not stop.wait(TICK_SECONDS):
            close_old_connections()
            self.tick()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _in_thread(item: Periodic) -> None:
    try:
        take_turn(item)
    finally:
        connection.close()
