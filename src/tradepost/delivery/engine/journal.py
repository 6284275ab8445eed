"""What a sender process has begun and heard, on disk before it matters.

A slice's journal is a file of lines: ``S 17`` just before the first byte of row 17's message leaves,
``A 17 sent 250 ok`` for what the server answered, each with a checksum behind it. What one ``write(2)`` has put there outlives
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

A line that cannot be read is skipped; then a row without an answer that can be read is uncertain as
well, and the journal is moved to ``damaged/``.

The sender holds a lock on ``<number>.lock`` for as long as it lives; the kernel drops it with the
process, so another process of the same machine knows at once, and without clocks, that it is dead.
"""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from tradepost.lib.files import folder_token, move_aside
from tradepost.lib.smtp import SmtpOutcome, Verdict

TABLES = ("mail", "handover")
LARGEST = 64 * 1024 * 1024  # a slice's journal is a few hundred kilobytes

_WORDS = {verdict: verdict.value.encode() for verdict in Verdict}
_VERDICTS = {word: verdict for verdict, word in _WORDS.items()}
_BEGUN = SmtpOutcome(Verdict.UNCERTAIN, b"sender stopped")


class Facts(dict[tuple[str, int], SmtpOutcome]):
    """(table, row number) → outcome; ``UNCERTAIN`` for what was begun and never answered.

    ``damaged``: a line could not be read, so that a row without a line may have been begun.
    """

    damaged = False


class JournalFull(OSError):
    """A line could not be written whole; nothing may leave without it."""


class JournalFolder:
    """The folder of the journals of one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.host = f"{socket.gethostname()}:{folder_token(folder)}"[:120]

    def lock(self, sender: int) -> int | None:
        """Descriptor that holds the sender's lock; None while another process holds it."""
        path = self.folder / f"{sender}.lock"
        if path.is_dir():
            move_aside(path, "a folder stands in its place")
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def forget(self, sender: int) -> None:
        """Remove what a sender left behind. Only after its rows have been settled and committed.

        A damaged journal is moved aside instead.
        """
        for path in self._journals(sender):
            if _facts_of(path).damaged:
                move_aside(path, "lines that cannot be read; their rows are listed as uncertain")
        self.clear(sender)
        (self.folder / f"{sender}.lock").unlink(missing_ok=True)

    def clear(self, sender: int) -> None:
        """Remove journals under this number: of a dead sender, or from before a restored database."""
        for path in self._journals(sender):
            if path.is_dir():
                move_aside(path, "a folder stands in its place")
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
        facts = Facts()
        for path in self._journals(sender):
            one = _facts_of(path)
            facts.update(one)
            facts.damaged |= one.damaged
        return facts

    def _journals(self, sender: int) -> list[Path]:
        return sorted(self.folder.glob(f"{sender}-*.journal"))


def _facts_of(path: Path) -> Facts:
    """One damaged line stops one line: the others are read."""
    facts = Facts()
    table = path.stem.rpartition("-")[2]
    try:
        if path.is_dir() or path.stat().st_size > LARGEST or table not in TABLES:
            facts.damaged = True
            return facts
        *lines, unfinished = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return facts
    facts.damaged = _is_more_than_cut_off(unfinished)
    for line in lines:
        read = _read(line)
        if read is None:
            facts.damaged = True
        else:
            facts[table, read[0]] = read[1]
    return facts


def _is_more_than_cut_off(rest: bytes) -> bool:
    """Behind the last line break a line may stop in the middle: what was not written whole has not left.

    Anything else is damage: bytes that no line has, or a whole line that lost its end.
    """
    return b"\0" in rest or (len(rest.rpartition(b" #")[2]) >= 8 and b" #" in rest)


def _read(line: bytes) -> tuple[int, SmtpOutcome] | None:
    """(row number, outcome); None for a line that cannot be read, or whose checksum is wrong."""
    text, mark, checksum = line.rpartition(b" #")
    if mark and len(checksum) == 8:
        if checksum != b"%08x" % crc32(text):
            return None
        line = text
    kind, number, rest = (*line.split(b" ", 2), b"", b"")[:3]
    if not number.isdigit() or len(number) > 19:
        return None
    word, _, answer = rest.partition(b" ")
    if kind == b"S" and not rest:
        return int(number), _BEGUN
    if kind == b"A" and word in _VERDICTS:
        return int(number), SmtpOutcome(_VERDICTS[word], answer)
    return None


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._answers = b""  # not yet written
        self._cut_off = False

    def starting(self, number: int) -> None:
        """Returns only when the line, and every answer before it, is in the kernel.

        Raises: JournalFull.
        """
        self._write(self._answers + _line(b"S %d" % number))
        self._answers = b""

    def answered(self, number: int, outcome: SmtpOutcome) -> None:
        line = outcome.line[:300].replace(b"\n", b" ")
        self._answers += _line(b"A %d %b %b" % (number, _WORDS[outcome.verdict], line))

    def flush(self) -> None:
        """Write the answers that no start came after. Raises: JournalFull."""
        if self._answers:
            self._write(self._answers)
        self._answers = b""

    def close(self) -> None:
        try:
            # After a line that was cut off, the next one would be glued to it.
            if not self._cut_off:
                self.flush()
        finally:
            os.close(self._descriptor)

    def _write(self, lines: bytes) -> None:
        """Raises: OSError, JournalFull."""
        if self._cut_off:
            raise JournalFull(errno.ENOSPC, "a line could not be written whole", str(self.path))
        self._cut_off = True
        if os.write(self._descriptor, lines) != len(lines):
            raise JournalFull(errno.ENOSPC, "a line could not be written whole", str(self.path))
        self._cut_off = False


def _line(text: bytes) -> bytes:
    """With its checksum: a bit that flipped must not turn one row's number into another's."""
    return b"%b #%08x\n" % (text, crc32(text))


def boot() -> str:
    """The kernel's name for this run of the machine; elsewhere the hour in which it started."""
    known = Path("/proc/sys/kernel/random/boot_id")
    if known.exists():
        return known.read_text().strip()
    return f"{(time.time() - time.monotonic()) // 3600:.0f}"
