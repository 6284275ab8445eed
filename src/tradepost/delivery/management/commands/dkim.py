"""``tradepost dkim``: the records that make others trust our mail, and new keys when the old are lost."""

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.delivery.outgoing.dkim import KeyDamaged, make_new_keys, records


class Command(BaseCommand):
    help = "Prints the DKIM records to publish; makes new keys when the old ones are lost for good."
    requires_system_checks = (Tags.models,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new",
            action="store_true",
            help="make new keys; the old ones stay in their folder under another name",
        )

    def handle(self, *args: object, **options: object) -> None:
        if options["new"]:
            make_new_keys()
        try:
            published = records()
        except KeyDamaged as damage:
            raise CommandError(f"There is no record to publish: {damage}.") from None
        for name, text in published.items():
            self.stdout.write(f"{name}. TXT {text}")
