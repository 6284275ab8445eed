"""The scratch instance as it runs: real processes on free ports of this machine, and what they sent out.

The proof's own process has the same data folder and settings, so that it can read every row; it comes in
through the doors alone.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import override

from django.conf import settings

from tradepost.assurance.whole.browser import Browser
from tradepost.delivery.testing import Captured, CaptureServer
from tradepost.lib.processes import die_with_parent

_WAIT_SECONDS = 60.0
_LOOK_SECONDS = 0.1


class NotComeUp(RuntimeError):
    """The scratch instance did not start, or did not do in time what it was asked; the text says what."""


def free_ports(count: int) -> list[int]:
    """Of this machine, below those that outgoing connections are given."""
    held = []
    for port in range(21_000 + os.getpid() % 8_000, 32_000):
        probe = socket.socket()
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.close()
            continue
        held.append(probe)
        if len(held) == count:
            break
    found = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return found


class ShopsOwnServer(ThreadingHTTPServer):
    """What a shop runs itself and is told of orders; keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _OrderListener)
        self.told: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}/orders"


class _OrderListener(BaseHTTPRequestHandler):
    server: ShopsOwnServer

    def do_POST(self) -> None:
        self.server.told.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Not on the terminal."""


class House:
    """``mails`` is everything that left, byte by byte; ``url`` where it answers; ``visited`` every path
    that anybody opened; ``provider_url`` answers who plays the one that takes cards."""

    def __init__(
        self,
        post: CaptureServer,
        server: ShopsOwnServer,
        ports: Sequence[int],
    ) -> None:
        port, lmtp_port, provider_port = ports
        self.server = server
        self.provider_url = f"http://127.0.0.1:{provider_port}"
        self.post, self.port, self.lmtp_port = post, port, lmtp_port
        self.url = f"http://localhost:{port}"
        self.data = Path(settings.TRADEPOST.data)
        self.visited: set[str] = set()

    @property
    def mails(self) -> list[Captured]:
        return self.post.messages

    def browser(self, **headers: str) -> Browser:
        return Browser(self.url, headers, self.visited)

    def mail_to(
        self, address: str, *words: str, after: int = 0, patience_seconds: float = _WAIT_SECONDS
    ) -> Captured:
        """The newest mail to the address that has the words in it; waited for. Raises: NotComeUp."""

        def find() -> Captured | None:
            found = [
                mail
                for mail in self.mails[after:]
                if mail.recipient.lower() == address.lower()
                and all(word in mail.text for word in words)
            ]
            return found[-1] if found else None

        return wait_for(find, f"a mail to {address} with {' '.join(words)}", patience_seconds)


def wait_for[MarksFound](
    look: Callable[[], MarksFound | None], what: str, patience_seconds: float = _WAIT_SECONDS
) -> MarksFound:
    """Raises: NotComeUp."""
    deadline = time.monotonic() + patience_seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise NotComeUp(f"waited for {what}")
        time.sleep(_LOOK_SECONDS)
    return found


@contextmanager
def running_house() -> Iterator[House]:
    """All processes of ``tradepost up``, without the demo, until the block ends. Raises: NotComeUp."""
    ports = free_ports(3)
    with CaptureServer().running() as post, ShopsOwnServer() as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        house = House(post, server, ports)
        said = house.data / "up.txt"
        process = subprocess.Popen(
            [sys.executable, "-m", "tradepost", "up", "--no-demo"],
            env=os.environ | _chosen(house),
            stdin=subprocess.DEVNULL,
            stdout=said.open("wb"),
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509  it calls the kernel only
        )
        try:
            wait_for(lambda: _is_open(process, said), "the scratch instance to open")
            yield house
        finally:
            server.shutdown()
            process.send_signal(signal.SIGTERM)
            process.wait(_WAIT_SECONDS)


def _chosen(house: House) -> dict[str, str]:
    """Where it listens and sends; a proxy is believed, so that visitors can come from anywhere."""
    chosen = {
        "port": house.port,
        "public_url": "",
        "smtp_url": house.post.url,
        "mailin_url": f"lmtp://127.0.0.1:{house.lmtp_port}",
        "web_processes": 1,
        "trusted_proxies": 1,
        "limits_times": 1000,
        "metrics_port": 0,
        "remote_calls_to_this_machine": "yes",
        "stripe_api_base": house.provider_url,
        "quiet_minutes": 1440,
    }
    return {f"TRADEPOST_{name.upper()}": str(value) for name, value in chosen.items()}


def _is_open(process: subprocess.Popen[bytes], said: Path) -> bool:
    """Raises: NotComeUp."""
    if process.poll() is not None:
        raise NotComeUp(said.read_text(errors="replace")[-2000:])
    return b"is open at" in said.read_bytes()
