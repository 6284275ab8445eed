"""``tradepost events``: what rooms tell one another, and what could not be told."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from tradepost.modules.outbox import set_aside, try_again
from tradepost.modules.wiring import events_in_words


class Command(BaseCommand):
    help = "Print every event with its listeners, and the deliveries that were given up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="try everything that was given up once more"
        )

    def handle(self, *args: object, **options: object) -> None:
        if options["again"]:
            self.stdout.write(f"{try_again()} deliveries are tried again.")
            return
        for name, holds, meaning, heard in events_in_words():
            self.stdout.write(f"{name.strip('`')}  {meaning}; holds {holds}; heard by {heard}")
        for row in set_aside():
            self.stdout.write(f"GIVEN UP  {row}: {row.error}, {row.attempts} attempts")
