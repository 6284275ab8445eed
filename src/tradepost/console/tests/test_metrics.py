"""The figures for Prometheus, read as Prometheus reads them, and searched for people."""

import logging
import socket
import urllib.request
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django_scopes import scopes_disabled
from prometheus_client.parser import text_string_to_metric_families
from tests.servers import free_port

from tradepost.console.metrics import figures as module
from tradepost.console.metrics import serve
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail, Mailing
from tradepost.jobs.models import Alarm, Job, Turn
from tradepost.lib import clock
from tradepost.lib.request_figures import FiguresFile, RequestFigures


@pytest.fixture
def scrape(settings, tmp_path):
    port = free_port()
    settings.TRADEPOST = replace(settings.TRADEPOST, metrics_port=port, data=tmp_path)
    serve()

    def read() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            return answer.read().decode()

    return read


def values(text: str) -> dict[tuple[str, ...], float]:
    return {
        (
            sample.name,
            *(value for key, value in sorted(sample.labels.items()) if key != "process"),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db(transaction=True)  # another thread reads
def test_what_stands_is_told_and_nobody_is_named(scrape, merchant, owner, tmp_path):
    now = clock.now()
    with scopes_disabled():
        queue_mail(
            to="ann@example.org", template="delivery/relay-test", context={"site": "x.example"}
        )
        Mail.objects.update(due_at=now - timedelta(minutes=10))
        Job.objects.create(merchant=merchant, kind="x", title="Import of people.csv")
    Turn.objects.create(name="sweep jobs", last_at=now - timedelta(hours=1), error="ValueError")
    Alarm.objects.create(name="disk", text="The disk fills up.")
    counted = RequestFigures()
    for status, seconds in [(200, 0.02), (200, 0.3), (503, None)]:
        counted.note(status, seconds)
    file = FiguresFile(tmp_path / "metrics")
    file.write(counted)
    text = scrape()
    for word in ("ann@", "people.csv", merchant.handle, merchant.name, owner.name):
        assert word not in text
    found = values(text)
    assert found["tradepost_requests_total", "200"] == 2
    assert found["tradepost_requests_total", "503"] == 1
    assert found["tradepost_request_seconds_bucket", "0.025"] == 1
    assert found["tradepost_request_seconds_bucket", "+Inf"] == 2
    assert found["tradepost_request_seconds_count",] == 2
    assert found["tradepost_database_up",] == 1
    assert found["tradepost_queue_length", "mail"] == 1
    assert 600 <= found["tradepost_queue_oldest_seconds", "mail"] < 700
    assert found["tradepost_queue_length", "jobs"] == 1
    assert found["tradepost_jobs", "waiting"] == 1
    assert found["tradepost_turn_failed", "sweep jobs"] == 1
    assert found["tradepost_turn_age_seconds", "sweep jobs"] >= 3600
    assert found["tradepost_turn_period_seconds", "sweep jobs"] == 30
    assert found["tradepost_alarms",] == 1
    assert found["tradepost_disk_bytes", "free"] > 0
    assert found["tradepost_mailing_messages", "uncertain"] == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("complained", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (9, 5)])
def test_what_few_people_did_is_left_out(merchant, scrape, settings, complained, shown):
    with scopes_disabled():
        Mailing.objects.create(
            merchant=merchant,
            kind="x",
            source_id=1,
            total=1003,
            sent=990,
            complained=complained,
            failed=1,
        )
    found = values(scrape())
    assert found.get(("tradepost_mailing_messages", "complained")) == shown
    assert found["tradepost_mailing_messages", "total"] == 1000
    assert found["tradepost_mailing_messages", "failed"] == 1
    settings.TRADEPOST = replace(settings.TRADEPOST, smallest_group=3)
    found = values(scrape())
    assert found.get(("tradepost_mailing_messages", "complained")) == (
        complained // 3 * 3 if complained not in {1, 2} else None
    )


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_leaves_the_other_figures(scrape, monkeypatch):
    def refuse():
        raise DatabaseError

    monkeypatch.setattr(module, "_queues", refuse)
    found = values(scrape())
    assert found["tradepost_database_up",] == 0
    assert found["tradepost_disk_bytes", "total"] > 0
    assert ("tradepost_alarms",) not in found


def test_a_port_that_is_taken_stops_nothing(settings, caplog):
    with socket.socket() as taken, caplog.at_level(logging.ERROR):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings.TRADEPOST = replace(settings.TRADEPOST, metrics_port=port)
        serve()
    assert f"no figures are served: port {port}" in caplog.text
