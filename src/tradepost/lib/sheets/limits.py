"""What a child process may take. The parent waits for it, and may stop it at any time."""

import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
_LOOK_EVERY_SECONDS = 0.05
_REPORT_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Limits:
    """Of one conversion. ``memory`` is address space, in bytes, of the whole process."""

    columns: int = 200
    cells: int = 20_000_000
    cell_characters: int = 200_000
    unpacked: int = 600 * MEGABYTE
    parts: int = 2_000
    memory: int = 1024 * MEGABYTE
    cpu_seconds: int = 300
    written: int = 300 * MEGABYTE


def limit_this_process(limits: Limits) -> None:
    """From now on the kernel refuses more. macOS knows no limit of address space and ignores that one."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def run_child(
    command: Sequence[str], *, seconds: float, waiting: Callable[[], None] | None = None
) -> tuple[int, str]:
    """Exit code and output of a program. ``waiting`` is called every second, and may raise to stop it.

    A child that takes longer than ``seconds`` is killed; its code is then negative, as for any signal.
    """
    with subprocess.Popen(  # noqa: S603  our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as child:
        try:
            _wait(child, seconds, waiting)
        finally:
            if child.poll() is None:
                child.kill()
        output = child.stdout.read(10_000) if child.stdout else b""
        return child.wait(), output.decode("utf-8", "replace")


def _wait(
    child: "subprocess.Popen[bytes]", seconds: float, waiting: Callable[[], None] | None
) -> None:
    started = told = time.monotonic()
    while child.poll() is None and time.monotonic() - started < seconds:
        if waiting and time.monotonic() - told > _REPORT_EVERY_SECONDS:
            told = time.monotonic()
            waiting()
        time.sleep(_LOOK_EVERY_SECONDS)
