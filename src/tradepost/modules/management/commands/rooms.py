"""``tradepost rooms``: what each room declares."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from tradepost.modules.registry import rooms
from tradepost.modules.wiring import as_markdown, declared_by


class Command(BaseCommand):
    help = "Print every room with what it declares; --markdown prints docs/wiring.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        if options["markdown"]:
            self.stdout.write(as_markdown(), ending="")
            return
        for room in rooms.values():
            self.stdout.write(room.name)
            for kind, names in declared_by(room):
                self.stdout.write(f"  {kind}: {', '.join(names)}")
