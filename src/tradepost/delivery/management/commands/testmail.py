"""``tradepost testmail ADDRESS``: does mail from here arrive?"""

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandParser

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.dkim import records
from tradepost.delivery.queries import mail_domain


class Command(BaseCommand):
    help = "Queues one mail to an address and prints the DNS records that make others trust ours."
    requires_system_checks = (Tags.models,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        queue_mail(
            to=options["address"],
            template="delivery/relay-test",
            context={"site": mail_domain()},
        )
        self.stdout.write("Queued; `tradepost deliver` sends it. Publish these records:")
        for name, text in records().items():
            self.stdout.write(f"{name}. TXT {text}")
