"""``tradepost deliver``: the sender process."""

import signal

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.delivery.engine.sender import Engine, SpoolTaken, own_relay
from tradepost.delivery.engine.service import Sending


class Command(BaseCommand):
    # The data map is checked; addresses and templates are the web server's business.
    requires_system_checks = (Tags.models,)
    help = (
        "Sends what is queued through the relay until stopped. Several may run at once, on one machine "
        "or many. SIGTERM finishes what is in flight and gives back the rest."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--connections",
            type=int,
            default=0,
            help="Connections to the relay at most (TRADEPOST_SMTP_CONNECTIONS).",
        )
        parser.add_argument(
            "--letters-only",
            action="store_true",
            help="Send single mail only: beside a bulk sender, receipts then never wait at all.",
        )
        parser.add_argument(
            "--unsigned", action="store_true", help="No DKIM signatures: the relay makes its own."
        )
        parser.add_argument("--once", action="store_true", help="Send what is due and end.")

    def handle(
        self,
        *args: object,
        connections: int,
        letters_only: bool,
        unsigned: bool,
        once: bool,
        **options: object,
    ) -> None:
        def make() -> Engine:
            return Engine(
                relay=own_relay(),
                connections=connections,
                letters_only=letters_only,
                signed=not unsigned,
            )

        sending = Sending(make)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sending.stop())
        try:
            if once:
                sending.send_what_is_due()
            else:
                sending.run()
        except SpoolTaken as refusal:
            raise CommandError(str(refusal)) from None
