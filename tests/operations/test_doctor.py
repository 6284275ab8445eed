"""What the doctor says of a real installation: well, and with one thing after the other broken."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

from tests.installations import ROOT, Up
from tests.servers import free_port
from tradepost.delivery.testing import CaptureServer


def asked(installation: Up, **chosen: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """The exit code, and what was found by name."""
    done = subprocess.run(
        [sys.executable, "-m", "tradepost", "doctor", "--json"],
        env=installation.environment | {f"TRADEPOST_{key.upper()}": value for key, value in chosen.items()},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    said = json.loads(done.stdout)
    found: dict[str, list[dict[str, str]]] = {}
    for one in said["findings"]:
        assert one["mend"] or one["state"] == "ok", one
        found.setdefault(one["name"], []).append(one)
    assert done.returncode == int(said["fails"] > 0)
    return done.returncode, found


def states(found: dict[str, list[dict[str, str]]], name: str) -> list[str]:
    return [one["state"] for one in found[name]]


def test_a_running_installation_is_well_in_what_it_can_be(installation):
    _code, found = asked(installation)
    for name in (
        "version",
        "data folder",
        "secret key",
        "disk",
        "clock",
        "database",
        "web",
        "tables",
    ):
        assert states(found, name) == ["ok"], found[name]
    assert states(found, "scheduler") == ["ok"]
    assert states(found, "sender") == ["ok"]
    assert "warn" in states(found, "settings")  # no relay, nobody named
    assert states(found, "operators") == ["warn"]  # none was made
    assert states(found, "queues") == ["ok"]


def test_it_says_how_to_mend_the_relay(installation):
    with CaptureServer().running() as server:
        _code, found = asked(installation, smtp_url=server.url)
        assert states(found, "relay") == ["ok"]
    code, found = asked(installation, smtp_url=server.url)
    assert code == 1
    [relay] = found["relay"]
    assert relay["state"] == "fail"
    assert "TRADEPOST_SMTP_URL" in relay["mend"]
    assert states(found, "returned mail") == ["fail"]  # nobody listens yet


def test_services_that_are_away_are_named(installation):
    away = free_port()
    code, found = asked(
        installation,
        cache_url=f"redis://127.0.0.1:{away}/0",
        broker_url=f"amqp://127.0.0.1:{away}//",
    )
    assert code == 1
    assert states(found, "cache") == states(found, "broker") == ["fail"]


def test_a_database_that_is_away_hides_nothing_else(installation):
    code, found = asked(installation, database_url=f"postgres://x@127.0.0.1:{free_port()}/x")
    assert code == 1
    assert states(found, "database") == ["fail"]
    assert states(found, "disk") == states(found, "secret key") == ["ok"]
    assert states(found, "inside") == ["warn"]


def test_settings_that_cannot_be_used_are_told_in_one_line(installation):
    code, found = asked(installation, web_processes="none")
    assert code == 1
    [settings] = found["settings"]
    assert "TRADEPOST_WEB_PROCESSES must be a whole number" in settings["says"]


def test_another_key_is_noticed(installation):
    _code, found = asked(installation, secret_key="x" * 50)
    assert states(found, "secret key") == ["ok", "fail"]
    assert "accept-key" in found["secret key"][1]["mend"]


def test_a_late_turn_and_an_older_table_are_noticed(installation):
    database = installation.data / "tradepost.sqlite3"
    scheduler = installation.children()["scheduler"]
    try:
        with closing(sqlite3.connect(database, timeout=60)) as rows, rows:
            rows.execute("BEGIN IMMEDIATE")  # stopped while it writes, it would hold everybody up
            os.kill(scheduler, signal.SIGSTOP)
            rows.execute("UPDATE jobs_turn SET last_at = '2020-01-01 00:00:00', running = 0")
            rows.execute("UPDATE django_migrations SET app = 'away' WHERE app = 'orders'")
        _code, found = asked(installation)
        assert states(found, "tables") == ["fail"]
        assert states(found, "scheduler") == ["fail"]
        assert "fail" in states(found, "turn")
        assert states(found, "web") == ["fail"]
        assert installation.status("/health/ready") == 503
        assert installation.status("/health/live") == 200
    finally:
        os.kill(scheduler, signal.SIGCONT)
        with closing(sqlite3.connect(database, timeout=60)) as rows, rows:
            rows.execute("UPDATE django_migrations SET app = 'orders' WHERE app = 'away'")
    assert installation.status("/health/ready") == 200


def test_a_folder_that_is_open_to_others_is_noticed(installation):
    installation.data.chmod(0o755)
    try:
        _code, found = asked(installation)
        assert states(found, "data folder") == ["ok", "warn"]
        assert found["data folder"][1]["mend"].startswith("Run: chmod")
    finally:
        installation.data.chmod(0o700)


def test_a_key_that_is_missing_is_not_made_anew(installation, tmp_path):
    """A second machine with the right database and no key: a new one would void what the old one signed."""
    database = f"sqlite:///{installation.data / 'tradepost.sqlite3'}"
    tmp_path.chmod(0o700)
    _code, found = asked(installation, data=str(tmp_path), database_url=database)
    assert states(found, "secret key") == states(found, "inside") == ["warn"]
    assert list(tmp_path.iterdir()) == []


def test_before_there_is_anything_it_says_what_makes_it(tmp_path):
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    done = subprocess.run(
        [sys.executable, "-m", "tradepost", "doctor"],
        env=own | {"TRADEPOST_DATA": str(tmp_path / "none"), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "→ `tradepost up` makes it" in done.stdout
    assert not (tmp_path / "none").exists()
