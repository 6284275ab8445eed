"""``tradepost record``: is the access record whole, from its first entry to what was written outside?"""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.audit.models import Entry
from tradepost.audit.queries import first_broken_entry
from tradepost.backups.heads import first_missing


class Command(BaseCommand):
    help = (
        "Look through the whole access record: altered entries, gaps, and a tail that was cut off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seal", default="", help="a head that was mailed: is it still there?")

    def handle(self, *args: object, **options: object) -> None:
        broken = first_broken_entry()
        if broken is not None:
            raise CommandError(f"Entry {broken.pk} was altered, or the one before it is missing.")
        if missing := first_missing():
            raise CommandError(
                f"The end was cut off: entry {missing['number']} of {missing['at']} is missing."
            )
        if options["seal"] and not Entry.objects.filter(seal=options["seal"]).exists():
            raise CommandError("The entry with this seal is missing.")
        newest = Entry.objects.order_by("-pk").first()
        told = f"entry {newest.pk}, {newest.seal}" if newest else "empty so far"
        self.stdout.write(f"The record is whole. Its head: {told}")
