"""``tradepost testmail ADDRESS``: does mail from here arrive?"""

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.outgoing.dkim import KeyDamaged, records
from tradepost.delivery.queries import mail_domain


class Command(BaseCommand):
    help = "Queues one mail to an address and prints the DNS records that make others trust ours."
    requires_system_checks = (Tags.models,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: object, address: str, **options: object) -> None:
        queue_mail(
            to=address,
            template="delivery/relay-test",
            context={"site": mail_domain()},
        )
        self.stdout.write("Queued; `tradepost deliver` sends it. Publish these records:")
        try:
            published = records()
        except KeyDamaged as damage:
            raise CommandError(f"There is no record to publish: {damage}.") from None
        for name, text in published.items():
            self.stdout.write(f"{name}. TXT {text}")
