"""What does an installation that nobody visits take, and how soon is it there?

``tradepost up`` with the demo on SQLite, in a data folder of its own: a first start, then a second one.
Memory is the proportional set size (PSS) of all its processes together: what they share counts once.

``first_seconds``, ``ready_seconds``: from the command to the first page, on the first and on the second start;
``first_cpu``, ``ready_cpu``: the processor time that this took, which other work on the machine does not change;
``first_mb``: the most memory of the first start, tables and demo included.
``idle_mb``, ``core_percent``: memory and share of one core while nobody comes.
``heaviest_mb``: the most memory while every promise is checked, scratch instance included.
``restart_seconds``: processor time from the end of a worker (``kill -9``) until another one waits for work.
``bare_mb``, ``bare_seconds``: an empty Django project under the same server with as many web processes.

Python's bytecode is there before the first start, as `make run` and pip leave it. The heavy round begins at once on the first start (a real
one waits for TRADEPOST_QUIET_MINUTES); ``--round SECONDS`` is how long it is waited for (0: it comes when it comes).

    python bench/idle.py [--port 8190] [--seconds 60] [--round 900]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")
LIMITS = {
    "idle_mb": 300,
    "heaviest_mb": 450,
    "core_percent": 1.0,
    "ready_seconds": 5.0,
    "first_seconds": 20.0,
    "restart_seconds": 1.5,
}
BETWEEN_SECONDS = 15  # from the last process of the round until it counts as over
BARE = """
import sys
from django.conf import settings
settings.configure(DEBUG=False, SECRET_KEY="x" * 50, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "bare.sqlite3"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"])
import django; django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse("ok"))]
application = get_wsgi_application()
"""


class Installation:
    """All processes whose environment names the folder."""

    def __init__(self, folder: Path, words: list[str], **variables: str) -> None:
        own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
        own.pop("PYTHONDONTWRITEBYTECODE", None)
        self.mark = f"BENCH_IDLE={folder}".encode()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, *words],
            cwd=folder,
            env=own | {"PYTHONPATH": f"{folder}:{ROOT / 'src'}", "BENCH_IDLE": str(folder)} | variables,
            stdin=subprocess.DEVNULL, stdout=(folder / "said").open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.folder = folder

    def processes(self) -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self.mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def answered(self, port: int, most: float = 400) -> float:
        """Seconds from the command to the first page."""
        while time.monotonic() - self.began < most:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20).read()
                return time.monotonic() - self.began
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit((self.folder / "said").read_text())

    def memory(self) -> dict[str, float]:
        """PSS of each process in megabytes, by number and name."""
        return {f"{number} {name_of(number)}": pss(number) for number in self.processes()}

    def ticks(self) -> dict[int, int]:
        return {number: ticks_of(number) for number in self.processes()}

    def spent(self) -> float:
        """Processor seconds of all of them until now."""
        return sum(self.ticks().values()) / TICK

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def name_of(number: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        said = b" ".join(words[1:]).decode().strip()[-40:]
        return f"{Path(f'/proc/{number}/comm').read_text().strip()} {said}"
    return "gone"


def pss(number: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def ticks_of(number: int) -> int:
    """Of the process and of its children that ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15]))
    return 0


class Watch(threading.Thread):
    """The most memory of all, and whether a scratch instance was among it and ended."""

    def __init__(self, installation: Installation) -> None:
        super().__init__(daemon=True)
        self.installation = installation
        self.most = self.peak = 0.0
        self.shares: dict[str, float] = {}
        self.seen = self.over = self.ended = False
        self.last = 0.0

    def run(self) -> None:
        while not self.ended:
            found = self.installation.memory()
            self.peak = max(self.peak, sum(found.values()))
            checks = any("promises --scratch" in name or "--only=" in name for name in found)
            if checks:
                self.seen, self.last = True, time.monotonic()
            self.over = self.seen and time.monotonic() - self.last > BETWEEN_SECONDS
            if checks and sum(found.values()) > self.most:
                self.most, self.shares = sum(found.values()), found
            time.sleep(0.25)


def is_worker(number: int) -> bool:
    name = name_of(number)
    return name.startswith("worker") or name.endswith("tradepost worker")


def restart(running: Installation) -> float:
    """Processor seconds from the end of the worker until its successor has come to rest."""
    (before,) = filter(is_worker, running.processes())
    known = running.ticks()
    os.kill(before, signal.SIGKILL)
    began, quiet, last = time.monotonic(), 0, -1
    while time.monotonic() - began < 60:
        time.sleep(1)
        now = running.ticks()
        spent = sum(
            count - known.get(number, 0) for number, count in now.items() if number != before
        )
        there = any(is_worker(number) for number in now if number != before)
        quiet = quiet + 1 if there and spent - last <= 3 else 0
        last = spent
        if quiet == 3:
            return spent / TICK
    raise SystemExit("no other worker came to rest")


def bare(port: int, processes: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        words = ["-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(processes),
                 "--blocking-threads", "1", "bare:application"]  # fmt: skip
        running = Installation(folder, words)
        try:
            seconds = running.answered(port)
            time.sleep(2)
            return {"bare_mb": sum(running.memory().values()), "bare_seconds": seconds}
        finally:
            running.stop()


def measure(folder: Path, chosen: argparse.Namespace) -> dict[str, float]:
    port = chosen.port
    variables = {
        "TRADEPOST_DATA": str(folder / "var"),
        "TRADEPOST_PORT": str(port),
        "TRADEPOST_MAIL_CATCHER_PORT": str(port + 1),
    } | dict(word.split("=", 1) for word in chosen.set)
    found: dict[str, float] = {}
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-j", "0", ROOT / "src"], check=True)
    at_once = {"TRADEPOST_QUIET_MINUTES": "0"} if chosen.round else {}
    running = Installation(folder, ["-m", "tradepost", "up"], **variables | at_once)
    try:
        watch = Watch(running)
        watch.start()
        found["first_seconds"] = running.answered(port)
        found["first_cpu"], found["first_mb"] = running.spent(), watch.peak
        until = time.monotonic() + chosen.round
        while time.monotonic() < until and not watch.over:
            time.sleep(1)
        watch.ended = True
        if watch.over:
            found["heaviest_mb"] = watch.most
            print(watch.shares, file=sys.stderr)
    finally:
        running.stop()
    running = Installation(folder, ["-m", "tradepost", "up"], **variables)
    try:
        found["ready_seconds"] = running.answered(port)
        found["ready_cpu"] = running.spent()
        time.sleep(chosen.settle)
        before, began = running.ticks(), time.monotonic()
        time.sleep(chosen.seconds)
        after, took = running.ticks(), time.monotonic() - began
        spent = {number: count - before.get(number, 0) for number, count in after.items()}
        found["core_percent"] = sum(spent.values()) / TICK / took * 100
        shares = running.memory()
        for name, size in shares.items():
            share = spent.get(int(name.split()[0]), 0) / TICK / took * 100
            print(f"{size:7.1f} MB {share:5.2f} %  {name}", file=sys.stderr)
        found["idle_mb"] = sum(shares.values())
        found["processes"] = len(shares)
        found["restart_seconds"] = restart(running)
    finally:
        running.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--settle", type=float, default=30, help="seconds before it counts as idle")
    parser.add_argument("--seconds", type=float, default=60, help="of idling that are measured")
    parser.add_argument(
        "--round", type=float, default=900, help="seconds to wait for the heavy round"
    )
    parser.add_argument(
        "--processes", type=int, default=2, help="web processes of the bare project"
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tradepost-bench-") as name:
        found = measure(Path(name), chosen) | bare(chosen.port + 2, chosen.processes)
    ratios = {
        name.replace(name.rpartition("_")[2], "ratio"): round(found[name] / limit, 2)
        for name, limit in LIMITS.items()
        if name in found
    }
    figures = {name: round(figure, 2) for name, figure in found.items()}
    print(json.dumps({"name": "idle", **figures, "limits": LIMITS, **ratios}))


if __name__ == "__main__":
    main()
