"""The same tasks over RabbitMQ: published when the transaction commits, run by a real worker."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.types import SYSTEM
from tradepost.jobs.models import Job
from tradepost.jobs.runner import job_kind, run_job, start_job, sweep

pytestmark = [
    pytest.mark.celery,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.environ.get("TRADEPOST_BROKER_URL"),
        reason="no RabbitMQ at TRADEPOST_BROKER_URL; .ci/run starts one",
    ),
]


@pytest.fixture(scope="module")
def worker(tmp_path_factory, django_db_setup):
    """A Celery worker process of this installation, on the test's database."""
    database = settings.DATABASES["default"]
    address = (
        f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        if "postgresql" in database["ENGINE"]
        else f"sqlite:///{database['NAME']}"
    )
    log = (tmp_path_factory.mktemp("celery") / "worker.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tests.scale.celery_worker:app", "worker",
         "--loglevel", "WARNING", "--concurrency", "1", "--queues", "default"],
        env=os.environ | {"TRADEPOST_DATABASE_URL": address},
        stdout=log,
        stderr=log,
    )  # fmt: skip
    yield process
    process.terminate()
    process.wait(20)


def wait_for(job: Job, state: str, seconds: float = 30) -> Job:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with scopes_disabled():
            job.refresh_from_db()
        if job.state == state:
            return job
        time.sleep(0.1)
    raise AssertionError(f"the job is {job.state}, not {state}")


def test_a_job_runs_on_a_celery_worker(worker):
    job = start_job(kind="test.count", title="count", merchant=None, by=SYSTEM, total=3)
    assert wait_for(job, Job.State.DONE).done == 3


def test_a_rolled_back_change_enqueues_nothing(worker):
    class Regret(Exception):
        pass

    def regret():
        with transaction.atomic():
            start_job(kind="test.count", title="never", merchant=None, by=SYSTEM)
            raise Regret

    with pytest.raises(Regret):
        regret()
    later = start_job(kind="test.count", title="after", merchant=None, by=SYSTEM)
    wait_for(later, Job.State.DONE)
    with scopes_disabled():
        assert Job.objects.count() == 1


def test_a_repeated_message_finds_nothing_to_do(worker):
    job = start_job(kind="test.count", title="count", merchant=None, by=SYSTEM)
    wait_for(job, Job.State.DONE)
    run_job.enqueue(job.pk)
    marker = start_job(kind="test.count", title="marker", merchant=None, by=SYSTEM)
    wait_for(marker, Job.State.DONE)
    with scopes_disabled():
        job.refresh_from_db()
    assert job.attempts == 1


def test_a_killed_worker_loses_no_job(worker):
    """The job of a worker that died is found silent by the sweeper and run by the next one."""
    from datetime import timedelta

    from django.utils import timezone

    job = start_job(kind="test.sleep", title="sleep", merchant=None, by=SYSTEM)
    wait_for(job, Job.State.RUNNING)
    subprocess.run(["pkill", "-KILL", "-P", str(worker.pid)], check=False)
    with scopes_disabled():
        Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - timedelta(minutes=5))
    assert sweep() == 1
    assert wait_for(job, Job.State.DONE).attempts == 2


@job_kind("test.count")
def _count(running) -> None:
    running.progress(3)


@job_kind("test.sleep")
def _sleep(running) -> None:
    if running.job.attempts == 1:
        time.sleep(60)
