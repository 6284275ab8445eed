"""A sender that stays: it waits while database, disk or keys are away, and goes on by itself."""

import threading
from collections.abc import Callable

from django.db import connection

from tradepost.delivery.engine.sender import Engine, SpoolTaken
from tradepost.jobs.idling import Idling
from tradepost.jobs.outages import Patience


class Sending:
    """Runs one engine after the other: what one held when its database went, the next one settles."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._engine: Engine | None = None
        self._stop = threading.Event()

    def stop(self) -> None:
        """Finish what is in flight, give back the rest. Callable from a signal handler."""
        self._stop.set()
        if self._engine:
            self._engine.stop()

    def send_what_is_due(self) -> None:
        with self._make() as self._engine:
            self._engine.run_until_idle()

    def run(self) -> None:
        """Until :meth:`stop`. Raises: SpoolTaken."""
        patience = Patience("the sender")
        while not self._stop.is_set():
            try:
                self._run_one(patience)
            except SpoolTaken:
                raise
            except Exception as error:  # noqa: BLE001  logged; the sender goes on when it is over
                self._stop.wait(patience.pause_after(error))

    def _run_one(self, patience: Patience) -> None:
        _map_no_database()
        with self._make() as self._engine:
            self._engine.went_well = patience.over
            if not self._stop.is_set():
                self._engine.run(Idling(self._stop.wait, self._stop.is_set).wait)


def _map_no_database() -> None:
    """A sender walks through whole tables: mapped, SQLite's file would count as its memory, page by page."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
