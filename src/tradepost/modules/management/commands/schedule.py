"""``tradepost schedule``: all clockwork on one page."""

from django.core.management.base import BaseCommand

from tradepost.datamap.registry import schedule


class Command(BaseCommand):
    help = "Print every periodic job, how often it runs and what it calls."

    def handle(self, *args: object, **options: object) -> None:
        for turn in schedule:
            self.stdout.write(f"{turn.every!s:>10}  {turn.name}  {turn.call}")
