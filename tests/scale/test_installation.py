"""The built wheel in an empty environment: `tradepost up` starts, answers, stops, and starts again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.house.source import ROOT

pytestmark = pytest.mark.scale


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def uv() -> str:
    return shutil.which("uv") or str(ROOT / ".tools/bin/uv")


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """An environment that holds the wheel and its locked dependencies, and nothing of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "."],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("tradepost-*.whl")
    environment = folder / "venv"
    for command in (
        ["venv", "-q", "--python", sys.executable, str(environment)],
        ["pip", "install", "-q", "--python", str(environment / "bin/python"), "--require-hashes",
         "-r", str(ROOT / "requirements.lock")],
        ["pip", "install", "-q", "--python", str(environment / "bin/python"), "--no-deps", str(wheel)],
    ):  # fmt: skip
        subprocess.run([uv(), *command], check=True, cwd=folder)
    return environment / "bin" / "tradepost"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("installation")


class Installation:
    """`tradepost up` in a data folder of its own."""

    def __init__(self, command: Path, data: Path, *words: str) -> None:
        self.port = free_port()
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(data),
            "TRADEPOST_DATA": str(data / "var"),
            "TRADEPOST_PORT": str(self.port),
            "TRADEPOST_MAIL_CATCHER_PORT": str(free_port()),
        }
        self.output = data / "output.txt"
        self.process = subprocess.Popen(
            [str(command), "up", *words],
            cwd=data,
            env=self.environment,
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def wait_until_open(self, seconds: float) -> float:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if "is open at" in self.output.read_text():
                return time.monotonic() - started
            assert self.process.poll() is None, self.output.read_text()
            time.sleep(0.1)
        raise AssertionError(self.output.read_text())

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=20) as answer:
            return answer.read().decode()

    def processes(self) -> set[int]:
        """Every process whose environment names this installation's folder."""
        wanted = f"TRADEPOST_DATA={self.environment['TRADEPOST_DATA']}".encode()
        found = set()
        for entry in Path("/proc").glob("[0-9]*/environ"):
            try:
                if wanted in entry.read_bytes():
                    found.add(int(entry.parent.name))
            except OSError:
                continue
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def test_the_wheel_starts_with_the_demo_and_stops_cleanly(installed, folder):
    running = Installation(installed, folder)
    try:
        running.wait_until_open(240)
        home = running.get("/")
        assert "Privacy" in home
        stylesheet = re.search(r'href="(/static/[^"]+\.css)"', home)
        assert stylesheet is not None
        assert "{" in running.get(stylesheet.group(1))
        assert "Courier satchel" in running.get("/shop/ember-and-oak/category/bags/")
        assert "Sign in as" in running.output.read_text()
        assert len(running.processes()) >= 5
    finally:
        code = running.stop()
    assert code == 0, running.output.read_text()
    assert running.processes() == set()


def test_a_second_start_takes_seconds_and_keeps_the_data(installed, folder):
    running = Installation(installed, folder)
    try:
        assert running.wait_until_open(60) < 45
        assert "Courier satchel" in running.get("/shop/ember-and-oak/category/bags/")
        assert "Loading the demo" not in running.output.read_text()
    finally:
        running.stop()


def test_a_killed_supervisor_leaves_nothing_behind(installed, folder):
    running = Installation(installed, folder)
    try:
        running.wait_until_open(150)
    finally:
        running.process.kill()
        running.process.wait()
    deadline = time.monotonic() + 60
    while running.processes() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert running.processes() == set()


def test_without_the_demo_it_starts_empty(installed, tmp_path):
    running = Installation(installed, tmp_path, "--no-demo")
    try:
        running.wait_until_open(150)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            running.get("/shop/ember-and-oak/")
        assert "create-operator" in running.output.read_text()
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("TRADEPOST_PORT", "eighty", "TRADEPOST_PORT must be a whole number"),
        ("TRADEPOST_PROT", "8000", "is not a Tradepost setting"),
        ("TRADEPOST_DATABASE_URL", "mysql://x", "must start with postgres://"),
    ],
)
def test_a_wrong_setting_gets_one_sentence(installed, tmp_path, variable, value, sentence):
    result = subprocess.run(
        [str(installed), "up"],
        env={"PATH": "/usr/bin:/bin", "TRADEPOST_DATA": str(tmp_path), variable: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_gets_one_sentence(installed, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = subprocess.run(
            [str(installed), "up"],
            env=os.environ | {"TRADEPOST_DATA": str(tmp_path), "TRADEPOST_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 2
    assert f"Port {port}" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
