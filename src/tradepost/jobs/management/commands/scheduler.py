import os
import signal
import threading

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from tradepost.datamap.registry import beside_scheduler, schedule


class Command(BaseCommand):
    help = "Run the periodic jobs that the rooms declare until stopped."

    def handle(self, *args: object, **options: object) -> None:
        from tradepost.jobs.scheduler import Scheduler  # noqa: PLC0415  needs the models

        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        for path in beside_scheduler:
            import_string(path)()
        scheduler = Scheduler(schedule)
        scheduler.run_until(stop)
        if scheduler.is_busy():
            os._exit(0)  # a turn that does not hear; it has been given back
