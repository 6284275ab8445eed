"""The one clock of the product: aware UTC. The demo and the tests turn it.

A turn holds for whoever turned it and what they call, in this thread or task (a ``ContextVar``): a server's
other threads, the scheduler, the next request go on in the present, and two turns at a time do not meet. A
thread that is started inside stays in the present, too, unless it runs in a copy of the context, as asyncio
and asgiref let it. Not turned, the machine's clock is read at each call, and whatever turns that for a whole
process is followed.

It is no stop-watch: ``time.monotonic()`` measures how long something takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

# Machines of one installation: what lies further ahead was written before a clock was set back.
CLOCKS_DIFFER = timedelta(minutes=2)


class NoZone(ValueError):
    """A moment without a time zone is none."""


class Turned:
    """A clock that stands at a moment until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.move_to(moment)

    def move_to(self, moment: datetime) -> None:
        """Raises: NoZone."""
        if moment.tzinfo is None:
            raise NoZone(moment.isoformat())
        self.moment = moment.astimezone(UTC)

    def forward(self, span: timedelta) -> None:
        self.moment += span


_turned: ContextVar[Turned | None] = ContextVar("turned", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    turned = _turned.get()
    return turned.moment if turned else datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[Turned]:
    """Inside, it is ``moment``, until the clock that is given is moved. Turns may lie in one another.

    Raises: NoZone.
    """
    turned = Turned(moment)
    before = _turned.set(turned)
    try:
        yield turned
    finally:
        _turned.reset(before)
