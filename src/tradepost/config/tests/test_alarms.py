"""Operators hear of what lasts: once, and once more when it is over."""

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.backups.models import Backup
from tradepost.console.actions.alarm import look_after
from tradepost.console.conditions import conditions
from tradepost.console.models import Installation
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.probe import give_second_factor
from tradepost.jobs import scheduler
from tradepost.jobs.models import Alarm, Job, OutboxDelivery, OutboxEvent, Turn, Unpublished
from tradepost.jobs.runner import run_job
from tradepost.modules.registry import schedule
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

pytestmark = pytest.mark.django_db
DAILY = next(item for item in schedule if item.every == timedelta(hours=24))


@pytest.fixture(autouse=True)
def nothing_amiss(monkeypatch, settings, tmp_path):
    """Enough disk, a folder in which no other test has left damaged files, and no scheduler just started here."""
    disk(monkeypatch, free=100 * 1024**3)
    monkeypatch.setattr(scheduler, "_heavy_ones_wait_until", 0.0)
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)


@pytest.fixture
def operator(db):
    user = create_operator(email="op@house.example", name="Op", password="dark-ink-paper-4")
    give_second_factor(user)
    return user


def disk(monkeypatch, free):
    usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(200 * 1024**3, 0, free))


def letters():
    with scopes_disabled():
        return [mail.text for mail in Mail.objects.filter(template="console/alarm").order_by("pk")]


def names():
    return {condition.name for condition in conditions(schedule)}


def test_a_turn_that_is_late_is_told_once_with_an_all_clear(operator, client):
    Turn.objects.create(name=DAILY.name, last_at=timezone.now() - timedelta(days=4))
    look_after()
    assert letters() == [], "what passes within minutes is not worth a mail"
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        look_after()
        look_after()
        (told,) = letters()
        assert f"“{DAILY.name}” is late" in told
        client.force_login(operator)
        assert "is late" in client.get(reverse("console:health")).content.decode()
        Turn.objects.update(last_at=timezone.now())
        look_after()
        look_after()
        assert len(letters()) == 2
        assert "This is over:" in letters()[1]
        assert Alarm.objects.get().over_at


def test_what_comes_again_is_told_again(operator, monkeypatch):
    for _ in range(2):
        disk(monkeypatch, free=1024**2)
        look_after()
        disk(monkeypatch, free=100 * 1024**3)
        look_after()
    assert len(letters()) == 4


def test_a_turn_that_does_not_end_a_failing_and_a_late_one():
    now = timezone.now()
    stuck, failing, late = schedule[0], schedule[1], DAILY
    Turn.objects.create(name=stuck.name, running=True, last_at=now - timedelta(hours=5))
    Turn.objects.create(name=failing.name, last_at=now, error="KeyError")
    Turn.objects.create(name=late.name, last_at=now - timedelta(days=3))
    assert names() == {f"turn {item.name}" for item in (stuck, failing, late)}


def test_a_broken_promise_is_told_at_once(operator):
    PromiseResult.objects.create(
        promise="mail.tls",
        check_name="",
        evidence_class="tested",
        state=PromiseState.BROKEN,
        evidence="",
    )
    look_after()
    assert "mail.tls" in letters()[0]


def test_a_disk_that_fills_up_and_damaged_files_are_told(operator, monkeypatch, tmp_path):
    disk(monkeypatch, free=3 * 1024**2)
    (tmp_path / "spool/delivery/damaged").mkdir(parents=True)
    (tmp_path / "spool/delivery/damaged/1-1-mail.journal.7").touch()
    look_after()
    (told,) = letters()
    assert "3 MB are free" in told
    assert "“damaged”" in told


def test_queues_that_stand_are_seen(merchant):
    assert names() == set()
    long_ago = timezone.now()
    run_job.enqueue(1)
    job = Job(kind="x", title="x", created_at=timezone.now())
    job.save()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        assert names() == {"queue 0", "queue 1"}
        Unpublished.objects.create(path="x", arguments={}, created_at=long_ago)
        assert names() == {"queue 0", "queue 1", "queue 2"}
        queue_mail(to="a@b.example", template="console/alarm", context={"fresh": [], "over": []})
        with scopes_disabled():
            Mail.objects.update(due_at=long_ago)
        assert names() == {"queue 0", "queue 1", "queue 2", "queue 3"}


def test_events_that_were_given_up_are_told(operator):
    with scopes_disabled():
        event = OutboxEvent.objects.create(name="orders.paid")
    OutboxDelivery.objects.create(event=event, listener="test.later", set_aside_at=timezone.now())
    look_after()
    assert "“test.later” was not told of 1 events" in letters()[0]


def test_a_missing_backup_is_an_alarm_but_not_in_a_demo():
    made = timezone.now() - timedelta(hours=37)
    here, _known = Installation.objects.update_or_create(
        pk=1, defaults={"key_print": "k", "made_at": made, "is_demo": False}
    )
    Backup.objects.create(name="bad", error="pg_dump is needed.")
    (late,) = [one for one in conditions(schedule) if one.name == "backup"]
    assert "pg_dump is needed." in late.text
    Installation.objects.filter(pk=here.pk).update(is_demo=True)
    assert "backup" not in names()
    Installation.objects.filter(pk=here.pk).update(is_demo=False)
    Backup.objects.create(name="good", verified_at=timezone.now())
    assert "backup" not in names()
