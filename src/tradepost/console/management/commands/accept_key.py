"""``tradepost accept-key``: go on with another secret key, knowing what is lost."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.console.actions.installation import LOST_WITH_THE_KEY, accept_key


class Command(BaseCommand):
    help = "Go on with another secret key when the old one is lost for good; says what is lost with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="the old key is lost for good")

    def handle(self, *args: object, **options: object) -> None:
        lost = "\n".join(f"  - {what}" for what in LOST_WITH_THE_KEY)
        if not options["yes"]:
            raise CommandError(
                f"With the old key these are lost:\n{lost}\n"
                "Put it back from a backup if you can. If not: tradepost accept-key --yes"
            )
        if not accept_key():
            self.stdout.write("The key is the one that this database knows; nothing changes.")
            return
        self.stdout.write(f"The new key is accepted. Lost with the old one:\n{lost}")
