"""Which backups there are, and whether they are late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from tradepost.backups import places
from tradepost.backups.models import Backup
from tradepost.backups.types import LATE_AFTER, made_at
from tradepost.lib import clock

_LEFT_BEHIND = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A file that looks like a backup, where backups lie."""

    name: str
    at: datetime
    size: int


def copies() -> list[Copy]:
    """The newest first. Raises: NeighbourAway."""
    found = [
        Copy(name=name, at=at, size=file.size)
        for file in places.backups().list(places.BACKUPS)
        if (at := made_at(name := file.name.rpartition("/")[2]))
    ]
    return sorted(found, key=lambda copy: copy.at, reverse=True)


def files_due(now: datetime) -> list[str]:
    """Full names: backups past their days, and unfinished ones of yesterday and before."""
    keep = timedelta(days=settings.TRADEPOST.backup_days)
    due = []
    for file in places.backups().list(places.BACKUPS):
        at = made_at(file.name.rpartition("/")[2])
        if (at is not None and at <= now - keep) or (
            at is None and file.changed_at < now - _LEFT_BEHIND
        ):
            due.append(file.name)
    return due


def tries() -> QuerySet[Backup]:
    return Backup.objects.order_by("-began_at")


def last_good() -> Backup | None:
    return Backup.objects.exclude(verified_at=None).order_by("-began_at").first()


def late_since(made: datetime) -> datetime | None:
    """Since when a backup is missing, in an installation made at ``made``; None: all is well."""
    last = last_good()
    since = last.began_at if last else made
    return since if clock.now() - since > LATE_AFTER else None
