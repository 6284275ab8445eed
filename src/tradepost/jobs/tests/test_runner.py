from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.jobs import runner
from tradepost.jobs.models import Job, Turn
from tradepost.jobs.runner import MAX_ATTEMPTS, cancel_job, run_job, start_job, sweep
from tradepost.jobs.scheduler import claim_turn, take_turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """Registers a kind whose work the test gives."""

    def register(work):
        monkeypatch.setitem(runner._kinds, "test.work", work)

    return register


def start():
    return start_job(kind="test.work", title="work", merchant=None, by=None)


def fresh(job):
    with scopes_disabled():
        job.refresh_from_db()
    return job


def test_work_says_how_far_it_has_come(kind):
    kind(lambda running: running.progress(7, 10))
    job = start()
    run_job.func(job.pk)
    assert (fresh(job).state, job.done, job.total) == (Job.State.DONE, 7, 10)


def test_a_second_message_for_the_same_job_does_nothing(kind):
    calls = []
    kind(lambda running: calls.append(1))
    job = start()
    run_job.func(job.pk)
    run_job.func(job.pk)
    assert len(calls) == 1


def test_failing_work_is_tried_again_and_then_given_up(kind):
    def fail(running):
        raise RuntimeError("secret value")

    kind(fail)
    job = start()
    for _ in range(MAX_ATTEMPTS + 2):
        run_job.func(job.pk)
    assert (fresh(job).state, job.attempts) == (Job.State.FAILED, MAX_ATTEMPTS)
    assert job.error == "RuntimeError", "the text of an exception may name a person"


def test_cancelled_work_stops_at_its_next_report(kind):
    def work(running):
        cancel_job(running.job)
        running.progress(1)
        raise AssertionError("went on after being cancelled")

    kind(work)
    job = start()
    run_job.func(job.pk)
    assert fresh(job).state == Job.State.CANCELLED


def test_the_sweeper_finds_what_fell_silent(kind):
    kind(lambda running: None)
    job = start()
    long_ago = timezone.now() - timedelta(minutes=10)
    with scopes_disabled():
        Job.objects.update(state=Job.State.RUNNING, beat_at=long_ago, attempts=1)
    assert sweep() == 1
    run_job.func(job.pk)
    assert fresh(job).state == Job.State.DONE


def test_a_job_that_kills_its_worker_is_not_tried_for_ever(kind):
    kind(lambda running: None)
    job = start()
    long_ago = timezone.now() - timedelta(minutes=10)
    with scopes_disabled():
        Job.objects.update(state=Job.State.RUNNING, beat_at=long_ago, attempts=MAX_ATTEMPTS)
    assert sweep() == 0
    assert fresh(job).state == Job.State.FAILED


class Line:
    name, every, call = "test", timedelta(minutes=5), "tradepost.jobs.runner.sweep"


def test_of_two_schedulers_one_takes_the_turn():
    now = timezone.now()
    assert claim_turn(Line(), now)
    assert not claim_turn(Line(), now)
    assert claim_turn(Line(), now + timedelta(minutes=6))


def test_a_failed_turn_is_noted():
    class Broken(Line):
        call = "tradepost.jobs.runner.no_such_function"

    claim_turn(Broken(), timezone.now())
    take_turn(Broken())
    assert Turn.objects.get().error == "ImportError"
