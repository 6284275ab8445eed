"""Waiting for something to do: a process that looks again and again costs next to nothing while there is none."""

from collections.abc import Callable

from django.db import connection

STEP_SECONDS = 0.25
LONGEST_SECONDS = 3.0  # what is due at a given time is looked for so often, whatever happens
ASKING_SECONDS = 0.5


class Idling:
    """SQLite says in microseconds whether anybody wrote since the last look; only then is there something
    new to ask for. Any other database is asked after :data:`ASKING_SECONDS`."""

    def __init__(self, pause: Callable[[float], object], is_over: Callable[[], bool]) -> None:
        self._pause = pause
        self._is_over = is_over
        self._seen: object = None

    def wait(self, _seconds: float = 0) -> None:
        """Until there may be something to do, or ``is_over``."""
        if connection.vendor != "sqlite":
            self._pause(ASKING_SECONDS)
            return
        waited = 0.0
        while waited < LONGEST_SECONDS and not self._is_over():
            self._pause(STEP_SECONDS)
            waited += STEP_SECONDS
            if self._is_changed():
                return

    def _is_changed(self) -> bool:
        """Since it was asked last (sqlite.org/pragma.html#pragma_data_version)."""
        connection.ensure_connection()
        opened = (
            connection.connection
        )  # without Django's cursor, which costs ten times the question
        with connection.wrap_database_errors:
            version = (id(opened), opened.execute("PRAGMA data_version").fetchone()[0])
        before, self._seen = self._seen, version
        return version != before
