"""``tradepost files``: where files lie, whether that works, and how they get into a bucket."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from shutil import copyfile

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tradepost.jobs import storage
from tradepost.jobs.outages import outage_of
from tradepost.jobs.storage.folder import Folder

SHARED = ("media", "private", "exports", "keys")  # what all machines see


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
            self._try_out()
            if move:
                self._move()
        except Exception as error:
            if what := outage_of(error):
                raise CommandError(f"{what[:1].upper()}{what[1:]}.") from None
            raise

    def _try_out(self) -> None:
        """Raises: CommandError."""
        name, content = f"exports/trial/{secrets.token_hex(8)}", secrets.token_bytes(100)
        files = storage.files()
        files.write(name, content)
        with files.open(name) as stream:
            found = stream.read()
        files.delete(name)
        if found != content:
            raise CommandError("What was written is not what is read.")
        where = settings.TRADEPOST.data if isinstance(files, Folder) else storage.bucket_hosts()[0]
        self.stdout.write(f"Files lie at {where}: written, read and deleted one.")

    def _move(self) -> None:
        """Safe to repeat: one that was cut off goes on. Raises: CommandError."""
        here, there = Folder(), storage.files()
        if isinstance(there, Folder):
            raise CommandError("There is no bucket: set TRADEPOST_FILES_URL.")
        count = 0
        for folder in SHARED:
            for file in list(here.list(folder)):
                with storage.draft() as draft:
                    copyfile(Path(settings.TRADEPOST.data) / file.name, draft)
                    there.put(file.name, draft)
                if there.size(file.name) != file.size:
                    raise CommandError(f"{file.name} did not arrive whole; it stays here.")
                here.delete(file.name)
                count += 1
        self.stdout.write(f"{count} files moved.")
