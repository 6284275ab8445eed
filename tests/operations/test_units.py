"""The example units, read by the real systemd, and their commands by the real product."""

import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.installations import ROOT
from tests.servers import free_port, need, wait_until
from tradepost.config.environment import read_environment
from tradepost.config.processes.supervisor import _commands

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
PLACE = "/opt/tradepost/bin"


@pytest.fixture(scope="module")
def analyze():
    return need(shutil.which("systemd-analyze"), "systemd-analyze (Debian: systemd)")


@pytest.fixture
def installed(tmp_path):
    """The units as an operator copies them, with this interpreter's folder for the example's."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for path in folder.glob("*.service"):
        text = path.read_text()
        assert PLACE in text
        path.write_text(text.replace(PLACE, str(Path(sys.executable).parent)))
    return folder


def test_systemd_has_nothing_to_say_against_them(analyze, installed):
    units = [str(path) for path in (*installed.glob("*.service"), *installed.glob("*.target"))]
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "tradepost" in line]
    assert (done.returncode, ours) == (0, [])


def test_systemd_would_say_something_against_a_wrong_one(analyze, installed):
    path = installed / "tradepost-web@.service"
    path.write_text(path.read_text().replace("Restart=always", "Restart=allways"))
    done = subprocess.run(
        [analyze, "verify", str(path)], capture_output=True, text=True, check=False
    )
    assert "allways" in done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little_harm(name, analyze, installed):
    done = subprocess.run(
        [analyze, "security", "--offline=true", "--no-pager", str(installed / name)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    [exposure] = re.findall(r"Overall exposure level for \S+: (\d+\.\d)", done.stdout)
    assert float(exposure) < 2.0


def _words(name: str) -> list[str]:
    text = (UNITS / name).read_text().replace("\\\n", " ")
    [line] = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    return shlex.split(line)


def test_each_process_of_up_has_a_service():
    here = read_environment({"TRADEPOST_SMTP_URL": "smtp://relay.example"})
    started = {words[words.index("-m") + 2] for words in _commands(here).values()}
    assert {_words(name)[1] for name in SERVICES} == started | {"up", "prepare"}


def test_the_web_server_starts_by_the_words_of_its_service(installation, tmp_path):
    port = free_port()
    words = _words("tradepost-web@.service")
    words[0] = str(Path(sys.executable).with_name(Path(words[0]).name))
    own = installation.environment | {"TRADEPOST_PORT": str(port), "TRADEPOST_LOG_FORMAT": "json"}
    with (tmp_path / "log").open("wb") as log:
        web = subprocess.Popen(words, env=own, stdout=log, stderr=log)
    try:
        wait_until(lambda: _is_alive(port), 240, "it does not start")
    finally:
        web.terminate()
        code = web.wait(60)
    assert code == 0, (tmp_path / "log").read_text()


def _is_alive(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=10) as answer:
            return answer.read() == b"live\n"
    except OSError:
        return False


def test_a_unit_without_a_program_of_ours_is_noticed():
    for name in SERVICES:
        program, *words = _words(name)
        assert Path(program).parent == Path(PLACE)
        assert (Path(sys.executable).parent / Path(program).name).exists()
        assert words


def test_the_settings_of_the_example_can_be_used():
    lines = [
        line.removeprefix("# ")
        for line in (UNITS / "tradepost.env").read_text().splitlines()
        if re.match(r"(# )?TRADEPOST_\w+=", line)
    ]
    chosen = dict(shlex.split(line)[0].split("=", 1) for line in lines)
    assert read_environment(chosen).base_url == "https://shop.example"
