"""``tradepost mailcatcher``: takes all mail of a demo installation, delivers none."""

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand

from tradepost.delivery.servers import serve_catcher


class Command(BaseCommand):
    # The data map is checked; addresses and templates are the web server's business.
    requires_system_checks = (Tags.models,)
    help = "Listens on 127.0.0.1:TRADEPOST_MAIL_CATCHER_PORT and keeps what comes, to be read at /caught/."

    def handle(self, *args: object, **options: object) -> None:
        serve_catcher(settings.TRADEPOST.mail_catcher_port)
