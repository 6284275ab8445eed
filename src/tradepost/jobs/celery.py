"""Sends ``django.tasks`` tasks through Celery, for installations with several machines.

The message holds the task's dotted path and its arguments and nothing else. It is published when the
transaction commits: a rolled back change enqueues nothing. Delivery is at least once (``acks_late``);
the work behind each task is safe to run again, and what a lost broker forgets is found by the sweeper.
"""

from functools import partial
from typing import Any, ClassVar

from celery import Celery
from django.db import transaction
from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.signals import task_enqueued
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

TASK_NAME = "tradepost.run"


def make_app(broker_url: str) -> Celery:
    app = Celery("tradepost", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={"confirm_publish": True},
        task_default_queue="default",
        worker_hijack_root_logger=False,
    )
    app.task(name=TASK_NAME, acks_late=True)(run)
    return app


def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Executed by the Celery worker."""
    task: Task[Any, Any] = import_string(path)
    task.func(*args, **kwargs)


class CeleryBackend(BaseTaskBackend):
    """``OPTIONS["broker_url"]`` is an ``amqp://`` address."""

    supports_defer: ClassVar[bool] = True  # type: ignore[misc]  # a plain attribute upstream
    supports_priority: ClassVar[bool] = False  # type: ignore[misc]  # a plain attribute upstream

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.app = make_app(self.options["broker_url"])

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any, Any]:
        self.validate_task(task)
        result: TaskResult[Any, Any] = TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
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
        self.app.send_task(
            TASK_NAME,
            args=[task.module_path, result.args, result.kwargs],
            task_id=result.id,
            queue=task.queue_name,
            eta=task.run_after,
        )
        task_enqueued.send(type(self), task_result=result)
