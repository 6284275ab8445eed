"""Each process of ``tradepost up`` is killed; it is there again, does its work, and nobody else noticed."""

import os
import signal
import sqlite3
import subprocess
import sys
from functools import partial

import pytest

from tests.installations import ROOT, Up
from tests.servers import free_port, wait_until
from tradepost.config.processes.forking import is_forkable

pytestmark = pytest.mark.scale
PROCESSES = ("preload", "web", "web-2", "scheduler", "sender", "worker", "mailcatcher")


@pytest.fixture(autouse=True, scope="module")
def forkable():
    """No ``skipif``: on which system they are skipped has nothing to do with the database."""
    if not is_forkable():
        pytest.skip("processes are started here, not forked")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    made = Up(folder, "--no-demo", mail_catcher_port=free_port(), web_processes=2)
    try:
        yield made.wait_until_open(600)
    finally:
        assert made.stop() == 0, made.said()


def asked(running, question: str):
    with sqlite3.connect(running.data / "tradepost.sqlite3", timeout=60) as database:
        return database.execute(question).fetchone()[0]


def has_another(running, name: str, gone: int) -> bool:
    return running.children().get(name, gone) != gone


@pytest.mark.parametrize("name", PROCESSES)
def test_whoever_is_killed_is_there_again_and_the_others_stay(running, name):
    wait_until(lambda: set(PROCESSES) <= set(running.children()), 120, running.said())
    before = running.children()
    os.kill(before[name], signal.SIGKILL)
    wait_until(partial(has_another, running, name, before[name]), 120, running.said())
    after = running.children()
    assert {other: after[other] for other in PROCESSES if other != name} == {
        other: before[other] for other in PROCESSES if other != name
    }


def test_all_of_them_do_their_work_afterwards(running):
    wait_until(lambda: running.status() == 200, 60, "no page")
    sent = running.run("testmail", "ann@people.example")
    assert sent.returncode == 0, sent.stderr
    wait_until(lambda: "ann@people.example" in caught(running), 120, "no mail")
    queued = running.run("shell", "-c", _QUEUE)
    assert queued.returncode == 0, queued.stderr
    wait_until(lambda: asked(running, _DONE) == 1, 120, "no task was run")
    seen = asked(running, "SELECT max(last_at) FROM jobs_turn")
    newer = f"SELECT count(*) FROM jobs_turn WHERE last_at > '{seen}'"
    wait_until(lambda: asked(running, newer) > 0, 120, "no turn was taken")


_QUEUE = "from tradepost.jobs.runner import run_job; run_job.enqueue(0)"
_DONE = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL'"


def caught(running) -> str:
    folder = running.data / "caught"
    return "".join(path.read_text(errors="replace") for path in folder.glob("*.eml"))


def test_an_empty_database_gets_the_same_tables_by_the_quick_way(tmp_path):
    """Triggers, indexes and the list of migrations included."""
    made = {}
    for way in ("'migrate'", "DjangosOwn()"):
        folder = tmp_path / way.strip("'()")
        subprocess.run(
            [sys.executable, "-c", _MIGRATE.format(way=way)],
            env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "TRADEPOST_DATA": str(folder),
                              "TRADEPOST_DATABASE_URL": ""},
            check=True,
        )  # fmt: skip
        with sqlite3.connect(folder / "tradepost.sqlite3") as database:
            made[way] = [
                database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall(),
                database.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall(),
                database.execute("SELECT app_label, model FROM django_content_type ORDER BY 1, 2").fetchall(),
                database.execute("SELECT codename FROM auth_permission ORDER BY 1").fetchall(),
            ]  # fmt: skip
    quick, usual = made.values()
    assert len(usual[0]) > 300
    assert quick == usual


_MIGRATE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tradepost.config.settings"
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangosOwn
call_command({way}, verbosity=0)
"""
