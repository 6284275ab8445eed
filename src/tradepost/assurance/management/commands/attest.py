"""``tradepost attest``: give your word for a promise that no program can check."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tradepost.assurance.actions.attest import attest
from tradepost.assurance.actions.run_promises import UnknownPromise
from tradepost.lib.addresses import InvalidEmail


class Command(BaseCommand):
    help = "Vouch, with your name, for a promise that no program can check; holds for a year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("promise")
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument("--statement", required=True, help="what exactly you vouch for")

    def handle(
        self, *, promise: str, name: str, email: str, statement: str, **options: object
    ) -> None:
        try:
            word = attest(
                promise=promise,
                by_name=name,
                by_email=email,
                statement=statement,
            )
        except UnknownPromise:
            raise CommandError(f"{options['promise']} is not an attested promise.") from None
        except InvalidEmail as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{word.promise}: vouched for until {word.expires_at:%Y-%m-%d}.")
