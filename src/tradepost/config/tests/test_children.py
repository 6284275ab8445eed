"""What ``up`` does with the processes it keeps."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.servers import free_port, wait_until

from tradepost.config.environment import read_environment
from tradepost.config.processes import children as module
from tradepost.config.processes import supervisor
from tradepost.config.processes.children import Child, Family, LogFile
from tradepost.config.processes.forking import is_forkable
from tradepost.config.processes.surroundings import CannotStart


@pytest.fixture
def family():
    said = []
    family = Family(said.append)
    family.said = said
    yield family
    family.stop()


def child(tmp_path, code: str, name: str = "helper") -> Child:
    return Child(name, [sys.executable, "-c", code], LogFile(tmp_path / f"{name}.log"))


def listen_until(family, condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, family.said
        family.listen(0.05)
        family.look_after()


def test_a_helper_that_keeps_ending_is_started_again_ever_later_and_stops_nobody(
    family, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.05)
    web = child(tmp_path, "import time; time.sleep(60)", "web")
    family.start(web)
    family.start(child(tmp_path, "raise SystemExit(1)"))
    number = web.process.pid
    listen_until(family, lambda: len(family.said) >= 6)
    assert web.process.pid == number
    assert web.is_alive()
    assert "starts again in" in family.said[-1]


def test_pauses_grow_to_a_minute_and_whoever_lived_long_starts_at_once(tmp_path):
    one = child(tmp_path, "")
    one.started_at = time.monotonic()
    assert [one.pause_before_restart() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    one.started_at = time.monotonic() - 61
    assert one.pause_before_restart() == 0


def test_a_helper_that_cannot_even_be_started_is_tried_again_and_stops_nobody(
    family, tmp_path, monkeypatch
):
    """No memory, no processes left, the program in the middle of an upgrade."""
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 1.2)
    web = child(tmp_path, "import time; time.sleep(60)", "web")
    family.start(web)
    program = tmp_path / "program"
    family.start(Child("helper", [str(program)], LogFile(tmp_path / "helper.log")))
    listen_until(family, lambda: len(family.said) >= 3)
    assert set(family.said) == {"helper cannot be started (No such file or directory)."}
    assert web.is_alive()
    program.symlink_to("/bin/sleep")
    family.children[-1].command = [str(program), "60"]
    listen_until(family, family.children[-1].is_alive)


def test_logs_turn_over_and_keep_three_old_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOG_BYTES", 1000)
    log = LogFile(tmp_path / "web.log")
    for number in range(60):
        log.write(b"line %02d %s\n" % (number, b"x" * 90))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web.log", "web.log.1", "web.log.2", "web.log.3",
    ]  # fmt: skip
    assert "line 59" in (tmp_path / "web.log").read_text()
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())


def test_a_log_that_was_moved_away_is_opened_anew(tmp_path):
    log = LogFile(tmp_path / "web.log")
    log.write(b"before\n")
    (tmp_path / "web.log").rename(tmp_path / "web.log.moved")
    log.reopen()
    log.write(b"after\n")
    assert (tmp_path / "web.log").read_text() == "after\n"


def test_last_words_are_of_this_run_only(family, tmp_path):
    (tmp_path / "web.log").write_text("Killing worker-1, an earlier run\n")
    web = child(tmp_path, "print('the reason'); raise SystemExit(3)", "web")
    family.start(web)
    web.process.wait()
    family.listen(0.1)
    words = supervisor._last_words(web)
    assert "the reason" in words
    assert "code 3" in words
    assert "earlier run" not in words


def test_who_does_not_hear_is_ended_by_force(family, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "STOP_SECONDS", 1)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('x', flush=True); time.sleep(60)"
    one = child(tmp_path, deaf)
    family.start(one)
    listen_until(family, lambda: one.log.last_lines)
    family.stop()
    assert one.process.returncode == -signal.SIGKILL


def run_of(tmp_path, monkeypatch, code: str):
    here = read_environment({"TRADEPOST_DATA": str(tmp_path), "TRADEPOST_PORT": "1"})
    run = supervisor._Run(here, tmp_path, [])
    monkeypatch.setattr(supervisor, "PATIENCE_SECONDS", 0.3)
    return run, [sys.executable, "-c", code]


def test_a_slow_web_server_is_waited_for_as_long_as_it_lives(tmp_path, monkeypatch, capsys):
    run, command = run_of(tmp_path, monkeypatch, "import time; time.sleep(60)")
    began = time.monotonic()
    monkeypatch.setattr(run, "_answers", lambda: time.monotonic() - began > 2)
    run._start_web("web", command)
    run.family.stop()
    assert capsys.readouterr().out.count("Still starting") >= 2


def test_a_web_server_that_ends_is_not_waited_for(tmp_path, monkeypatch):
    run, command = run_of(tmp_path, monkeypatch, "raise SystemExit('no such module')")
    monkeypatch.setattr(run, "_answers", lambda: False)
    with pytest.raises(CannotStart, match="no such module"):
        run._start_web("web", command)


def test_a_second_up_on_the_same_folder_is_warned_of(tmp_path, capsys):
    here = read_environment({"TRADEPOST_DATA": str(tmp_path)})
    first = supervisor._only_one(here)
    assert capsys.readouterr().out == ""
    second = supervisor._only_one(here)
    assert f"process {os.getpid()}" in capsys.readouterr().out
    fcntl.flock(first, fcntl.LOCK_UN)
    os.close(first)
    os.close(second)


def test_the_supervisor_loads_no_django(tmp_path):
    script = (
        "import sys; import tradepost.config.processes.supervisor; print('django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("port", [80, 443, 8000, 8001, 18180, 65535])
def test_each_port_has_a_catcher_of_its_own(port):
    chosen = read_environment({"TRADEPOST_PORT": str(port)}).mail_catcher_port
    assert 1024 < chosen <= 65535
    assert chosen not in {port, port + 30}
    assert (chosen == 2525) == (port == 8000)


def test_a_web_server_that_is_gone_is_not_taken_for_the_one_that_answers_at_its_port(
    tmp_path, monkeypatch
):
    run, command = run_of(tmp_path, monkeypatch, "raise SystemExit('address in use')")
    monkeypatch.setattr(run, "_answers", lambda: not time.sleep(1))
    with pytest.raises(CannotStart, match="address in use"):
        run._start_web("web", command)


def test_who_is_asked_to_stop_while_the_web_server_starts_starts_nothing_else(
    tmp_path, monkeypatch, capsys
):
    run, command = run_of(tmp_path, monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(supervisor, "_commands", lambda _here: {"web": command, "sender": command})
    monkeypatch.setattr(run, "_mind_signals", lambda: None)
    monkeypatch.setattr(run, "_hear_no_more", lambda: None)
    monkeypatch.setattr(run, "_answers", lambda: run._stop(signal.SIGTERM, None))
    assert run.stay() == 0
    assert [child.name for child in run.family.children] == ["web"]
    assert "open at" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_first_start_that_is_cut_off_ends_with_its_child_and_a_sentence(tmp_path, number):
    """And SIGHUP, which asks for new log files, ends nothing: there are none yet."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW_START, "up"],
        env=os.environ
        | {"TRADEPOST_DATA": str(tmp_path), "TRADEPOST_PORT": str(free_port()),
           "TRADEPOST_DATABASE_URL": ""},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    children = {"preload", "prepare"} if is_forkable() else {"python"}
    wait_until(lambda: children <= set(named(process.pid)), 120, "no child that prepares")
    numbers = named(process.pid).values()
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(number)
    _out, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.strip() == "Stopped half-way; the same command goes on from here."
    assert not [one for one in numbers if Path(f"/proc/{one}").exists()]


def named(parent: int) -> dict[str, int]:
    """The number of each child by its name."""
    words = ["ps", "-o", "pid=,comm=", "--ppid", str(parent)]
    listed = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return {line.split()[1]: int(line.split()[0]) for line in listed.splitlines()}


def test_a_storm_of_signals_ends_everything_in_order(tmp_path):
    """Whoever is impatient sends them again and again; the last one met an interpreter that let go its handlers."""
    process = subprocess.Popen(
        [sys.executable, "-c", _STORM, str(tmp_path)],
        env=os.environ | {"TRADEPOST_DATA": str(tmp_path), "TRADEPOST_PORT": str(free_port())},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    child = int(process.stdout.readline())
    for _ in range(200):
        process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 40
    while process.poll() is None and time.monotonic() < deadline:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process.send_signal(number)
        time.sleep(0.001)
    said, trouble = process.communicate(timeout=20)
    assert (process.returncode, trouble) == (0, "")
    assert said.count("Stopping …") == 1
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


_STORM = """
import sys
from pathlib import Path
from tradepost.config.processes import supervisor
from tradepost.config.environment import read_environment
run = supervisor._Run(read_environment(), Path(sys.argv[1]), [])
supervisor._commands = lambda _here: {"web": [sys.executable, "-c", "import time; time.sleep(90)"]}
supervisor._announce = lambda *_: print(run.family.children[0].process.pid, flush=True)
run._answers = lambda: True
sys.exit(run.stay())
"""

# The real thing, but for ports that may be anybody's: making the tables alone takes seconds.
_SLOW_START = """
import signal, sys
from tradepost.config import cli
from tradepost.config.processes import supervisor
signal.signal(signal.SIGINT, signal.default_int_handler)
supervisor.require_surroundings = lambda _here: None
sys.exit(cli.main())
"""


def test_logs_that_cannot_be_written_are_said_once_and_stop_nothing(family, tmp_path):
    (tmp_path / "helper.log").mkdir()
    one = child(tmp_path, "import time\nwhile True: print('x', flush=True); time.sleep(0.05)")
    family.start(one)
    listen_until(family, lambda: len(one.log.last_lines) == 5)
    family.listen(0.3)
    assert [words for words in family.said if "cannot be written" in words] == [
        f"{tmp_path / 'helper.log'} cannot be written (Is a directory); its lines are lost."
    ]
    (tmp_path / "helper.log").rmdir()
    listen_until(family, (tmp_path / "helper.log").is_file)


@pytest.mark.parametrize("name", ["logs", "up.lock"])
def test_something_else_in_place_of_its_own_files_is_said(tmp_path, name, monkeypatch):
    monkeypatch.setattr(supervisor, "require_surroundings", lambda _here: None)
    (tmp_path / name).mkdir() if name == "up.lock" else (tmp_path / name).write_text("")
    here = read_environment({"TRADEPOST_DATA": str(tmp_path)})
    with pytest.raises(CannotStart, match=f"{name} cannot be used"):
        supervisor.up(here, demo=False)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the port is only looked at")
def test_nobody_else_gets_the_port_while_the_shop_is_prepared():
    """A first start takes minutes; another program answered at the port, and "open" was said of it."""
    here = read_environment({"TRADEPOST_PORT": str(free_port())})
    with supervisor._held_port(here), socket.socket() as other, socket.socket() as ours:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind((here.host, here.port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((here.host, here.port), 1)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server's workers do
        ours.bind((here.host, here.port))
        ours.listen()
        for _ in range(20):
            socket.create_connection((here.host, here.port), 1).close()
