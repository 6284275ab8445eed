"""Every command, run by hand where something is missing, says in one sentence what it is."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from tradepost.config.cli import _WITHOUT_DATABASE, _WITHOUT_TABLES

pytestmark = pytest.mark.scale
OURS = [
    "demo", "create-operator", "promises", "prove-erasure", "deliver", "scheduler", "worker", "mailin",
    "mailcatcher", "testmail", "dkim", "sendlimit", "load-events", "attest", "accept-key", "events",
    "files", "standins", "backup", "record", "preset", "law",
]  # fmt: skip


def run(folder, *words, **chosen):
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    return subprocess.run(
        [sys.executable, "-m", "tradepost", *words],
        env=own
        | {"TRADEPOST_DATA": str(folder)}
        | {f"TRADEPOST_{name.upper()}": value for name, value in chosen.items()},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def refused_in_one_sentence(done, *words):
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_the_lists_name_every_command_of_ours():
    from django.core.management import get_commands

    rooms = {name for name, app in get_commands().items() if app.startswith("tradepost.")}
    listed = {name.replace("-", "_") for name in OURS}
    assert {
        name.replace("-", "_") for name in rooms
    } - _WITHOUT_DATABASE - _WITHOUT_TABLES == listed


@pytest.mark.parametrize("command", OURS)
def test_on_an_empty_folder(tmp_path, command):
    refused_in_one_sentence(run(tmp_path, command), "database is empty", "`tradepost up`")


@pytest.mark.parametrize("command", [*OURS, "migrate", "createcachetable", "up"])
@pytest.mark.parametrize(
    "url", ["postgres://nobody@127.0.0.1:9/none", "sqlite:////no/such/folder/shop.sqlite3"]
)
def test_where_the_database_cannot_be_reached(tmp_path, command, url):
    refused_in_one_sentence(
        run(tmp_path, command, database_url=url), "cannot be opened", "TRADEPOST_DATABASE_URL"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with its tables and its key, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    for words in (("migrate", "-v0"), ("createcachetable",), ("load-events",)):
        done = run(folder, *words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "var")


def test_where_the_tables_are_older_than_the_program(folder):
    with sqlite3.connect(folder / "tradepost.sqlite3") as database:
        database.execute(
            "DELETE FROM django_migrations WHERE app = 'jobs' AND name <> '0001_initial'"
        )
        database.execute("DELETE FROM django_migrations WHERE app = 'console'")
    for command in ("scheduler", "deliver", "promises", "demo"):
        refused_in_one_sentence(run(folder, command), "`tradepost migrate`")


def test_with_a_key_that_is_lost_or_damaged(folder):
    key = folder / "secret_key"
    known = key.read_text()
    key.unlink()
    for command in ("load-events", "deliver", "scheduler", "worker", "up"):
        done = run(folder, command, port="20123", mail_catcher_port="0")
        refused_in_one_sentence(done, "not the one that this database was made with", "accept-key")
    for damage in ("", "\0" * 64, "short"):
        key.write_text(damage)
        refused_in_one_sentence(run(folder, "deliver"), "holds no key", "backup")
    key.write_text(known)
    assert run(folder, "load-events").returncode == 0
