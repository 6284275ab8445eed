"""``tradepost deliver``: the sender process."""

import signal
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from tradepost.delivery.engine import Engine, own_relay


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

    def handle(self, *args: Any, **options: Any) -> None:
        _map_no_database()
        with Engine(
            relay=own_relay(),
            connections=options["connections"],
            letters_only=options["letters_only"],
            signed=not options["unsigned"],
        ) as engine:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: engine.stop())
            if options["once"]:
                engine.run_until_idle()
            else:
                engine.run()


def _map_no_database() -> None:
    """A sender walks through whole tables: mapped, SQLite's file would count as its memory, page by page."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
