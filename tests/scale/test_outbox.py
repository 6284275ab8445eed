"""An event is told once, whoever dies on the way: real processes on the tests' database."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.tasks import task_backends
from django.utils import timezone
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tests.processes import environment
from tests.scale import outbox_process
from tests.scale.outbox_process import KettleBoiled
from tradepost.jobs.celery import CeleryBackend
from tradepost.jobs.models import OutboxDelivery, OutboxEvent, Turn, Unpublished
from tradepost.modules import outbox, subscriptions
from tradepost.modules.events import publish

pytestmark = pytest.mark.django_db(transaction=True)
DEAD_BROKER = "amqp://guest@127.0.0.1:9//"


@pytest.fixture(autouse=True)
def kettle():
    outbox_process.declare()
    yield
    del subscriptions.events[outbox_process.NAME]
    del subscriptions.subscriptions["test.hears"]


def process(*words, **chosen):
    return subprocess.run(
        [sys.executable, "-m", "tests.scale.outbox_process", *words],
        env=environment(**chosen) | {"DJANGO_SETTINGS_MODULE": "tradepost.config.settings"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def heard():
    return Turn.objects.filter(name__startswith="kettle ").count()


def counts():
    with scopes_disabled():
        return OutboxEvent.objects.count(), OutboxDelivery.objects.filter(finished_at=None).count()


def time_passes():
    past = timezone.now() - timedelta(hours=1)
    OutboxDelivery.objects.filter(finished_at=None).update(due_at=past, queued_at=past)


def test_a_process_killed_between_commit_and_message_is_made_good_by_the_sweeper(run_tasks):
    died = process("publish", "before-the-message", broker_url=DEAD_BROKER)
    assert died.returncode == 9, died.stderr
    assert (counts(), Unpublished.objects.count(), DBTaskResult.objects.count()) == ((1, 1), 0, 0)
    time_passes()
    assert outbox.sweep() == 1
    run_tasks()
    assert (heard(), counts()) == (1, (1, 0))


def test_a_process_killed_before_the_commit_has_told_nothing():
    assert process("publish", "before-the-commit").returncode == 9
    assert counts() == (0, 0)


def test_a_worker_killed_in_the_listener_leaves_no_half_and_another_tells_it_once(run_tasks):
    published = process("publish")
    assert published.returncode == 0, published.stderr
    assert process("deliver", "in-the-listener").returncode == 9
    assert (heard(), counts()) == (0, (1, 1))
    assert OutboxDelivery.objects.get().attempts == 1
    again = process("deliver")
    assert (again.returncode, heard()) == (0, 0), "it is held by the one that died"
    time_passes()
    DBTaskResult.objects.all().delete()
    assert outbox.sweep() == 1
    run_tasks()
    run_tasks()
    assert (heard(), counts()) == (1, (1, 0))


def test_a_broker_that_is_away_keeps_the_event_and_its_message(monkeypatch, run_tasks):
    backend = CeleryBackend("default", {"OPTIONS": {"broker_url": DEAD_BROKER}})
    monkeypatch.setattr(type(task_backends), "__getitem__", lambda *_: backend)
    with transaction.atomic():
        publish(KettleBoiled(kettle_id=1), merchant_id=None)
    row = Unpublished.objects.get()
    assert row.path == "tradepost.modules.outbox.deliver"
    sent = []
    monkeypatch.setattr(backend.app, "send_task", lambda *a, **k: sent.append(k["args"]))
    assert backend.publish_what_waits() == 1
    ((_path, arguments, _named),) = sent
    outbox.deliver.func(*arguments)
    assert (heard(), counts()) == (1, (1, 0))


def test_workers_that_take_it_at_the_same_time_tell_it_once(monkeypatch):
    with transaction.atomic():
        publish(KettleBoiled(kettle_id=1), merchant_id=None)
    with scopes_disabled():
        number = OutboxEvent.objects.get().pk
    # Nothing is held: as if each had taken it long ago and only now goes on.
    monkeypatch.setattr(outbox, "_claim", lambda delivery: True)

    def work(_worker):
        try:
            outbox.deliver.func(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert connection.vendor in {"sqlite", "postgresql"}
    assert (heard(), counts()) == (1, (1, 0))
