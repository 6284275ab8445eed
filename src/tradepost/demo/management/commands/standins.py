"""``tradepost standins``: what stands beside a demo, in one small process."""

from pathlib import Path
from threading import Thread

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tradepost.delivery.servers import serve_catcher
from tradepost.payments.standin.server import serve


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Take all mail and deliver none (mailcatcher), and stand in for Stripe (stripe-standin)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True, help="of the stand-in for Stripe")

    def handle(self, *args: object, port: int, **options: object) -> None:
        server, _standin = serve(port, Path(settings.TRADEPOST.data) / "stripe-standin.json")
        Thread(target=server.serve_forever, args=[60.0], daemon=True).start()
        with server:
            serve_catcher(settings.TRADEPOST.mail_catcher_port)
