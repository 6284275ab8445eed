"""The supervisor's side of :mod:`.preload`: processes that are forked instead of started. Linux only."""

import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from tradepost.config.processes.children import Child, NotReady
from tradepost.lib.processes import adopt_orphans

ANSWER_SECONDS = 60.0  # for a fork, once everything is imported


class Forked:
    """A process that became our child, with what of :class:`subprocess.Popen` is needed."""

    def __init__(self, number: int, stdout: IO[bytes] | None = None) -> None:
        self.pid = number
        self.stdout = stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._wait(os.WNOHANG)

    def wait(self) -> int:
        code = self._wait(0)
        assert code is not None
        return code

    def _wait(self, how: int) -> int | None:
        if self.returncode is None:
            number, status = os.waitpid(self.pid, how)
            if number:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


@dataclass
class Preload(Child):
    """The process that has imported the product, and forks the others when they are asked for."""

    variables: dict[str, str] = field(default_factory=dict)
    """Settings that are known only when it runs already."""
    _orders: socket.socket | None = None
    _heard: set[bytes] = field(default_factory=set)
    _starts: int = 0

    def start(self) -> None:
        """With this process's environment as it is now. The first one leaves room for ``prepare``."""
        if self._orders:
            self._orders.close()
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._heard.clear()
        with theirs:
            words = ["--orders", str(theirs.fileno()), *(["--prepared"] if self._starts else [])]
            adopt_orphans(whether=True)  # before it is there: what is forked from it takes after us
            try:
                self.run([*self.command, *words], files=[theirs.fileno()], last_word=signal.SIGKILL)
            finally:
                adopt_orphans(whether=False)
        self._starts += 1

    def fork(
        self,
        name: str,
        words: Sequence[str],
        files: Sequence[int],
        *,
        wanted: bytes = b"loaded",
    ) -> int:
        """The number of a new child of ours that runs ``tradepost words``.

        ``files``: standard input, output, error, and one for ``--tell``. Raises: NotReady.
        """
        if not self.has_said(wanted):
            raise NotReady("it still imports")
        assert self._orders
        order = json.dumps({"name": name, "words": list(words), "variables": self.variables})
        adopt_orphans(whether=True)
        try:
            socket.send_fds(self._orders, [order.encode()], list(files))
            while not (said := self._next(ANSWER_SECONDS)).isdigit():
                self._heard.add(said)
            return int(said)
        except OSError as error:
            if self.process and self.is_alive():
                os.kill(
                    self.process.pid, signal.SIGKILL
                )  # what it says next would answer this order
            raise NotReady("it does not answer") from error
        finally:
            adopt_orphans(whether=False)

    def has_said(self, word: bytes, seconds: float = 0) -> bool:
        """``ready``: it can fork ``prepare``; ``loaded``: every other process, too."""
        try:
            while word not in self._heard:
                self._heard.add(self._next(seconds))
        except OSError:
            return False
        return self.is_alive()

    def repeat_last_words(self) -> None:
        """To our own standard error, of one that ended before there was anything to fork."""
        assert self.process
        assert self.process.stdout
        sys.stderr.buffer.write(self.process.stdout.read() or b"")
        sys.stderr.flush()

    def end(self) -> None:
        """It does nothing that would have to be finished."""
        if self.process and self.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _next(self, seconds: float) -> bytes:
        """Raises: OSError, also when nothing came in time."""
        assert self._orders
        if not select.select([self._orders], [], [], seconds)[0]:
            raise TimeoutError
        said = self._orders.recv(64)
        if not said:
            raise ConnectionResetError
        return said


@dataclass
class ForkedChild(Child):
    """A supervised process that is forked. ``command`` is what it would be started with."""

    preload: Preload | None = None

    def start(self) -> None:
        """Raises: NotReady."""
        assert self.preload
        told, tells = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            number = self.preload.fork(self.name, self.command[3:], [nothing, tells, tells])
        except OSError:
            os.close(told)
            raise
        finally:
            os.close(tells)
            os.close(nothing)
        self.begin(Forked(number, os.fdopen(told, "rb", 0)))


def is_forkable() -> bool:
    """Whether this system can tell us of the end of a process that another one forked for us."""
    return hasattr(os, "fork") and os.uname().sysname == "Linux"
