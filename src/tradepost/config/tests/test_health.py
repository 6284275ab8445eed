"""What load balancers ask: by an address, without TLS, every few seconds, and of a broken installation too."""

import logging
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tradepost.config.web.health import what_hinders

pytestmark = pytest.mark.django_db
PROBES = ["/health/live", "/health/ready"]


@pytest.fixture
def behind_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["shop.example"]


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_is_answered_by_address_and_without_tls(path, behind_tls):
    answer = Client(headers={"host": "10.1.2.3:8000"}).get(path)
    assert (answer.status_code, answer.text) == (200, f"{path.rpartition('/')[2]}\n")
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client(headers={"host": "10.1.2.3:8000"}).get("/privacy/").status_code in {301, 400}


def test_whether_it_lives_asks_nobody():
    with CaptureQueriesContext(connection) as queries:
        assert Client().head("/health/live").status_code == 200
    assert len(queries) == 0


def test_whether_it_is_ready_costs_one_question_and_opens_no_session():
    with CaptureQueriesContext(connection) as queries:
        assert Client().get("/health/ready").status_code == 200
    assert len(queries) == 1
    assert "django_migrations" in queries[0]["sql"]


@pytest.mark.parametrize("path", PROBES)
def test_nothing_is_sent_to_it(path):
    assert Client(enforce_csrf_checks=True).post(path).status_code == 405


def test_tables_of_an_older_version_are_not_ready_and_fill_no_log(caplog):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orders'")
    with caplog.at_level(logging.DEBUG):
        answer = Client().get("/health/ready")
    assert (answer.status_code, answer.text) == (
        503,
        "the tables of the database are older than this version\n",
    )
    assert [one for one in caplog.records if one.name.startswith("django.request")] == []


def test_tables_of_a_newer_version_are_ready_for_an_older_one_that_still_runs():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '9999_later', %s)",
            ["2026-11-30 00:00:00+00:00"],
        )
    assert what_hinders() == ""


def test_a_database_without_tables_is_not_ready():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO moved_away")
    assert Client().get("/health/ready").status_code == 503


def test_a_database_that_is_away_is_said_so(monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "NAME", "/nowhere/to/be/found")
    said: list[str] = []

    def ask() -> None:
        said.append(what_hinders())
        connections.close_all()

    thread = threading.Thread(target=ask)  # with a connection of its own
    thread.start()
    thread.join()
    assert said == ["the database is away"]
