from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from tradepost.payments.standin.server import serve


class Command(BaseCommand):
    help = "Run the stand-in for Stripe on the loopback address, for tests and the demo only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8030)
        parser.add_argument(
            "--state", type=Path, default=None, help="File that keeps its payments over a restart."
        )

    def handle(self, *args: object, port: int, state: Path | None, **options: object) -> None:
        state = state or Path(settings.TRADEPOST.data) / "stripe-standin.json"
        server, standin = serve(port, state)
        self.stdout.write(f"Stand-in for Stripe at {standin.base} (no money moves)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
