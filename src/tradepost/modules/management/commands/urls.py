"""``tradepost urls``: the map of all addresses."""

from django.core.management.base import BaseCommand

from tradepost.modules.wiring import addresses


class Command(BaseCommand):
    help = "Print every address with its name, in the order in which they are tried."

    def handle(self, *args: object, **options: object) -> None:
        for address, name in addresses():
            self.stdout.write(f"{address}  {name}")
