"""Sends ``django.tasks`` tasks through Celery, for installations with several machines.

The message holds the task's dotted path and its arguments and nothing else. It is published when the
transaction commits: a rolled back change enqueues nothing. Delivery is at least once (``acks_late``);
the work behind each task is safe to run again, and what a lost broker forgets is found by the sweeper.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.db import transaction
from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.signals import task_enqueued
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

from tradepost.datamap.modules import may_work
from tradepost.jobs.outages import Patience, outage_of
from tradepost.lib import clock
from tradepost.lib.lazy_modules import LazyModule

if TYPE_CHECKING:
    import celery
else:
    celery = LazyModule("celery")

logger = logging.getLogger(__name__)

TASK_NAME = "tradepost.run"
LEFT_ALONE_SECONDS = 5.0  # a broker that did not answer is not asked again at every request


def make_app(broker_url: str) -> "celery.Celery":
    app = celery.Celery("tradepost", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={"confirm_publish": True},
        broker_connection_timeout=3,
        broker_connection_max_retries=None,  # wait for it for as long as it takes
        task_default_queue="default",
        worker_hijack_root_logger=False,
    )
    app.task(name=TASK_NAME, acks_late=True, bind=True, max_retries=None)(run)
    return app


def run(self: "celery.Task", path: str, args: list[object], kwargs: dict[str, object]) -> None:
    """Executed by the Celery worker. What ends because a neighbour is away is tried again."""
    task: Task[Any, Any] = import_string(path)
    if not may_work(task.func.__module__, None):
        logger.warning("task %s is not done: its module is off", path)
        return
    try:
        task.func(*args, **kwargs)
    except Exception as error:
        if not outage_of(error):
            raise
        raise self.retry(exc=error, countdown=min(2**self.request.retries, 30)) from None


class CeleryBackend(BaseTaskBackend):
    """``OPTIONS["broker_url"]`` is an ``amqp://`` address."""

    supports_defer: ClassVar[bool] = True  # type: ignore[misc]  # a plain attribute upstream
    supports_priority: ClassVar[bool] = False  # type: ignore[misc]  # a plain attribute upstream

    def __init__(self, alias: str, params: dict[str, object]) -> None:
        super().__init__(alias, params)
        self.app = make_app(self.options["broker_url"])
        self._patience = Patience("publishing")
        self._left_alone_until = 0.0

    def enqueue(
        self, task: Task[Any, Any], args: Iterable[object], kwargs: Mapping[str, object]
    ) -> TaskResult[Any, Any]:
        self.validate_task(task)
        result: TaskResult[Any, Any] = TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=clock.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(partial(self._publish, task, result))
        return result

    def _publish(self, task: Task[Any, Any], result: TaskResult[Any, Any]) -> None:
        """To the broker; while that is away, into the database. The caller's work is done either way."""
        arguments = {"args": result.args, "kwargs": result.kwargs}
        if time.monotonic() < self._left_alone_until or not self._send(task, arguments):
            _unpublished().create(
                path=task.module_path, arguments=arguments, run_after=task.run_after
            )
            return
        task_enqueued.send(type(self), task_result=result)

    def _send(self, task: Task[Any, Any], arguments: Mapping[str, object]) -> bool:
        """Whether the broker took it."""
        try:
            self.app.send_task(
                TASK_NAME,
                args=[task.module_path, arguments["args"], arguments["kwargs"]],
                queue=task.queue_name,
                eta=task.run_after,
                retry=False,
            )
        except Exception as error:
            if outage_of(error) != "the broker" and not isinstance(error, OSError):
                raise
            self._patience.pause_after(error)
            self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
            return False
        self._patience.over()
        return True

    def publish_what_waits(self) -> int:
        """For the sweeper: what the broker missed, oldest first; returns how many it took."""
        count = 0
        for row in _unpublished().order_by("pk").iterator():
            task: Task[Any, Any] = import_string(row.path)
            if not self._send(task.using(run_after=row.run_after), row.arguments):
                break
            count += row.delete()[0]
        return count


def _unpublished() -> Any:
    """By name: a task backend is made while the models are still being loaded."""
    return apps.get_model("jobs", "Unpublished")._default_manager
