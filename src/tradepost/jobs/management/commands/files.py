"""``tradepost files``: where files lie, whether that works, and how they get into a bucket."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tradepost.jobs.outages import outage_of
from tradepost.jobs.storage.moving import NoBucketChosen, NotTheSame, move_into_bucket, try_out


class Command(BaseCommand):
    help = "Say where files lie, and try to write, read and delete one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--move",
            action="store_true",
            help="bring the files of this data folder into the bucket, and delete them here",
        )

    def handle(self, *, move: bool, **options: object) -> None:
        try:
            self.stdout.write(f"Files lie at {try_out()}: written, read and deleted one.")
            if move:
                self.stdout.write(f"{move_into_bucket()} files moved.")
        except NotTheSame as name:
            raise CommandError(f"{name} did not arrive whole; it stays here.") from None
        except NoBucketChosen:
            raise CommandError("There is no bucket: set TRADEPOST_FILES_URL.") from None
        except Exception as error:
            if what := outage_of(error):
                raise CommandError(f"{what[:1].upper()}{what[1:]}.") from None
            raise
