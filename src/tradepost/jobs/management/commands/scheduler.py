import os
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
        scheduler = Scheduler(import_string("tradepost.config.schedule.SCHEDULE"))
        scheduler.run_until(stop)
        if scheduler.is_busy():
            os._exit(0)  # a turn that does not hear; it has been given back
