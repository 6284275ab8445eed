"""The processes that ``tradepost up`` keeps: started, listened to, started again, and stopped."""

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Protocol

from tradepost.lib.processes import die_with_parent

STOP_SECONDS = 15
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
READY_SECONDS = 0.05  # until the process to fork from is asked again
HEALTHY_SECONDS = 60.0  # who lived so long starts at once when it ends
LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 3


class NotReady(OSError):
    """There is nobody to fork from at the moment."""


class LogFile:
    """Grows to ten megabytes, then becomes ``name.log.1``; three old ones are kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_lines: deque[str] = deque(maxlen=5)
        """Of this run only."""
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> str:
        """A disk that is full loses log lines, nothing else; returns why, when it could not be written."""
        self.last_lines.extend(data.decode(errors="replace").splitlines())
        try:
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)
            if self._file.tell() + len(data) > LOG_BYTES:
                self._file = self._turned_over()
            self._file.write(data)
        except OSError as error:
            return error.strerror or type(error).__name__
        return ""

    def reopen(self) -> None:
        """For whoever moves log files away (logrotate)."""
        if self._file:
            self._file.close()
        self._file = None

    def _turned_over(self) -> IO[bytes]:
        self.reopen()
        for number in range(LOGS_KEPT, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            newer = (
                self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            )
            with suppress(FileNotFoundError):
                newer.replace(older)
        return self.path.open("ab", buffering=0)


class Process(Protocol):
    """What is asked of a process: :class:`subprocess.Popen`, or one that was forked."""

    pid: int
    stdout: IO[bytes] | None
    returncode: int | None

    def poll(self) -> int | None: ...

    def wait(self) -> int: ...

    def terminate(self) -> None: ...


@dataclass
class Child:
    """One supervised process."""

    name: str
    command: list[str]
    log: LogFile
    process: Process | None = None
    started_at: float = 0.0
    due_at: float | None = None
    _failures: int = field(default=0)

    def start(self) -> None:
        """Raises: OSError."""
        self.run(self.command)

    def run(
        self,
        command: list[str],
        *,
        files: Sequence[int] = (),
        last_word: signal.Signals = signal.SIGTERM,
    ) -> None:
        """``last_word``: the signal that it gets when this process ends. Raises: OSError."""
        process = subprocess.Popen(  # noqa: S603  our own commands
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=files,
            preexec_fn=partial(die_with_parent, last_word),  # noqa: PLW1509  there are no threads
        )
        self.begin(process)

    def begin(self, process: Process) -> None:
        self.started_at, self.due_at = time.monotonic(), None
        self.process = process
        assert process.stdout
        os.set_blocking(process.stdout.fileno(), False)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def pause_before_restart(self) -> float:
        """Seconds; growing for a process that keeps ending, so that it takes nothing from the others."""
        lived = time.monotonic() - self.started_at
        self._failures = 0 if lived > HEALTHY_SECONDS else self._failures + 1
        if not self._failures:
            return 0.0
        return float(min(FIRST_PAUSE_SECONDS * 2 ** (self._failures - 1), LONGEST_PAUSE_SECONDS))


class Family:
    """All children, and one loop without threads that hears what they say."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self._say = say
        self._ears = selectors.DefaultSelector()
        self._log_troubles: set[str] = set()

    def start(self, child: Child) -> None:
        self.children.append(child)
        self.run(child)

    def adopt(self, child: Child) -> None:
        """One that runs already."""
        self.children.append(child)
        self._listen_to(child)

    def run(self, child: Child) -> None:
        """Start it, or note when that is tried again."""
        try:
            child.start()
        except NotReady:
            child.due_at = time.monotonic() + READY_SECONDS
            return
        except OSError as error:  # no memory, no more processes: another time
            self._say(f"{child.name} cannot be started ({error.strerror}).")
            child.due_at = time.monotonic() + LONGEST_PAUSE_SECONDS / 6
            return
        self._listen_to(child)

    def _listen_to(self, child: Child) -> None:
        assert child.process
        assert child.process.stdout
        self._ears.register(child.process.stdout, selectors.EVENT_READ, child)

    def listen(self, seconds: float) -> None:
        """Write down what is said within so many seconds; returns early only for a signal."""
        until = time.monotonic() + seconds
        while True:
            left = max(until - time.monotonic(), 0)
            for key, _events in self._ears.select(left):
                self._hear(key)
            if time.monotonic() >= until:
                return

    def _hear(self, key: selectors.SelectorKey) -> None:
        child: Child = key.data
        try:
            said = os.read(key.fd, 65536)
        except BlockingIOError:
            return
        if said:
            self._write_down(child, said)
            return
        self._ears.unregister(key.fileobj)
        if not isinstance(key.fileobj, int):
            key.fileobj.close()  # type: ignore[attr-defined]  # a pipe

    def _write_down(self, child: Child, said: bytes) -> None:
        """Whoever starts the product hears once that its logs are not kept, and the next time anew."""
        trouble = child.log.write(said)
        if not trouble:
            self._log_troubles.discard(child.name)
        elif child.name not in self._log_troubles:
            self._log_troubles.add(child.name)
            self._say(f"{child.log.path} cannot be written ({trouble}); its lines are lost.")

    def look_after(self) -> None:
        """Start again whoever ended; the others, the web server above all, go on meanwhile."""
        for child in self.children:
            if child.is_alive():
                continue
            if child.due_at is None:
                self._note_end(child)
            elif time.monotonic() >= child.due_at:
                self.run(child)

    def _note_end(self, child: Child) -> None:
        code = child.process.returncode if child.process else "?"
        pause = child.pause_before_restart()
        child.due_at = time.monotonic() + pause
        when = f"in {pause:.0f} s" if pause else "now"
        self._say(
            f"{child.name} ended with code {code} and starts again {when}; see {child.log.path}."
        )

    def reopen_logs(self) -> None:
        for child in self.children:
            child.log.reopen()

    def stop(self) -> None:
        """Ask every process to finish, the web server first; force those that do not."""
        running = [child for child in self.children if child.is_alive()]
        for child in running:
            if child.process:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(child.is_alive() for child in running):
            self.listen(0.1)
        for child in running:
            if child.is_alive() and child.process:
                with suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        self.listen(0)
