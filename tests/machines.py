"""One of several machines of an installation: a data folder of its own, and the processes that it runs."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.installations import ROOT
from tests.servers import accepts, free_port, wait_until

PROCESSES = {"worker": ["worker"], "scheduler": ["scheduler"], "sender": ["deliver"]}


class Machine:
    """``chosen`` are settings; ``within`` stands before each command (a network of its own)."""

    def __init__(
        self, folder: Path, name: str, *, within: list[str] | None = None, **chosen: object
    ) -> None:
        self.name, self.port, self.within = name, free_port(), within or []
        self.host = "127.0.0.1"
        self.data, self.logs = folder / name, folder / f"{name}-logs"
        self.data.mkdir()
        self.logs.mkdir()
        own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
        self.environment = own | {
            "PYTHONPATH": str(ROOT / "src"),
            "TRADEPOST_DATA": str(self.data),
            **{f"TRADEPOST_{key.upper()}": str(value) for key, value in chosen.items()},
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*self.within, sys.executable, "-m", "tradepost", *words],
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, *names: str) -> None:
        for name in names:
            if name == "web":
                command = [
                    sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws",
                    "--host", "0.0.0.0" if self.within else "127.0.0.1", "--port", str(self.port),
                    "--workers", "1", "--backpressure", "512", "tradepost.config.web.serving:front",
                ]  # fmt: skip
            else:
                command = [sys.executable, "-m", "tradepost", *PROCESSES[name]]
            self.processes[name] = subprocess.Popen(
                [*self.within, *command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=(self.logs / f"{name}.log").open("ab"),
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_open(self) -> None:
        def is_open() -> bool:
            assert self.processes["web"].poll() is None, self.log("web")
            return accepts(self.port, self.host)

        wait_until(is_open, 240, f"{self.name} does not answer")

    def take_static_files_of(self, other: "Machine") -> None:
        shutil.copytree(other.data / "static", self.data / "static")

    def log(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """As a power cut does: everything at once."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes.values():
            process.wait()
        self.processes = {}

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.processes = {}

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"
