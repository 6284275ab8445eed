"""The process that all others are forked from, and what is forked from it."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection
from tests.processes import database_url
from tests.servers import wait_until

from tradepost.config.processes import children as module
from tradepost.config.processes.children import Family, LogFile
from tradepost.config.processes.forking import ForkedChild, Preload, is_forkable
from tradepost.config.processes.preload import NotAlone, require_alone
from tradepost.lib.processes import call_this_process

pytestmark = [
    pytest.mark.skipif(not is_forkable(), reason="processes are started here, not forked"),
    pytest.mark.database,  # what is imported differs with its kind
]
OWN = [sys.executable, "-m", "tradepost"]


class Household:
    """A family as ``up`` keeps it, of processes that run a piece of Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.family = Family(self.said.append)
        self.preload = Preload("preload", [*OWN, "preload"], LogFile(folder / "preload.log"))
        self.preload._starts = 1  # all is prepared
        self.family.start(self.preload)

    def start(self, code: str, name: str = "helper") -> ForkedChild:
        command = [*OWN, "shell", "--no-imports", "-c", code]
        log = LogFile(self.folder / f"{name}.log")
        child = ForkedChild(name, command, log, preload=self.preload)
        self.family.start(child)
        self.until(lambda: child.process is not None)
        return child

    def until(self, condition, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.said, list(self.preload.log.last_lines))
            self.family.listen(0.05)
            self.family.look_after()


@pytest.fixture(scope="module")
def household(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADEPOST_DATABASE_URL", database_url())
        made = Household(tmp_path_factory.mktemp("preload"))
        patch.setattr(module, "FIRST_PAUSE_SECONDS", 0.05)
        yield made
        made.family.stop()


def is_gone(number: int) -> bool:
    """A child that nobody has waited for yet has no memory, but a number still."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return True


def end(household, child) -> None:
    """For good: it is not started again."""
    household.family.children.remove(child)
    with suppress(ProcessLookupError):
        os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()


def test_it_has_one_thread_and_no_connection(household):
    child = household.start("print('here', flush=True); import time; time.sleep(300)")
    household.until(lambda: child.log.last_lines)
    number = household.preload.process.pid
    assert len(list(Path(f"/proc/{number}/task").iterdir())) == 1
    files = [str(file.readlink()) for file in Path(f"/proc/{number}/fd").iterdir()]
    assert sum(name.startswith("socket:") for name in files) == 1, files
    assert not [name for name in files if "sqlite" in name or "/spool/" in name]
    end(household, child)


def test_who_is_forked_is_our_own_child_with_its_own_name_words_and_end(household):
    code = "import os; print(os.getppid(), open('/proc/self/comm').read()); raise SystemExit(7)"
    child = household.start(code, "teller")
    process = child.process
    household.until(lambda: process.poll() is not None)
    household.family.listen(0.2)
    household.family.children.remove(child)
    assert process.returncode == 7
    assert (household.folder / "teller.log").read_text().split() == [str(os.getpid()), "teller"]


def test_a_helper_that_is_killed_is_there_again(household):
    child = household.start("import time; time.sleep(300)", "killed")
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    household.until(lambda: child.process.pid != first and child.is_alive())
    end(household, child)


def test_the_others_live_on_when_it_is_killed_and_another_one_forks_as_well(household):
    child = household.start("import time; time.sleep(300)", "survivor")
    old = household.preload.process.pid
    os.kill(old, signal.SIGKILL)
    household.until(lambda: household.preload.process.pid != old and household.preload.is_alive())
    assert child.is_alive()
    other = household.start("import time; time.sleep(300)", "newborn")
    assert other.is_alive()
    assert child.is_alive()
    end(household, child)
    end(household, other)


def test_settings_that_became_known_later_are_those_of_who_is_forked(household):
    code = "from django.conf import settings; print(settings.TRADEPOST.stripe_api_base)"
    household.preload.variables = {"TRADEPOST_STRIPE_API_BASE": "http://127.0.0.1:7"}
    child = household.start(code, "late")
    household.preload.variables = {}
    household.until(lambda: child.log.last_lines)
    household.family.children.remove(child)
    assert child.log.last_lines[0] == "http://127.0.0.1:7"
    child.process.wait()


_FAMILY = """
import sys, time
from pathlib import Path
from tradepost.config.tests.test_preload import Household
household = Household(Path(sys.argv[1]))
child = household.start("import time; time.sleep(300)")
print(household.preload.process.pid, child.process.pid, flush=True)
time.sleep(300)
"""


def test_a_killed_supervisor_leaves_nobody_behind(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", _FAMILY, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    numbers = [int(word) for word in process.stdout.readline().split()]
    assert len(numbers) == 2
    process.kill()
    process.wait()
    wait_until(lambda: all(is_gone(number) for number in numbers), 60, f"{numbers} live on")


def test_with_a_thread_it_forks_nobody():
    """A lock that another thread holds at that moment would be held in the child for ever."""
    free = threading.Event()
    thread = threading.Thread(target=free.wait, args=(60,))
    thread.start()
    try:
        with pytest.raises(NotAlone, match="threads"):
            require_alone()
    finally:
        free.set()
        thread.join()


@pytest.mark.django_db
def test_with_a_connection_it_forks_nobody(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(Path, "iterdir", lambda _folder: iter([1]))
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    with pytest.raises(NotAlone, match="connections"):
        require_alone()


def test_a_process_is_called_by_its_name():
    before = Path("/proc/self/comm").read_text().strip()
    try:
        call_this_process("sender")
        assert Path("/proc/self/comm").read_text() == "sender\n"
    finally:
        call_this_process(before)
