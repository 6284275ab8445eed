"""A few connections to one relay, kept between slices."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from tradepost.lib.smtp.connection import Connection
from tradepost.lib.smtp.words import CannotConnect, Envelope, Relay, SmtpOutcome, Verdict

_TRIES_PER_ENVELOPE = 3
_STRIKES = 5
_PROBE_SECONDS, _LONGEST_PROBE_SECONDS = 15.0, 600.0


def _nothing(envelope: Envelope) -> None:
    pass


class Pool:
    """Use from one event loop. ``size`` connections at most; opened when there is work for them.

    How many the relay allows is learned: when it refuses one while others are open, the pool goes on
    with those, and only now and then asks for one more.
    """

    def __init__(self, relay: Relay, *, size: int = 10) -> None:
        self.relay = relay
        self.size = size
        self.trouble = ""  # why the last connection could not be opened or kept
        self.allowed = size  # by the relay, as far as is known
        self._probe_at = 0.0
        self._probe_pause = _PROBE_SECONDS
        self._connections: list[Connection] = []
        self._coming: Iterator[Envelope] = iter(())
        self._queue: deque[Envelope] = deque()  # those that come next, one for each connection
        self._flying = 0  # taken and not ended
        self._outcomes: dict[int, SmtpOutcome] = {}
        self._tries: dict[int, int] = {}
        self._strikes = 0
        self._stopped = False
        self._until = 0.0
        self._changed = asyncio.Event()
        self._starting: Callable[[Envelope], None] = _nothing
        self._ended: Callable[[Envelope, SmtpOutcome], None] | None = None

    async def hand_over(
        self,
        envelopes: Iterable[Envelope],
        *,
        starting: Callable[[Envelope], None] = _nothing,
        ended: Callable[[Envelope, SmtpOutcome], None] | None = None,
        seconds: float = 3600,
    ) -> dict[int, SmtpOutcome]:
        """Push envelopes through; returns ``ref`` → outcome, complete.

        They are asked for a few ahead of being sent, so they may be made while others are on their way.
        ``starting`` is called just before the first byte of a message leaves. After ``seconds``, after
        :meth:`stop`, and when the relay cannot be reached, what has not started is ``UNTOUCHED``.
        """
        self._coming, self._outcomes, self._tries = iter(envelopes), {}, {}
        self._starting, self._ended, self._strikes = starting, ended, 0
        self._until = time.monotonic() + seconds
        self._look_ahead()
        while self._flying or self._queue:
            self._changed.clear()
            if self._stopped or self._strikes >= _STRIKES or time.monotonic() > self._until:
                self._return_the_rest()
            await self._staff()
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    if self._flying or self._queue:
                        await self._changed.wait()
            self._hang_up_on_the_silent()
        return self._outcomes

    def stop(self) -> None:
        """Start nothing more; what is in flight is waited for."""
        self._stopped = True
        self._changed.set()

    async def close(self) -> None:
        for connection in self._connections:
            connection.quit()
        self._connections = []
        await asyncio.sleep(0)

    @property
    def open_connections(self) -> int:
        return sum(connection.is_open for connection in self._connections)

    async def _staff(self) -> None:
        """Set idle connections to work; open more while there is work for them."""
        for connection in self._connections:
            if self._queue and connection.is_idle:
                connection.go()
        self._connections = [item for item in self._connections if item.is_open]
        wanted = min(self._room(), len(self._queue))
        if wanted <= 0:
            return
        opened = await asyncio.gather(
            *(Connection.open(self.relay, self) for _ in range(wanted)), return_exceptions=True
        )
        refused = self._take_in(opened)
        if not self.open_connections:
            self._return_the_rest()
        elif refused:
            self._learn_limit(self.open_connections)
        elif self.open_connections > self.allowed:
            self._learn_more(self.open_connections)

    def _take_in(self, opened: list[Connection | BaseException]) -> int:
        """Set the new connections to work; returns how many were refused."""
        refused = 0
        for item in opened:
            if isinstance(item, Connection):
                self._connections.append(item)
                item.go()
            elif isinstance(item, CannotConnect):
                self.trouble, refused = str(item), refused + 1
            else:
                raise item
        return refused

    def _room(self) -> int:
        """How many connections may be opened now: up to what the relay allows, and one to ask for more."""
        is_due = self.allowed < self.size and time.monotonic() >= self._probe_at
        return self.allowed + is_due - len(self._connections)

    def _learn_limit(self, count: int) -> None:
        """The relay refused one more than ``count``. Ask again later, each time after a longer pause."""
        if count < self.allowed:
            self._probe_pause = _PROBE_SECONDS
        else:
            self._probe_pause = min(self._probe_pause * 2, _LONGEST_PROBE_SECONDS)
        self.allowed = max(1, min(count, self.size))
        self._probe_at = time.monotonic() + self._probe_pause

    def _learn_more(self, count: int) -> None:
        """One more than thought was allowed: perhaps the limit is gone, so go on asking soon."""
        self.allowed = min(count, self.size)
        self._probe_pause = _PROBE_SECONDS
        self._probe_at = time.monotonic() + 1

    def _look_ahead(self) -> None:
        while len(self._queue) < self.size and (envelope := next(self._coming, None)):
            self._queue.append(envelope)

    def _return_the_rest(self) -> None:
        untouched = SmtpOutcome(Verdict.UNTOUCHED, self.trouble.encode())
        for envelope in (*self._queue, *self._coming):
            self._end(envelope, untouched)
        self._queue.clear()

    def _hang_up_on_the_silent(self) -> None:
        for connection in self._connections:
            if connection.is_overdue:
                self.trouble = "no answer in time"
                connection.abort()

    # What the connections call -------------------------------------------------------------------

    def take(self) -> Envelope | None:
        if not self._queue or self._stopped or time.monotonic() > self._until:
            return None
        envelope = self._queue.popleft()
        self._flying += 1
        self._look_ahead()
        return envelope

    def starting(self, envelope: Envelope) -> None:
        self._starting(envelope)

    def ended(self, envelope: Envelope, outcome: SmtpOutcome) -> None:
        self._end(envelope, outcome)
        if (
            outcome.verdict is not Verdict.UNCERTAIN
        ):  # an answer about any recipient: the relay lives
            self._strikes = 0
        self._flying -= 1
        if not self._flying:
            self._changed.set()

    def give_back(self, connection: Connection, envelope: Envelope, why: bytes) -> None:
        """Nothing of the message left: another connection may try, but not for ever."""
        self.trouble = why.decode("utf-8", "replace")
        if self._was_one_too_many(connection):
            self._flying -= 1
            self._queue.appendleft(envelope)
            self._changed.set()
            return
        tries = self._tries[envelope.ref] = self._tries.get(envelope.ref, 0) + 1
        if tries >= _TRIES_PER_ENVELOPE:
            self._flying -= 1
            self._end(envelope, SmtpOutcome(Verdict.DEFERRED, why, "MAIL"))
        else:
            self._flying -= 1
            self._queue.appendleft(envelope)
        self._changed.set()

    def closed(self, connection: Connection) -> None:
        """A strike against the relay, unless it never let this one in, or had answered on it."""
        if self._was_one_too_many(connection):
            self._learn_limit(self._others(connection))
        elif connection.was_open and not connection.answers:
            self._strikes += 1
        self._changed.set()

    def _was_one_too_many(self, connection: Connection) -> bool:
        """Greeted, yet hung up on before it could do anything, while others go on."""
        idle_end = connection.was_open and not connection.answers
        return idle_end and self._others(connection) > 0

    def _others(self, connection: Connection) -> int:
        """Connections beside this one on which the relay answers, or is about to."""
        return sum(
            other.is_open and (other.answers > 0 or not other.is_idle)
            for other in self._connections
            if other is not connection
        )

    def _end(self, envelope: Envelope, outcome: SmtpOutcome) -> None:
        self._outcomes[envelope.ref] = outcome
        if self._ended:
            self._ended(envelope, outcome)
