"""``tradepost mailin``: takes bounces, feedback reports and unsubscribe mail."""

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandParser

from tradepost.delivery.listening import serve_returned


class Command(BaseCommand):
    # The data map is checked; addresses and templates are the web server's business.
    requires_system_checks = (Tags.models,)
    help = (
        "Listens for returned mail and mail to unsubscribe addresses; refuses every other address. "
        "Let your mail server hand over the mail domain by LMTP, or point an MX record here with --smtp."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on (127.0.0.1).")
        parser.add_argument("--port", type=int, default=2424, help="Port to listen on (2424).")
        parser.add_argument("--smtp", action="store_true", help="Speak SMTP instead of LMTP.")

    def handle(self, *args: Any, **options: Any) -> None:
        serve_returned(options["host"], options["port"], lmtp=not options["smtp"])
