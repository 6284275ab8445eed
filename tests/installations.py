"""``tradepost up`` in a data folder of its own, started by a test."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).parents[1]
# Pauses before a restart grow from a tenth of a second instead of a whole one; all else is as it is.
_UP = """
import sys
from tradepost.config import cli
from tradepost.config.processes import children
children.FIRST_PAUSE_SECONDS = 0.1
sys.exit(cli.main())
"""


class Up:
    """The whole product: its processes, its words, its pages."""

    def __init__(self, folder: Path, *words: str, **chosen: object) -> None:
        self.port = free_port()
        self.data = folder / "var"
        own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
        self.environment = own | {
            "PYTHONPATH": str(ROOT / "src"),
            "TRADEPOST_DATA": str(self.data),
            "TRADEPOST_PORT": str(self.port),
            "TRADEPOST_MAIL_CATCHER_PORT": "0",
            "TRADEPOST_MAILIN_URL": f"lmtp://127.0.0.1:{free_port()}",
            "TRADEPOST_WEB_PROCESSES": "1",
            **{f"TRADEPOST_{name.upper()}": str(value) for name, value in chosen.items()},
        }
        self.output = folder / f"up-{self.port}.txt"
        self.process = subprocess.Popen(
            [sys.executable, "-c", _UP, "up", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_open(self, seconds: float = 240) -> "Up":
        deadline = time.monotonic() + seconds
        while "is open at" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        return self

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command of the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "tradepost", *words],
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=240,
        )  # fmt: skip

    def status(self, path: str = "/", data: bytes | None = None) -> int:
        """0: nobody answered."""
        try:
            with urllib.request.urlopen(
                f"http://localhost:{self.port}{path}", data=data, timeout=40
            ) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0

    def children(self) -> dict[str, int]:
        """Process number by name."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,comm=", "--ppid", str(self.process.pid)],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        return {line.split()[1]: int(line.split()[0]) for line in listed.splitlines()}

    def log(self, name: str) -> str:
        path = self.data / "logs" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(40)
        finally:
            if self.process.poll() is None:
                self.process.kill()
