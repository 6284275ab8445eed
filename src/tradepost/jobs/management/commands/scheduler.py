import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Run the periodic jobs of config/schedule.py until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        from tradepost.jobs.scheduler import Scheduler  # noqa: PLC0415  needs the models

        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        # By name: the schedule lies at the top of the house and jobs at its bottom.
        Scheduler(import_string("tradepost.config.schedule.SCHEDULE")).run_until(stop)
