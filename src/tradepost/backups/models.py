"""What was backed up and restored. The copies themselves lie elsewhere."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from tradepost.backups.types import dies_at
from tradepost.lib import clock


class Backup(models.Model):
    """One try to make a backup. ``verified_at``: when it had been restored on trial and found whole."""

    name = models.CharField(max_length=60)
    began_at = models.DateTimeField(default=clock.now, db_index=True)
    verified_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-began_at"]

    class Privacy:
        not_personal = {
            "id": "row number",
            "name": "name of a file, made of its time",
            "began_at": "time of the backup",
            "verified_at": "time of the trial",
            "size": "bytes",
            "error": "written by the program about places and programs",
        }

    def __str__(self) -> str:
        return self.name

    @property
    def dies_at(self) -> datetime:
        return dies_at(self.began_at.date())

    @property
    def is_readable(self) -> bool:
        return self.verified_at is not None and clock.now() < self.dies_at


class Restoration(models.Model):
    """A restore. While one is unfinished nothing starts: the ledger has not been gone through yet.

    ``loaded_at`` comes with the restored database; without it the former one is still in its place.
    """

    name = models.CharField(max_length=60)
    began_at = models.DateTimeField(default=clock.now)
    copied_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Privacy:
        not_personal = {
            "id": "row number",
            "name": "name of a file, made of its time",
            "began_at": "time of the restore",
            "copied_at": "time of the backup",
            "loaded_at": "time of the restore",
            "finished_at": "time of the restore",
        }

    def __str__(self) -> str:
        return self.name


class Replayed(models.Model):
    """A fact of the ledger that was carried out on a restored database: never a second time.

    Row numbers are given anew after a restore, so another row may have the number that it names.
    """

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Privacy:
        not_personal = {
            "id": "row number",
            "digest": "hash of a line of the ledger, which names nobody",
            "at": "time of the restore",
        }

    def __str__(self) -> str:
        return self.digest[:12]
