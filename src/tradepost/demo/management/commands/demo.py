from concurrent.futures import Future

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tradepost.catalog.pictures import EncodedPicture
from tradepost.console.actions import become_demo
from tradepost.console.queries import is_public
from tradepost.demo.actions import load_demo
from tradepost.demo.actions.load import NotEmpty
from tradepost.demo.plan import SIGN_INS


class Command(BaseCommand):
    help = "Load the demo shop into an empty installation."
    stealth_options = ("painting",)

    def handle(
        self,
        *args: object,
        painting: Future[list[EncodedPicture]] | None = None,
        **options: object,
    ) -> None:
        if is_public(settings.TRADEPOST.base_url):
            raise CommandError(
                "The demo shop has published passwords, so it is not loaded under"
                f" {settings.TRADEPOST.base_url}."
            )
        try:
            # Whole, or not at all: published passwords never stand in what is not known as a demo.
            with transaction.atomic():
                load_demo(painting)
                become_demo()
        except NotEmpty:
            raise CommandError(
                "There are shops here already; the demo loads into an empty installation only."
            ) from None
        settings.TRADEPOST.repeat_whether_demo(is_demo=True)
        if options["verbosity"]:
            for who, email, password in SIGN_INS:
                self.stdout.write(f"Sign in as {who}: {email} / {password}")
