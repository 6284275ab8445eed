"""Starting and running jobs; the retry layer over ``django.tasks``.

The durable state is the Job row. A task message only says "look at row 17", so a lost message is
made good by the sweeper (:func:`sweep`) and a repeated one finds nothing to do.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, models, transaction
from django.db.models import F
from django.tasks import task, task_backends
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import Actor
from tradepost.datamap.modules import may_work
from tradepost.jobs.celery import CeleryBackend
from tradepost.jobs.lives import lives
from tradepost.jobs.models import Job
from tradepost.jobs.outages import Patience, outage_of
from tradepost.lib import clock

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
MAX_DEATHS = 10  # workers that may die over a job: restarts of the machine happen, poison too
SILENT_AFTER = timedelta(minutes=2)
LOST_AFTER = timedelta(minutes=10)  # a message that was not seen since then is sent again

Work = Callable[["Running"], None]
_kinds: dict[str, Work] = {}


class Cancelled(Exception):
    """Somebody pressed *cancel*; raised by :meth:`Running.progress` inside the work."""


class Interrupted(Exception):
    """This worker is asked to end; raised by :meth:`Running.progress`. Another worker goes on."""


class UnknownKind(LookupError):
    """No room registered this kind of job."""


_stop = threading.Event()


def interrupt_work() -> None:
    """Let the job that runs in this process leave at its next report. Callable from a signal handler."""
    _stop.set()


class Running:
    """Handed to the work: its job, and how to say how far it has come."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._worker = job.worker

    def progress(self, done: int, total: int | None = None) -> None:
        """Save the count and the heartbeat; at most call once per slice, not per row.

        Raises:
            Cancelled: leave at once; keep what is done or undo it, as the kind promises.
            Interrupted: leave at once; the work is run again from what is saved.
        """
        changes: dict[str, object] = {"done": done, "beat_at": clock.now()}
        if total is not None:
            changes["total"] = total
        Job.objects.filter(pk=self.job.pk).update(**changes)
        self.job.refresh_from_db(fields=["done", "total", "cancel_asked", "worker"])
        now_with, self.job.worker = self.job.worker, self._worker
        if self.job.cancel_asked:
            raise Cancelled
        if _stop.is_set() or now_with != self._worker:
            raise Interrupted

    @contextmanager
    def showing(self) -> Iterator[None]:
        """For the moment in which what was made is put where people find it: whoever has the job begun
        anew comes before, and this raises Interrupted, or afterwards, and finds it there."""
        with transaction.atomic():
            held = Job.objects.select_for_update().filter(pk=self.job.pk, worker=self._worker)
            if not held.values_list("pk").first():
                raise Interrupted
            yield


def job_kind(name: str) -> Callable[[Work], Work]:
    """Register the work of a kind. Runs under the merchant's scope; must be safe to run again."""

    def register(work: Work) -> Work:
        _kinds[name] = work
        return work

    return register


def start_job(
    *,
    kind: str,
    title: str,
    merchant: models.Model | None,
    by: Actor,
    total: int = 0,
    **details: object,
) -> Job:
    """Create the job and enqueue it when the transaction commits.

    Raises:
        UnknownKind
    """
    if kind not in _kinds:
        raise UnknownKind(kind)
    with scopes_disabled():
        job = Job.objects.create(
            kind=kind,
            title=title,
            merchant_id=merchant.pk if merchant else None,
            started_by_id=by.account_id,
            total=total,
            details=details,
        )
    transaction.on_commit(lambda: run_job.enqueue(job.pk))
    return job


def begin_anew(*, kind: str, merchant_id: int | None = None) -> None:
    """Jobs that run now start from their beginning: what they have read is no longer true."""
    with scopes_disabled():
        running = Job.objects.filter(kind=kind, state=Job.State.RUNNING)
        if merchant_id is not None:
            running = running.filter(merchant_id=merchant_id)
        running.update(
            state=Job.State.WAITING, attempts=F("attempts") - 1, worker="", queued_at=None
        )


def cancel_job(job: Job) -> None:
    """Ask a waiting or running job to stop; over ones are left alone."""
    Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, finished_at=clock.now()
    )
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True)


@task
def run_job(job_id: int) -> None:
    """Of a module that is off it waits: the sweeper comes back to it."""
    with scopes_disabled():
        job = _claim(job_id)
        if job is None:
            return
        merchant = None
        if job.merchant_id is not None:
            rows = Job._meta.get_field("merchant").related_model._default_manager
            merchant = rows.get(pk=job.merchant_id)
        work = _kinds.get(job.kind)
        if work and not may_work(work.__module__, merchant):
            _put_back(job)
            return
        if merchant is None:
            _run(job)
            return
    with scope(merchant=merchant):
        _run(job)


def _claim(job_id: int) -> Job | None:
    """Take the row by a conditional UPDATE; of two workers one changes a row, the other none."""
    now = clock.now()
    silent = models.Q(state=Job.State.RUNNING, beat_at__lt=now - SILENT_AFTER)
    changed = (
        Job.objects.filter(models.Q(state=Job.State.WAITING) | silent, pk=job_id)
        .filter(attempts__lt=MAX_ATTEMPTS)
        .update(
            state=Job.State.RUNNING,
            started_at=now,
            beat_at=now,
            attempts=F("attempts") + 1,
            worker=lives().own(),
        )
    )
    return Job.objects.get(pk=job_id) if changed else None


def _run(job: Job) -> None:
    try:
        _kinds[job.kind](Running(job))
    except Cancelled:
        _finish(job, Job.State.CANCELLED)
    except Interrupted:
        _put_back(job)
    except Exception as error:
        if what := outage_of(error):
            logger.warning("job %s (%s) waits for %s", job.pk, job.kind, what)
            _put_back(job)
            return
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        if job.attempts < MAX_ATTEMPTS:
            _wait_again(job, error)
        else:
            _finish(job, Job.State.FAILED, error)
    else:
        _finish(job, Job.State.DONE)


def _put_back(job: Job) -> None:
    """Nothing is wrong with the job: the try does not count, and the sweeper starts it again.

    While the database is away there is nothing else to do for this worker than to wait for it.
    """
    patience = Patience("the worker")
    while True:
        try:
            Job.objects.filter(pk=job.pk, worker=job.worker).update(
                state=Job.State.WAITING, attempts=F("attempts") - 1, worker="", queued_at=None
            )
        except Exception as error:
            if not outage_of(error) or connection.in_atomic_block or _stop.is_set():
                raise
            time.sleep(patience.pause_after(error))
        else:
            patience.over()
            return


def _wait_again(job: Job, error: Exception) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.WAITING,
        error=type(error).__name__,
        beat_at=clock.now(),
        worker="",
        queued_at=None,
    )


def _finish(job: Job, state: Job.State, error: Exception | None = None) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state,
        finished_at=clock.now(),
        error=type(error).__name__ if error else "",
        worker="",
    )


def put_back_jobs_of_the_dead() -> int:
    """Jobs whose worker on this machine is gone go on at once, and its death is no failed attempt.

    A job over which many workers died is marked failed: it may be what kills them.
    """
    count = 0
    with scopes_disabled():
        for job in Job.objects.filter(state=Job.State.RUNNING).exclude(worker=""):
            if lives().is_dead(job.worker):
                count += _put_back_of_the_dead(job)
    return count


def _put_back_of_the_dead(job: Job) -> int:
    changes: dict[str, object] = {"deaths": F("deaths") + 1, "worker": ""}
    if job.deaths + 1 >= MAX_DEATHS:
        changes |= {"state": Job.State.FAILED, "finished_at": clock.now(), "error": "WorkerDied"}
    else:
        changes |= {"state": Job.State.WAITING, "attempts": F("attempts") - 1, "queued_at": None}
    still = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=job.worker)
    return still.update(**changes)


def sweep() -> int:
    """Enqueue again what waits or fell silent (a killed worker, a lost message); returns how many.

    A job that fell silent at its last attempt is marked failed, so that nobody waits for it for good.
    """
    put_back_jobs_of_the_dead()
    backend = task_backends["default"]
    if isinstance(backend, CeleryBackend):
        backend.publish_what_waits()
    now = clock.now()
    unseen = models.Q(queued_at=None) | models.Q(queued_at__lt=now - LOST_AFTER)
    with scopes_disabled():
        stuck = Job.objects.filter(
            models.Q(unseen, state=Job.State.WAITING)
            | models.Q(state=Job.State.RUNNING, beat_at__lt=now - SILENT_AFTER)
        )
        stuck.filter(attempts__gte=MAX_ATTEMPTS).update(state=Job.State.FAILED, finished_at=now)
        ids = list(stuck.filter(attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True))
        Job.objects.filter(pk__in=ids).update(queued_at=now)
    for job_id in ids:
        run_job.enqueue(job_id)
    return len(ids)
