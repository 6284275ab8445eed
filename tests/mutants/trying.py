"""Try one module's mutants in one warm process: the database is made once, and each mutant is a forked child.

Pytest collects; in place of its loop each test runs once as it is, which tells how long it takes and which functions it
enters. A mutant then meets the tests that enter its function, quick ones first, until one fails.
"""

import os
import shutil
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from tests.mutants.making import Mutant, unchanged

BROKEN = 3  # a child's exit code
TOOL = sys.monitoring.PROFILER_ID
# A test that needs a database of its own, a browser or a server is slow, and its threads do not fork.
LEFT_OUT = {"transactional_db", "live_server", "page", "browser"}


class Trial:
    """A pytest plugin. ``survivors`` afterwards; ``failed`` are tests that fail without any mutant."""

    def __init__(self, module: str, make: Callable[[str], list[Mutant]]) -> None:
        self.module, self.make = module, make
        self.tried: list[Mutant] = []
        self.survivors: list[Mutant] = []
        self.failed: list[str] = []
        self.entered: dict[str, set[pytest.Item]] = defaultdict(set)
        self.seconds: dict[pytest.Item, float] = {}
        self.steady: set[pytest.Item] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not _stands_alone(item)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        module = sys.modules[self.module]
        source = _source(module)
        self._run_as_it_is(session.items, module)
        order = sorted(self.seconds, key=self.seconds.__getitem__)
        self.steady = set(order) - self._failing(order, module, unchanged(source))
        for mutant in self.make(source):
            self.tried.append(mutant)
            tests = [item for item in order if item in self.steady & self.entered[mutant.function]]
            if not _is_killed(mutant, tests, module, sum(self.seconds[item] for item in tests)):
                self.survivors.append(mutant)
                print(f"    survived {len(tests)} tests: {mutant.place}", flush=True)
        return True

    def _run_as_it_is(self, items: list[pytest.Item], module: ModuleType) -> None:
        names = {function.__code__: name for name, function in _functions(module)}
        seen: set[str] = set()
        sys.monitoring.use_tool_id(TOOL, "mutants")
        event = sys.monitoring.events.PY_START

        def enter(code: CodeType, _offset: int) -> Any:
            seen.add(names[code])
            return sys.monitoring.DISABLE

        sys.monitoring.register_callback(TOOL, event, enter)
        for code in names:
            sys.monitoring.set_local_events(TOOL, code, event)
        for item in items:
            seen.clear()
            sys.monitoring.restart_events()
            started = time.monotonic()
            passed = _passes(item)
            if seen and passed:
                self.seconds[item] = time.monotonic() - started
            elif not passed:
                self.failed.append(item.nodeid)
            for name in seen:
                self.entered[name].add(item)
        sys.monitoring.free_tool_id(TOOL)

    def _failing(
        self, order: list[pytest.Item], module: ModuleType, functions: list[Mutant]
    ) -> set[pytest.Item]:
        """Tests that fail in a child where every function was exchanged for itself: they do not count as noticing."""
        reading, writing = os.pipe()

        def report() -> bool:
            for function in functions:
                break_it(module, function)
            for number, item in enumerate(order):
                if not _passes(item):
                    os.write(writing, f"{number} ".encode())
            return True

        finished = _in_child(report, 30 + 6 * sum(self.seconds.values()))
        os.close(writing)
        if not finished:
            pytest.exit("The tests do not come to an end in a child though nothing is broken.")
        with os.fdopen(reading) as said:
            unsteady = {order[int(number)] for number in said.read().split()}
        self.failed.extend(item.nodeid for item in unsteady)
        return unsteady


def _stands_alone(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    own = bool(marker and marker.kwargs.get("transaction"))
    return own or bool(LEFT_OUT & set(getattr(item, "fixturenames", ())))


class _SomeOther:
    """Stands for the next test, whichever it is: only what the whole session holds is kept for it."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


def _passes(item: pytest.Item) -> bool:
    reports = runtestprotocol(item, nextitem=_SomeOther(item.session), log=False)  # type: ignore[arg-type]
    return not any(report.failed for report in reports)


def _is_killed(
    mutant: Mutant, tests: Iterable[pytest.Item], module: ModuleType, seconds: float
) -> bool:
    tests = list(tests)

    def survives() -> bool:
        break_it(module, mutant)
        return all(_passes(item) for item in tests)

    return bool(tests) and not _in_child(survives, 20 + 6 * seconds)


def break_it(module: ModuleType, mutant: Mutant) -> None:
    """The right function becomes the wrong one wherever it was imported to: its code is exchanged, not its name."""
    scope = dict(vars(module))
    exec(compile(mutant.source, f"<{mutant.place}>", "exec"), scope)
    wrong = scope[mutant.function.rpartition(".")[2]]
    right = dict(_functions(module))[mutant.function]
    right.__code__, right.__defaults__ = wrong.__code__, wrong.__defaults__
    right.__kwdefaults__ = wrong.__kwdefaults__


def _functions(module: ModuleType) -> Iterable[tuple[str, FunctionType]]:
    for owner in [module, *(one for one in vars(module).values() if isinstance(one, type))]:
        for value in vars(owner).values():
            function = getattr(value, "fget", value)
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function.__qualname__, function


def _source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text()


def _in_child(work: Callable[[], bool], seconds: float) -> bool:
    """Whether ``work`` says yes in a fork with its own copy of the database; too slow, or dead, is no.

    Raises: ChildProcessError, when it is not the work that failed.
    """
    connections.close_all()
    child = os.fork()
    if not child:
        _own_process(work)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if os.waitstatus_to_exitcode(status) == BROKEN:
                raise ChildProcessError("A mutant could not be tried.")
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _own_process(work: Callable[[], bool]) -> None:
    """Ends the child in any case; nothing of the parent's end is run twice."""
    code = BROKEN
    try:
        os.setpgid(0, 0)
        copy = _own_database()
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        code = 0 if work() else 1
        for end in ("", "-wal", "-shm"):
            Path(copy + end).unlink(missing_ok=True)
    except BaseException:  # noqa: BLE001  a child of a fork must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _own_database() -> str:
    """Where no test needs a database, none has been made."""
    database = connections["default"].settings_dict
    made = Path(database["NAME"])
    copy = f"{made}.{os.getpid()}"
    if made.exists():
        shutil.copyfile(made, copy)
        database["NAME"] = copy
    return copy
