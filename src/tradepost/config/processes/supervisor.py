"""Starts every process of an installation on one machine, watches them, and stops them cleanly.

Loads no Django: what needs it (tables, static files, the demo) is done by a child that ends.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from tradepost.config.environment import Environment, variable
from tradepost.config.processes.children import Child, Family, LogFile, Process
from tradepost.config.processes.forking import Forked, ForkedChild, Preload, is_forkable
from tradepost.config.processes.surroundings import (
    CannotStart,
    catches_mail,
    is_there,
    port_of,
    require_surroundings,
)
from tradepost.config.processes.types import Prepared
from tradepost.lib.processes import die_with_parent

_OWN = [sys.executable, "-m", "tradepost"]
PATIENCE_SECONDS = 15.0  # between two lines about a web server that still starts


def up(environment: Environment, *, demo: bool) -> int:
    """Prepare the data folder, start all processes, and stay until a signal comes.

    Returns the exit code. Raises: CannotStart.
    """
    require_surroundings(environment)
    with _held_port(environment):
        return _up(environment, demo=demo)


def _up(environment: Environment, *, demo: bool) -> int:
    try:
        lock = _only_one(environment)
        logs = environment.data / "logs"
        logs.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be used ({error.strerror}).") from None
    _mind_signals_until_ready()
    preload = Preload("preload", [*_OWN, "preload"], LogFile(logs / "preload.log"))
    try:
        prepared = _prepare(environment, preload if is_forkable() else None, demo=demo)
        if prepared is None:
            return 2  # the child said why
        if prepared["with_standin"]:
            environment = with_standin(environment)
            preload.variables = _standin_of(environment)
        return _Run(environment, logs, prepared["sign_ins"], preload).stay()
    finally:
        preload.end()
        os.close(lock)


@contextmanager
def _held_port(environment: Environment) -> Iterator[None]:
    """Nobody else gets the web server's port, from the first check to the last restart.

    A first start takes minutes; whoever took the port meanwhile would answer in our name. The server's
    workers share it (SO_REUSEPORT) with this socket, which takes no connections.
    """
    family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
    with socket.socket(family) as held:
        if sys.platform == "linux":
            # Not SO_REUSEADDR as well: with it on both sides a port that nobody listens at is shared.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            with suppress(OSError):  # the server itself will say so
                held.bind((environment.host, environment.port))
        yield


class _Run:
    """From the first process to the last."""

    def __init__(
        self,
        environment: Environment,
        logs: Path,
        sign_ins: list[str],
        preload: Preload | None = None,
    ) -> None:
        self.environment = environment
        self.logs = logs
        self.sign_ins = sign_ins
        self.family = Family(_say)
        self.preload = preload if preload and preload.process else None
        if self.preload:
            self.family.adopt(self.preload)
        self.stopping = False
        self.reopening = False

    def stay(self) -> int:
        """Raises: CannotStart."""
        self._mind_signals()
        try:
            web, *others = _commands(self.environment).items()
            self._start_web(*web)
            if not self.stopping:
                for name, command in others:
                    self.family.start(self._child(name, command))
                _announce(self.environment, self.sign_ins)
            while not self.stopping:
                self.family.listen(0.5)
                self.family.look_after()
                if self.reopening:
                    self.reopening = False
                    self.family.reopen_logs()
            _say("Stopping …")
            return 0
        finally:
            self.family.stop()
            self._hear_no_more()

    def _child(self, name: str, command: list[str]) -> Child:
        log = LogFile(self.logs / f"{name}.log")
        if self.preload:
            return ForkedChild(name, command, log, preload=self.preload)
        return Child(name, command, log)

    def _start_web(self, name: str, command: list[str]) -> None:
        """Alone at first, so that it has the machine to itself; waited for as long as it lives.

        Raises: CannotStart.
        """
        web = self._child(name, command)
        self.family.start(web)
        began = said_at = time.monotonic()
        while not self.stopping:
            answers = self._answers()
            if gone := self._gone(web):  # asked for second: somebody else may answer at its port
                self.family.listen(0)
                raise CannotStart(_last_words(gone))
            if answers and web.process:
                return
            if time.monotonic() - said_at > PATIENCE_SECONDS:
                said_at = time.monotonic()
                _say(
                    f"Still starting: no answer from the web server after {said_at - began:.0f} s;"
                    f" it is alive, its log is {web.log.path}."
                )
            self.family.listen(0.02)
            if not web.process:
                self.family.run(web)

    def _gone(self, web: Child) -> Child | None:
        """The web server when it ended, or what it is forked from."""
        if web.process:
            return None if web.is_alive() else web
        return self.preload if self.preload and not self.preload.is_alive() else None

    def _answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(  # noqa: S104  what to connect to instead
            self.environment.host, self.environment.host
        )
        with suppress(OSError), socket.create_connection((host, self.environment.port), 1):
            return True
        return False

    def _mind_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        # A terminal that closes ends what was started in it; elsewhere the log files are opened anew.
        signal.signal(signal.SIGHUP, self._stop if _has_terminal() else self._reopen)

    def _hear_no_more(self) -> None:
        """It ends already, in order and with its own code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _reopen(self, _number: int, _frame: FrameType | None) -> None:
        self.reopening = True


def _mind_signals_until_ready() -> None:
    """What is begun is left whole or not at all by its own transactions; the same command goes on from there."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # For log files that do not exist yet there is nothing to do.
    signal.signal(signal.SIGHUP, signal.default_int_handler if _has_terminal() else lambda *_: None)


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _only_one(environment: Environment) -> int:
    """Say so, when another ``up`` runs on this folder; both work, on the same data."""
    descriptor = os.open(environment.data / "up.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say(
            f"Another `tradepost up` (process {os.read(descriptor, 20).decode(errors='replace')})"
            f" runs on {environment.data} already; this one works on the same data."
        )
        return descriptor
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _prepare(environment: Environment, preload: Preload | None, *, demo: bool) -> Prepared | None:
    """Tables, static files, demo shop, first operator; None when that was refused."""
    told, tells = os.pipe()
    words = ["prepare", *([] if demo else ["--no-demo"])]
    variables = _standin_of(environment) if demo else {}
    with os.fdopen(told) as answer:
        try:
            if preload:
                child = _forked_to_prepare(preload, words, variables, tells)
            else:
                child = _started_to_prepare(words, variables, tells)
        finally:
            os.close(tells)
        if child is None:
            return None
        try:
            text = answer.read()
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
    if code:
        return None
    prepared: Prepared = json.loads(text)
    return prepared


def _forked_to_prepare(
    preload: Preload, words: list[str], variables: dict[str, str], tells: int
) -> Process | None:
    """None, when already the settings were refused."""
    preload.start()
    while not preload.has_said(b"ready", PATIENCE_SECONDS):
        if not preload.is_alive():
            preload.repeat_last_words()
            return None
        _say("Still starting: the product is being loaded.")
    preload.variables = variables
    files = [_own_file(number) for number in (0, 1, 2)]
    number = preload.fork("prepare", words, [*files, tells], wanted=b"ready")
    for file in files:
        os.close(file)
    preload.variables = {}
    return Forked(number)


def _own_file(number: int) -> int:
    """Another descriptor of a standard file; of nothing, when whoever started us closed it."""
    try:
        return os.dup(number)
    except OSError:
        return os.open(os.devnull, os.O_RDWR)


def _started_to_prepare(words: list[str], variables: dict[str, str], tells: int) -> Process:
    return subprocess.Popen(  # noqa: S603  our own command
        [*_OWN, *words, "--tell", str(tells)],
        env=os.environ | variables,
        pass_fds=[tells],
        preexec_fn=_as_prepares,  # noqa: PLW1509  there are no threads
    )


def _as_prepares() -> None:
    """Ctrl-C goes to all of a terminal's processes; this one is ended by the supervisor, who says so."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _standin_of(environment: Environment) -> dict[str, str]:
    """The demo takes card payments through the stand-in for Stripe, 30 ports above the web server.

    By the name that its pages go by: form-action lets the buyer through to no other.
    """
    base = environment.stripe_api_base or f"http://127.0.0.1:{(environment.port + 29) % 65535 + 1}"
    return {variable("stripe_api_base"): base}


def with_standin(environment: Environment) -> Environment:
    """Goes into the process environment too, for the child processes."""
    chosen = _standin_of(environment)
    os.environ.update(chosen)
    return replace(environment, stripe_api_base=chosen[variable("stripe_api_base")])


def _commands(environment: Environment) -> dict[str, list[str]]:
    """What to start, by name, the web server first. Each is also a command for a service file."""
    webs = ["web", *(f"web-{number}" for number in range(2, environment.web_processes + 1))]
    commands = {name: [*_OWN, "web"] for name in webs}
    commands |= {
        "scheduler": [*_OWN, "scheduler"],
        "sender": [*_OWN, "deliver"],
        "worker": [*_OWN, "worker"],
    }
    commands |= _stand_ins(environment)
    if environment.smtp_url and environment.mailin_url:  # the catcher hears by itself
        commands["mailin"] = [*_OWN, "mailin"]
    return commands


def _stand_ins(environment: Environment) -> dict[str, list[str]]:
    """Both in one process, where both are wanted."""
    port = environment.stripe_api_base and str(port_of(environment.stripe_api_base))
    if port and catches_mail(environment):
        return {"standins": [*_OWN, "standins", "--port", port]}
    if port:
        return {"stripe-standin": [*_OWN, "stripe-standin", "--port", port]}
    return {"mailcatcher": [*_OWN, "mailcatcher"]} if catches_mail(environment) else {}


def _last_words(web: Child) -> str:
    said = "\n".join(web.log.last_lines) or "(nothing)"
    code = web.process.returncode if web.process else "?"
    return (
        f"The web server did not start: it ended with code {code}. It said last, in {web.log.path}:\n"
        f"{said}"
    )


def _announce(environment: Environment, sign_ins: list[str]) -> None:
    base = environment.base_url
    _say(f"\nTradepost is open at {base}/")
    for line in sign_ins:
        _say(f"  {line}")
    if sign_ins and environment.host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound to
        _say("  Whoever reaches this machine can sign in with these words: they are published.")
    if catches_mail(environment) and environment.is_demo:
        _say(f"  Mail that it sends is caught; read it at {base}/caught/")
    elif catches_mail(environment):
        _say(f"  Mail reaches nobody: it is kept in {environment.data / 'caught'}.")
        _say(f"  Set {variable('smtp_url')} to your mail server to have it delivered.")
    elif not environment.smtp_url:
        _say(f"  Mail waits: there is neither {variable('smtp_url')} nor a mail catcher.")
    elif not is_there(environment.smtp_url):
        _say(f"  Mail waits: nobody answers at the address in {variable('smtp_url')}.")
    _say(
        f"  Data: {environment.data}   Logs: {environment.data / 'logs'}   Ctrl-C stops everything."
    )


def _say(text: str) -> None:
    with suppress(OSError):  # a terminal that is gone
        print(text, flush=True)
