"""The sender: claim a slice, render it, hand it over, settle it. One page; read from top to bottom.

Nobody is skipped and nobody is written to twice, whenever the process dies: what is claimed is
committed before anything leaves, what leaves is in the journal before it leaves (``journal`` says why
that suffices), and what was in flight becomes *uncertain*: shown, never sent again unasked. Single
mail goes before bulk in every round, and slices are short, so a receipt never queues behind a campaign.
"""

import asyncio
import gc
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.delivery.actions.stop_sending import stop
from tradepost.delivery.bounces.trouble import find
from tradepost.delivery.engine import rendering
from tradepost.delivery.engine.claiming import Slice, claim_letters, claim_recipients, release
from tradepost.delivery.engine.feedback import note_answers
from tradepost.delivery.engine.journal import JournalFolder, boot
from tradepost.delivery.engine.recovery import recover
from tradepost.delivery.engine.settling import put_back, settle, settled
from tradepost.delivery.models import Sender
from tradepost.delivery.outgoing import limits
from tradepost.delivery.outgoing.dkim import DkimSigner, own_signer
from tradepost.delivery.queries import mail_domain
from tradepost.lib import clock
from tradepost.lib.smtp import Envelope, Pool, Relay, SmtpOutcome, Verdict

logger = logging.getLogger(__name__)

SLICE_SECONDS = 1.0  # a slice aims to take so long; pausing a mailing takes effect within it
SMALLEST, LARGEST = 50, 2000
PATIENCE_SECONDS = 20.0  # after that a slice starts no further message
BEAT_SECONDS = 10.0
IDLE_SECONDS = 0.5


class SpoolTaken(RuntimeError):
    """Two databases share one data folder; their journals would be mixed up."""


def own_relay() -> Relay:
    """The configured relay, or the local catcher."""
    chosen = settings.TRADEPOST
    url = chosen.smtp_url or f"smtp://127.0.0.1:{chosen.mail_catcher_port}"
    return Relay.from_url(url, hello=mail_domain())


class Engine:
    """One sender process. Use as a context manager: leaving it releases everything."""

    def __init__(
        self,
        *,
        relay: Relay | None = None,
        connections: int = 0,
        signer: DkimSigner | None = None,
        signed: bool = True,
        letters_only: bool = False,
        spool: JournalFolder | None = None,
    ) -> None:
        self.pool = Pool(
            relay or own_relay(), size=connections or settings.TRADEPOST.smtp_connections
        )
        self.spool = spool or JournalFolder(Path(settings.TRADEPOST.data) / "spool" / "delivery")
        self.signer = (signer or own_signer()) if signed else None
        self.letters_only = letters_only
        self.size = SMALLEST * 2
        self.stopping = False
        self._written = rendering.MessageRenderer()
        self.went_well: Callable[[], object] = lambda: None
        """Called after each round that met no trouble."""
        self._slices = 0
        self._beat = self._recovered = 0.0

    # The four steps ------------------------------------------------------------------------------

    def claim(self) -> Slice | None:
        """Rows that are due become ours, committed. Who may not be written to is sorted out here."""
        if limits.RELAY in limits.closed(clock.now()):
            return None
        taken = claim_letters(self.number, self.size)
        if taken is None and not self.letters_only:
            taken = claim_recipients(self.number, self.size)
        return taken

    def render(self, taken: Slice) -> Iterator[Envelope]:
        """Every message as bytes, signed, when a connection asks for it: a slice is never in memory
        whole, and while the relay thinks the next is made. The template was taken apart once."""
        return self._written.envelopes(taken, self.signer)

    def hand_over(self, envelopes: Iterable[Envelope]) -> dict[int, SmtpOutcome]:
        """Through the relay; each start and each answer is journalled when it happens."""
        journal = self._journal
        outcomes: dict[int, SmtpOutcome] = self._loop.run_until_complete(
            self.pool.hand_over(
                envelopes,
                starting=lambda envelope: journal.starting(envelope.ref),
                ended=lambda envelope, outcome: journal.answered(envelope.ref, outcome),
                seconds=PATIENCE_SECONDS,
            )
        )
        journal.flush()
        return outcomes

    def settle(self, taken: Slice, outcomes: dict[int, SmtpOutcome]) -> None:
        """One bulk write: the results, the refusals, the counts."""
        now, mailing_id = clock.now(), taken.mailing_id
        taken.drop_refused()
        results = [
            settled(row.pk, outcomes[row.pk], attempts=row.attempts, now=now, mailing_id=mailing_id)
            for row in taken.rows
        ]
        found = find(taken.rows, outcomes) if taken.mailing else None
        if found:
            results = put_back(results, found)
        with transaction.atomic():
            settle(taken.model, self.number, [*results, *taken.refused.values()])
            note_answers(taken, outcomes)
            if found and taken.mailing:
                stop(taken.mailing, found)

    # Rounds --------------------------------------------------------------------------------------

    def run_once(self) -> int:
        """One slice; returns how many rows were dealt with, 0 when nothing is due."""
        with scopes_disabled():
            began = time.monotonic()
            taken = self.claim()
            if taken is None:
                return 0
            self._slices += 1
            try:
                envelopes = self.render(taken)
            except Exception:
                logger.exception("a slice could not be written; its mailing is paused")
                release(taken, self.number)
                return len(taken.rows)
            with self.spool.journal(self.number, taken.table, self._slices) as self._journal:
                outcomes = self.hand_over(envelopes)
                self.settle(taken, outcomes)
            self._pace(len(taken.rows), time.monotonic() - began)
            self._mind_the_relay(outcomes)
            return len(taken.rows) + len(taken.refused)

    def run_until_idle(self) -> int:
        """Slices until nothing is due; for tests and for sending once."""
        done = 0
        while not self.stopping and (count := self.run_once()):
            done += count
        return done

    def run(self, pause: Callable[[float], object] = time.sleep) -> None:
        """Until :meth:`stop`."""
        while not self.stopping:
            self._keep_alive()
            done = self.run_once()
            self.went_well()
            if not done and not self.stopping:
                self._loop.run_until_complete(self.pool.close())
                pause(IDLE_SECONDS)

    def stop(self) -> None:
        """Finish what is in flight, give back the rest. Callable from a signal handler."""
        self.stopping = True
        self.pool.stop()

    def _pace(self, count: int, seconds: float) -> None:
        """The next slice's size, from how long this one took."""
        if count:
            fitting = int(count / max(seconds, 0.001) * SLICE_SECONDS)
            self.size = max(SMALLEST, min(LARGEST, fitting, self.size * 2))

    def _mind_the_relay(self, outcomes: dict[int, SmtpOutcome]) -> None:
        """A relay that takes nothing is left alone for a while, by all senders."""
        if any(_is_answer(outcome) for outcome in outcomes.values()):
            limits.reopen({limits.RELAY})
        elif not self.stopping and any(_of_the_relay(outcome) for outcome in outcomes.values()):
            logger.warning("relay %s: %s", self.pool.relay.host, self.pool.trouble)
            limits.close(limits.RELAY)

    # Life ----------------------------------------------------------------------------------------

    def __enter__(self) -> "Engine":
        gc.freeze()  # Django and all the models stay; every full collection would walk them
        recover(self.spool)
        with scopes_disabled(), transaction.atomic():
            sender = Sender.objects.create(host=self.spool.host, boot=boot())
            self.number: int = sender.pk
            # Locked before the row can be seen, so nobody takes a newborn sender for a dead one.
            lock = self.spool.lock(self.number)
            if lock is None:
                raise SpoolTaken(f"a sender of another database uses {self.spool.folder}")
            self._lock = lock
        self.spool.clear(self.number)
        self._loop = asyncio.new_event_loop()
        self._beat = self._recovered = time.monotonic()
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self._loop.run_until_complete(self.pool.close())
        finally:
            self._loop.close()
            os.close(self._lock)
        recover(self.spool)  # our own rows too, now that our lock is gone

    def _keep_alive(self) -> None:
        """The heartbeat, and a look for senders that lost theirs."""
        if time.monotonic() - self._beat > BEAT_SECONDS:
            self._beat = time.monotonic()
            Sender.objects.filter(pk=self.number).update(beat_at=clock.now())
            recover(self.spool)


def _is_answer(outcome: SmtpOutcome) -> bool:
    """The relay took a message, or said something about a recipient: it lives."""
    if outcome.verdict in {Verdict.UNTOUCHED, Verdict.UNCERTAIN}:
        return False
    return bool(outcome.line) and not _of_the_relay(outcome) and outcome.line[:1].isdigit()


def _of_the_relay(outcome: SmtpOutcome) -> bool:
    """The relay itself is away or closing; nothing was said about a recipient."""
    return outcome.verdict is Verdict.UNTOUCHED or outcome.line.startswith(b"421")
