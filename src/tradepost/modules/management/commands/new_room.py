"""``tradepost new-room NAME --above ROOM``: the skeleton of a room, in a checkout."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tradepost.modules.new_room import RoomRefused, write_room


class Command(BaseCommand):
    help = (
        "Write the skeleton of a new room into the checkout you stand in (docs/adding-a-room.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--above", required=True, metavar="ROOM", help="the floor just below")

    def handle(self, *args: object, name: str, above: str, **options: object) -> None:
        try:
            written = write_room(Path.cwd(), name, above)
        except (RoomRefused, FileNotFoundError) as problem:
            raise CommandError(str(problem)) from None
        for path in written:
            self.stdout.write(str(path.relative_to(Path.cwd())))
        self.stdout.write("Then: tradepost rooms --markdown > docs/wiring.md")
