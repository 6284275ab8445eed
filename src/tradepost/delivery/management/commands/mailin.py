"""``tradepost mailin``: takes bounces, feedback reports and unsubscribe mail."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.delivery.servers import serve_returned

DEFAULT = "lmtp://127.0.0.1:2424"


class Command(BaseCommand):
    # The data map is checked; addresses and templates are the web server's business.
    requires_system_checks = (Tags.models,)
    help = (
        "Listens for returned mail, feedback reports, and mail to unsubscribe addresses, postmaster, abuse "
        "and the shops' addresses; refuses every other address. "
        "Let your mail server hand over the mail domain by LMTP, or point an MX record here with --smtp."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", help="Address to listen on (TRADEPOST_MAILIN_URL's).")
        parser.add_argument("--port", type=int, help="Port to listen on (TRADEPOST_MAILIN_URL's).")
        parser.add_argument("--smtp", action="store_true", help="Speak SMTP instead of LMTP.")

    def handle(
        self, *args: object, smtp: bool, host: str | None, port: int | None, **options: object
    ) -> None:
        chosen = urlsplit(settings.TRADEPOST.mailin_url or DEFAULT)
        smtp = smtp or chosen.scheme == "smtp"
        host = host or chosen.hostname or "127.0.0.1"
        port = port or chosen.port or (25 if smtp else 2424)
        try:
            serve_returned(host, port, lmtp=not smtp)
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be listened on ({error.strerror or error}); "
                "set TRADEPOST_MAILIN_URL to another one."
            ) from None
