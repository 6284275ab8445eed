"""What a sender process has begun and heard, on disk before it matters.

A slice's journal is a file of lines: ``S 17`` just before the first byte of row 17's message leaves,
``A 17 sent 250 ok`` for what the server answered. What one ``write(2)`` has put there outlives
``kill -9`` of the process. An answer waits for the next start, on whichever connection, and is written
with it; the last ones at the slice's end. The order that makes recovery right:

1. the claim is committed in the database, then the journal is opened;
2. ``S`` is written, then the body is given to the network;
3. the settling is committed in the database, then the journal is removed.

So of the rows that a dead sender still holds: no ``S``: not a byte left, back into the queue;
``A``: settle as answered; ``S`` without ``A``: nobody can know, *uncertain*. A connection has at most one
body in flight, and its next ``S`` brings the ``A`` of the one before, so at most as many rows are
uncertain as the sender had connections.

After a power cut (another *boot* of the machine) the last lines may be missing; then a row without
``S`` is uncertain too, which errs on the side of not writing twice.

The sender holds a lock on ``<number>.lock`` for as long as it lives; the kernel drops it with the
process, so another process of the same machine knows at once, and without clocks, that it is dead.
"""

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tradepost.lib.smtp import Outcome, Verdict

Facts = dict[tuple[str, int], Outcome]
"""(table, row number) → outcome; ``UNCERTAIN`` for what was begun and never answered."""


_WORDS = {verdict: verdict.value.encode() for verdict in Verdict}


class JournalFull(OSError):
    """A line could not be written whole; nothing may leave without it."""


class Spool:
    """The folder of the journals of one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.host = f"{socket.gethostname()}:{self._token()}"[:120]

    def _token(self) -> str:
        """Names this very folder: host names repeat, and containers share them."""
        path = self.folder / "id"
        if not path.exists():
            made = self.folder / f"id.{os.getpid()}"
            made.write_text(secrets.token_hex(8))
            with suppress(FileExistsError):
                os.link(made, path)
            made.unlink()
        return path.read_text()

    def lock(self, sender: int) -> int | None:
        """Descriptor that holds the sender's lock; None while another process holds it."""
        descriptor = os.open(self.folder / f"{sender}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def forget(self, sender: int) -> None:
        """Remove what a sender left behind. Only after its rows have been settled and committed."""
        self.clear(sender)
        (self.folder / f"{sender}.lock").unlink(missing_ok=True)

    def clear(self, sender: int) -> None:
        """Remove journals under this number: of a dead sender, or from before a restored database."""
        for path in self._journals(sender):
            path.unlink(missing_ok=True)

    @contextmanager
    def journal(self, sender: int, table: str, number: int) -> Iterator["Journal"]:
        """The journal of one slice; removed when the block ends well, left when it raises."""
        journal = Journal(self.folder / f"{sender}-{number:08}-{table}.journal")
        try:
            yield journal
        finally:
            journal.close()
        journal.path.unlink(missing_ok=True)

    def facts(self, sender: int) -> Facts:
        facts: Facts = {}
        for path in self._journals(sender):
            table = path.stem.rsplit("-", 1)[1]
            for line in path.read_bytes().split(b"\n")[:-1]:
                mark, number, *rest = line.split(b" ", 2)
                if mark == b"S":
                    facts[table, int(number)] = Outcome(Verdict.UNCERTAIN, b"sender stopped")
                else:
                    verdict, _, answer = rest[0].partition(b" ")
                    facts[table, int(number)] = Outcome(Verdict(verdict.decode()), answer)
        return facts

    def _journals(self, sender: int) -> list[Path]:
        return sorted(self.folder.glob(f"{sender}-*.journal"))


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._answers = b""  # not yet written

    def starting(self, number: int) -> None:
        """Returns only when the line, and every answer before it, is in the kernel.

        Raises: JournalFull.
        """
        self._write(b"%bS %d\n" % (self._answers, number))
        self._answers = b""

    def answered(self, number: int, outcome: Outcome) -> None:
        line = outcome.line[:300].replace(b"\n", b" ")
        self._answers += b"A %d %b %b\n" % (number, _WORDS[outcome.verdict], line)

    def flush(self) -> None:
        """Write the answers that no start came after. Raises: JournalFull."""
        self._write(self._answers)
        self._answers = b""

    def close(self) -> None:
        try:
            self.flush()
        finally:
            os.close(self._descriptor)

    def _write(self, lines: bytes) -> None:
        if os.write(self._descriptor, lines) != len(lines):
            raise JournalFull(self.path)


def boot() -> str:
    """The kernel's name for this run of the machine; elsewhere the hour in which it started."""
    known = Path("/proc/sys/kernel/random/boot_id")
    if known.exists():
        return known.read_text().strip()
    return f"{(time.time() - time.monotonic()) // 3600:.0f}"
