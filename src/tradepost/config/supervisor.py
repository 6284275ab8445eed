"""Starts every process of an installation on one machine, watches them, and stops them cleanly."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tradepost.config.environment import Environment, variable
from tradepost.config.installation import (
    CannotStart,
    demo_sign_ins,
    ensure_first_operator,
    is_demo,
    may_be_demo,
    prepare,
    with_standin,
)
from tradepost.lib.processes import die_with_parent

STOP_SECONDS = 15
CRASHES_PER_MINUTE = 5


@dataclass
class Child:
    """One supervised process; ``crashes`` holds the times it ended unasked.

    ``forgetful``: asked to end while it starts its own processes, it goes on. It is asked again, and
    killed when there is nobody left to ask (its own die with it: config/wsgi.py).
    """

    name: str
    command: list[str]
    log: Path
    forgetful: bool = False
    process: subprocess.Popen[bytes] | None = None
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES_PER_MINUTE))

    def start(self) -> None:
        last_word = signal.SIGKILL if self.forgetful else signal.SIGTERM
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own commands
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, last_word),  # noqa: PLW1509  no threads run yet
            )

    def crashed_too_often(self) -> bool:
        now = time.monotonic()
        self.crashes.append(now)
        return len(self.crashes) == CRASHES_PER_MINUTE and now - self.crashes[0] < 60


def up(environment: Environment, *, demo: bool) -> int:
    """Prepare the data folder, start all processes, and stay until a signal comes.

    Returns the exit code. Raises: CannotStart.
    """
    demo = demo and may_be_demo(environment)
    if demo:
        environment = with_standin(environment)
    _require_surroundings(environment)
    prepare(environment, demo=demo)
    if not demo:
        ensure_first_operator(environment)
    logs = environment.data / "logs"
    logs.mkdir(exist_ok=True)
    children = [
        Child(name, command, logs / f"{name}.log", forgetful=name == "web")
        for name, command in _commands(environment).items()
    ]
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        for child in children:
            child.start()
        if not _answers(environment, children, stop):
            raise CannotStart(_last_words(children))
        _announce(environment)
        return _watch(children, stop)
    finally:
        _stop_all(children)


def _require_surroundings(environment: Environment) -> None:
    """Ports that are free, services that answer. Raises: CannotStart."""
    _require_free(environment.host, environment.port, "port")
    if _catches_mail(environment):
        _require_free("127.0.0.1", environment.mail_catcher_port, "mail_catcher_port")
    if environment.stripe_api_base:
        _require_free("127.0.0.1", _port_of(environment.stripe_api_base), "port")
    for name in ("broker_url", "cache_url"):
        if getattr(environment, name) and not _is_there(getattr(environment, name)):
            raise CannotStart(f"Nobody answers at the address in {variable(name)}; start it first.")


def _require_free(host: str, port: int, name: str) -> None:
    """Raises: CannotStart."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} needs more rights; set {variable(name)} above 1024."
            ) from None
        except OSError:
            raise CannotStart(
                f"Port {port} on {host} is taken or not to be had; set {variable(name)} to another one."
            ) from None


_PORTS = {"amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379, "smtp": 25, "smtps": 465}


def _is_there(url: str) -> bool:
    address = urlsplit(url)
    where = (address.hostname or "localhost", address.port or _PORTS[address.scheme])
    try:
        with socket.create_connection(where, timeout=5):
            return True
    except OSError:
        return False


def _port_of(url: str) -> int:
    address = urlsplit(url)
    return address.port or (443 if address.scheme == "https" else 80)


def _catches_mail(environment: Environment) -> bool:
    return not environment.smtp_url and bool(environment.mail_catcher_port)


def _commands(environment: Environment) -> dict[str, list[str]]:
    """What to start, by name. Each is also a command that a production service file can run."""
    own = [sys.executable, "-m", "tradepost"]
    commands = {
        "web": [
            sys.executable, "-m", "granian", "--interface", "wsgi",
            "--host", environment.host, "--port", str(environment.port),
            "--workers", str(environment.web_processes), "--blocking-threads", "1",
            "--workers-kill-timeout", "10", "--respawn-failed-workers", "--no-access-log", "--log-level", "warning",
            "tradepost.config.wsgi:application",
        ],
        "scheduler": [*own, "scheduler"],
        "sender": [*own, "deliver"],
    }  # fmt: skip
    if environment.broker_url:
        commands["worker"] = [
            sys.executable, "-m", "celery", "-A", "tradepost.config.celery_app:app",
            "worker", "--loglevel", "WARNING", "--concurrency", "2", "--queues", "default",
        ]  # fmt: skip
    else:
        commands["worker"] = [*own, "db_worker", "--no-startup-delay", "--interval", "0.5"]
    if _catches_mail(environment):
        commands["mailcatcher"] = [*own, "mailcatcher"]
    if environment.smtp_url and environment.mailin_url:  # the catcher hears by itself
        commands["mailin"] = [*own, "mailin"]
    if environment.stripe_api_base:
        port = _port_of(environment.stripe_api_base)
        commands["stripe-standin"] = [*own, "stripe-standin", "--port", str(port)]
    return commands


def _answers(environment: Environment, children: list[Child], stop: threading.Event) -> bool:
    """Wait until the web server accepts connections; False when it ended or a minute passed."""
    deadline = time.monotonic() + 60
    web = children[0].process
    while time.monotonic() < deadline and not stop.is_set():
        if web is None or web.poll() is not None:
            return False
        with suppress(OSError), socket.create_connection((environment.host, environment.port), 1):
            return True
        time.sleep(0.1)
    return stop.is_set()


def _last_words(children: list[Child]) -> str:
    web = children[0]
    tail = web.log.read_text(errors="replace").splitlines()[-5:]
    return f"The web server did not start; the end of {web.log} says:\n" + "\n".join(tail)


def _watch(children: list[Child], stop: threading.Event) -> int:
    while not stop.wait(0.5):
        for child in children:
            code = child.process.poll() if child.process else None
            if code is None:
                continue
            _say(f"{child.name} ended with code {code}; its log is {child.log}.")
            if child.crashed_too_often():
                _say(f"{child.name} keeps ending; stopping everything.")
                return 1
            child.start()
    _say("Stopping …")
    return 0


def _stop_all(children: list[Child]) -> None:
    """Ask every process to finish, the web server first; force those that do not."""
    running = [
        (child, child.process)
        for child in children
        if child.process and child.process.poll() is None
    ]
    for _child, process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child, process in running:
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
                break
            if child.forgetful:
                process.terminate()
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _announce(environment: Environment) -> None:
    base = environment.base_url
    _say(f"\nTradepost is open at {base}/")
    for line in demo_sign_ins() if is_demo(environment) else []:
        _say(f"  {line}")
    if _catches_mail(environment):
        _say(f"  Mail that it sends is caught; read it at {base}/caught/")
    elif not environment.smtp_url:
        _say(f"  Mail waits: there is neither {variable('smtp_url')} nor a mail catcher.")
    elif not _is_there(environment.smtp_url):
        _say(f"  Mail waits: nobody answers at the address in {variable('smtp_url')}.")
    _say(
        f"  Data: {environment.data}   Logs: {environment.data / 'logs'}   Ctrl-C stops everything."
    )


def _say(text: str) -> None:
    print(text, flush=True)
