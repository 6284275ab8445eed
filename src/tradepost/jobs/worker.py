"""The worker on the database's own queue: django-tasks-db's, made to outlive what its neighbours do."""

import logging
import signal
import time
from types import FrameType
from typing import Any

from django.db import close_old_connections
from django.tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from tradepost.datamap.modules import may_work
from tradepost.jobs.idling import Idling
from tradepost.jobs.lives import lives
from tradepost.jobs.outages import Patience
from tradepost.jobs.runner import interrupt_work, sweep
from tradepost.lib import clock

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.5
MOST_WORKERS = 10  # that may die over one task
_OUTAGES = ("django.db.utils.OperationalError", "django.db.utils.InterfaceError")


def put_back_tasks(*, of_worker: str = "") -> int:
    """Tasks of workers that are gone, or of the one named, are ready again; returns how many."""
    count = 0
    for row in DBTaskResult.objects.running():
        worker = row.worker_ids[-1] if row.worker_ids else ""
        if worker != of_worker and not lives().is_dead(worker):
            continue
        still = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING)
        if len(row.worker_ids) >= MOST_WORKERS:
            still.update(status=TaskResultStatus.FAILED, finished_at=clock.now())
            logger.error("task %s is given up: its workers keep ending", row.task_path)
            continue
        count += still.update(status=TaskResultStatus.READY)
    return count


class PatientWorker(Worker):
    """Waits while the database is away, and leaves nothing behind that nobody works on."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["default"],
            interval=INTERVAL_SECONDS,
            batch=True,  # returns when nothing is due, so that the waiting happens here
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=lives().own(),
            excluded_queue_names=[],
        )

    def run_for_good(self) -> None:
        patience, is_new = Patience("the worker"), True
        idling = Idling(time.sleep, lambda: not self.running)
        while self.running:
            try:
                close_old_connections()
                if is_new:
                    self._pick_up()
                if is_new or self._is_something_ready():
                    super().run()
                patience.over()
                is_new = False
                idling.wait()
            except Exception as error:  # noqa: BLE001  logged; the worker goes on
                is_new = True
                time.sleep(patience.pause_after(error))

    def _is_something_ready(self) -> bool:
        """Asked without the lock that taking a task needs: nearly always there is none."""
        return (
            DBTaskResult.objects.ready()
            .filter(backend_name=self.backend_name, queue_name__in=self.queue_names)
            .exists()
        )

    def _pick_up(self) -> None:
        """What dead workers left goes on at once; so does what we held when the database went."""
        put_back_tasks(of_worker=self.worker_id)
        sweep()

    def run_task(self, db_task_result: "DBTaskResult[Any, Any]") -> None:
        row = db_task_result
        if not may_work(row.task_path.rpartition(".")[0], None):
            logger.warning("task %s is not done: its module is off", row.task_path)
            row.set_successful(None)
            return
        super().run_task(row)
        if row.exception_class_path in _OUTAGES and len(row.worker_ids) < MOST_WORKERS:
            DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED).update(
                status=TaskResultStatus.READY, run_after=clock.now()
            )

    def shutdown(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  a handler of signals
        interrupt_work()
        if not self.running:
            signal.signal(signum, signal.SIG_DFL)
            raise SystemExit(1)
        self.running = False
        if not self.running_task:
            raise SystemExit(0)
