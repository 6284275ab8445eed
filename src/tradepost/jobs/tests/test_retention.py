"""The machine's own records have an end: jobs, tasks, sessions, the access log."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tradepost.audit import queries
from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.datamap.registry import keep_rules
from tradepost.jobs.models import Job

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def job(at):
    return Job.objects.create(kind="test", title="import of anna.csv", finished_at=at)


def task(at):
    return DBTaskResult.objects.create(
        task_path="x", args_kwargs={"args": ["anna"], "kwargs": {}}, finished_at=at
    )


def session(at):
    return Session.objects.create(session_key=f"k{at.timestamp()}", expire_date=at)


@pytest.mark.parametrize(
    ("rule", "make", "days"),
    [("jobs.job", job, 90), ("jobs.task", task, 7), ("identity.session", session, 0)],
)
def test_it_goes_at_its_minute_and_not_one_before(rule, make, days):
    now = timezone.now()
    with scopes_disabled():
        young, old = make(now - days * DAY + MINUTE), make(now - days * DAY - MINUTE)
        assert keep_rules[rule].due(now) == 1
        assert keep_rules[rule].purge(now) == 1
        left = type(young)._base_manager.values_list("pk", flat=True)
        assert (young.pk in left, old.pk in left) == (True, False)


def test_the_access_log_is_cut_at_its_beginning_and_stays_one_chain():
    for _ in range(4):
        record(actor=SYSTEM, action="rights.look")
    first, second, third, last = Entry.objects.order_by("pk")
    now = timezone.now()
    years = 3 * 365 * DAY
    for entry, at in (
        (first, now - years - MINUTE),
        (second, now - years + MINUTE),
        (third, now - years - MINUTE),
    ):
        Entry.objects.filter(pk=entry.pk).update(at=at)
    assert keep_rules["audit.entry"].purge(now) == 1
    assert list(Entry.objects.order_by("pk")) == [second, third, last]
    assert second.previous == first.seal
    assert queries.first_broken_entry(start_after=third.pk) is None
