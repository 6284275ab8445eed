import errno
import threading
from datetime import timedelta

import pytest
from django.test import TestCase
from django.utils import timezone
from django_scopes import scopes_disabled
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from tradepost.audit.types import SYSTEM
from tradepost.jobs import runner
from tradepost.jobs.celery import CeleryBackend
from tradepost.jobs.lives import lives
from tradepost.jobs.models import Job, Turn, Unpublished
from tradepost.jobs.runner import MAX_ATTEMPTS, begin_anew, cancel_job, run_job, start_job, sweep
from tradepost.jobs.scheduler import claim_turn, take_turn
from tradepost.jobs.tests.test_scheduler import name_of_a_dead_process
from tradepost.jobs.worker import PatientWorker, put_back_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """Registers a kind whose work the test gives."""

    def register(work):
        monkeypatch.setitem(runner._kinds, "test.work", work)

    return register


def start():
    return start_job(kind="test.work", title="work", merchant=None, by=SYSTEM)


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


def test_a_workers_death_is_no_failed_attempt_and_the_job_goes_on_at_once(kind, run_tasks):
    kind(lambda running: None)
    job = start()
    run_tasks()
    dead = name_of_a_dead_process()
    for death in range(1, runner.MAX_DEATHS):
        with scopes_disabled():
            Job.objects.update(
                state=Job.State.RUNNING, attempts=1, beat_at=timezone.now(), worker=dead
            )  # fmt: skip
        assert sweep() == 1
        assert (fresh(job).state, job.attempts, job.deaths) == (Job.State.WAITING, 0, death)
    run_job.func(job.pk)
    assert fresh(job).state == Job.State.DONE


def test_a_job_over_which_ten_workers_died_is_given_up(kind):
    kind(lambda running: None)
    job = start()
    with scopes_disabled():
        Job.objects.update(
            state=Job.State.RUNNING, attempts=1, beat_at=timezone.now(),
            deaths=runner.MAX_DEATHS - 1, worker=name_of_a_dead_process(),
        )  # fmt: skip
    assert sweep() == 0
    assert (fresh(job).state, job.error) == (Job.State.FAILED, "WorkerDied")


def test_an_outage_during_the_work_is_no_failed_attempt(kind):
    def full(running):
        raise OSError(errno.ENOSPC, "No space left on device")

    kind(full)
    job = start()
    for _ in range(MAX_ATTEMPTS + 1):
        run_job.func(job.pk)
    assert (fresh(job).state, job.attempts) == (Job.State.WAITING, 0)
    assert sweep() == 1, "and the sweeper starts it again"


def test_a_worker_that_is_asked_to_end_leaves_its_job_to_the_next(kind, monkeypatch):
    monkeypatch.setattr(runner, "_stop", threading.Event())

    def work(running):
        runner.interrupt_work()
        running.progress(1)
        raise AssertionError("went on after being asked to end")

    kind(work)
    job = start()
    run_job.func(job.pk)
    assert (fresh(job).state, job.attempts, job.done) == (Job.State.WAITING, 0, 1)


def test_a_job_that_only_waits_its_turn_is_not_enqueued_again_and_again(kind):
    kind(lambda running: None)
    start()
    with scopes_disabled():
        Job.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert [sweep(), sweep()] == [0, 0]
    with scopes_disabled():
        Job.objects.update(queued_at=timezone.now() - timedelta(hours=1))
    assert [sweep(), sweep()] == [1, 0]


def test_a_task_whose_worker_died_is_ready_again():
    run_job.enqueue(17)
    row = DBTaskResult.objects.get()
    row.claim(name_of_a_dead_process())
    assert put_back_tasks() == 1
    assert DBTaskResult.objects.ready().count() == 1
    row.refresh_from_db()
    row.claim(lives().own())
    assert put_back_tasks() == 0


def test_a_worker_that_starts_takes_up_at_once_what_a_dead_one_held(kind, monkeypatch):
    """And the same after an outage; the scheduler would come half a minute later."""
    kind(lambda running: None)
    job = start()
    run_job.enqueue(17)
    row = DBTaskResult.objects.get()
    row.claim(name_of_a_dead_process())
    with scopes_disabled():
        Job.objects.update(
            state=Job.State.RUNNING, attempts=1, beat_at=timezone.now(),
            worker=name_of_a_dead_process(),
        )  # fmt: skip
    worker = PatientWorker()
    monkeypatch.setattr(Worker, "run", lambda one: setattr(one, "running", False))
    worker.run_for_good()
    assert (fresh(job).state, job.attempts) == (Job.State.WAITING, 0)
    assert DBTaskResult.objects.ready().filter(pk=row.pk).exists()


def test_a_broker_that_is_away_costs_no_request_and_no_task(monkeypatch, settings):
    backend = CeleryBackend("default", {"OPTIONS": {"broker_url": "amqp://guest@127.0.0.1:9//"}})
    with TestCase.captureOnCommitCallbacks(execute=True):
        backend.enqueue(run_job, [17], {})
    row = Unpublished.objects.get()
    assert (row.path, row.arguments) == (run_job.module_path, {"args": [17], "kwargs": {}})
    assert backend.publish_what_waits() == 0
    sent = []
    monkeypatch.setattr(backend.app, "send_task", lambda *a, **k: sent.append(k["args"]))
    assert backend.publish_what_waits() == 1
    assert sent == [[run_job.module_path, [17], {}]]
    assert not Unpublished.objects.exists()


class Line:
    name, every, call = "test", timedelta(minutes=5), "tradepost.jobs.runner.sweep"
    on_each_machine = False


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


def test_what_is_begun_anew_shows_nothing_of_what_it_read_before(kind):
    """Somebody is erased while an export with the person is being written, perhaps on another machine."""
    begun, shown = [], []

    def work(running):
        begun.append(1)
        if len(begun) == 1:
            begin_anew(kind="test.work")
        with running.showing():
            shown.append(len(begun))

    kind(work)
    job = start()
    run_job.func(job.pk)
    assert (shown, fresh(job).state, job.attempts) == ([], Job.State.WAITING, 0)
    run_job.func(job.pk)
    assert (shown, fresh(job).state) == ([2], Job.State.DONE)


def test_a_job_that_was_taken_from_its_worker_leaves_at_its_next_report(kind):
    reported = []

    def work(running):
        begin_anew(kind="test.work")
        running.progress(1)
        reported.append(1)

    kind(work)
    job = start()
    run_job.func(job.pk)
    assert (reported, fresh(job).state, job.worker) == ([], Job.State.WAITING, "")
