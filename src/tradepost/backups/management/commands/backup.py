"""``tradepost backup``: copy the running installation, sealed, and try the copy out."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.audit.types import Actor
from tradepost.backups.actions.make import make_backup
from tradepost.backups.queries import copies
from tradepost.backups.types import BackupFailed, dies_at


class Command(BaseCommand):
    help = "Copy database, keys and files while all goes on; sealed under the day's key, and tried out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="say which backups there are")

    def handle(self, *args: object, **options: object) -> None:
        if options["list"]:
            for copy in copies():
                self.stdout.write(f"{copy.name}  {copy.size} bytes")
            return
        try:
            row = make_backup(by=Actor.at_machine("backup"))
        except BackupFailed as failure:
            raise CommandError(f"No backup was made. {failure}") from None
        until = dies_at(row.began_at.date())
        self.stdout.write(
            f"{row.name}: {row.size} bytes, restored on trial and found whole; readable until"
            f" {until:%-d %B %Y}."
        )
