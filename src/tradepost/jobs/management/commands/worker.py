from django.core.management.base import BaseCommand
from django.tasks import task_backends
from django.utils.crypto import get_random_string

from tradepost.jobs.celery import CeleryBackend
from tradepost.jobs.worker import PatientWorker


class Command(BaseCommand):
    """Which of the two is the setting's choice (TRADEPOST_BROKER_URL), not the command's."""

    help = "Run tasks and jobs until stopped: from the broker when there is one, else from the database."

    def handle(self, *args: object, **options: object) -> None:
        backend = task_backends["default"]
        if isinstance(backend, CeleryBackend):
            # A name of its own: two workers of one name on one host lock each other out.
            name = f"tradepost-{get_random_string(8).lower()}@%h"
            backend.app.worker_main(
                ["worker", "-n", name, "--loglevel", "WARNING", "--concurrency", "2",
                 "--queues", "default", "--without-mingle"]
            )  # fmt: skip
            return
        worker = PatientWorker()
        worker.configure_signals()
        worker.run_for_good()
