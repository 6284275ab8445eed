"""Processes that must not outlive the one that started them."""

import ctypes
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_PR_SET_CHILD_SUBREAPER = 36


class Stopped(Exception):
    """The work was ended because this process is asked to end; it is due again at the next start."""


_children: set[subprocess.Popen[str]] = set()
_stopping = False


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process ``number`` when its parent ends (prctl(2); Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def adopt_orphans(*, whether: bool) -> None:
    """Descendants whose parent ends become this process's own children, as a shell's become init's."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(whether))


def call_this_process(name: str) -> None:
    """The name that ``ps -C`` and ``top`` show; 15 letters at most."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())


MOST_FILES = 65_536


def open_many_files() -> None:
    """Each held socket is a file: raise this process's limit as far as it may raise it itself."""
    _now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def run_child(
    command: Sequence[str], *, env: Mapping[str, str], timeout_seconds: float
) -> subprocess.CompletedProcess[str]:
    """As ``subprocess.run``, capturing text; :func:`stop_children` ends it too.

    Raises: Stopped, subprocess.TimeoutExpired.
    """
    if _stopping:
        raise Stopped
    child = subprocess.Popen(  # noqa: S603  our own interpreter, our own arguments
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _children.add(child)
    try:
        out, err = child.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise
    finally:
        _children.discard(child)
    if _stopping:
        raise Stopped
    return subprocess.CompletedProcess(command, child.returncode, out, err)


def stream_child(
    command: Sequence[str], *, env: Mapping[str, str], timeout_seconds: float
) -> Iterator[str]:
    """Lines as the child prints them; its errors go where ours go. :func:`stop_children` ends it too.

    Raises: Stopped, subprocess.CalledProcessError, also when the time is over.
    """
    if _stopping:
        raise Stopped
    child = subprocess.Popen(  # noqa: S603  our own interpreter, our own arguments
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    _children.add(child)
    over = threading.Timer(timeout_seconds, child.terminate)
    over.start()
    try:
        assert child.stdout is not None
        yield from child.stdout
        code = child.wait()
    finally:
        over.cancel()
        _children.discard(child)
        if child.poll() is None:
            child.terminate()
            child.wait()
    if _stopping:
        raise Stopped
    if code:
        raise subprocess.CalledProcessError(code, command)


def stop_children() -> None:
    """End what :func:`run_child` waits for, and start no more."""
    global _stopping
    _stopping = True
    for child in list(_children):
        with suppress(ProcessLookupError):
            child.terminate()
