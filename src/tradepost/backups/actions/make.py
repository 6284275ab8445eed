"""Making a backup: copied, sealed, put in its place in one step, fetched back and restored on trial."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tradepost import __version__
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.backups import day_keys, places
from tradepost.backups.archive.tape import Tape, take_database, write_tape
from tradepost.backups.databases import database
from tradepost.backups.ledger.keeping import bring_up_to_date
from tradepost.backups.models import Backup
from tradepost.backups.queries import files_due
from tradepost.backups.types import About, BackupFailed, Unreadable, name_at
from tradepost.jobs import storage
from tradepost.jobs.outages import NeighbourAway
from tradepost.lib import clock
from tradepost.lib.files import sync
from tradepost.lib.keys import derived_key

logger = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT}


def make_backup(*, by: Actor) -> Backup:
    """Copy the running installation; what is old goes. On record, also when it fails.

    Raises:
        BackupFailed
    """
    began = clock.now()
    row = Backup.objects.create(name=name_at(began), began_at=began)
    try:
        with _in_one_sentence():
            bring_up_to_date()
            row.size = _write(row)
            _try_out(row.name)
            row.verified_at = clock.now()
    except BackupFailed as failure:
        row.error = str(failure)[:300]
        _forget(row.name)
        raise
    finally:
        row.save()
    purge(clock.now())
    record(actor=by, action="backups.make", target=row, detail={"bytes": row.size})
    return row


def run_scheduled() -> int:
    """The scheduler's call; returns the bytes. A demo is not backed up: it can be made anew."""
    if settings.TRADEPOST.is_demo:
        return 0
    return make_backup(by=Actor.job("backups.make")).size


def purge(now: object = None) -> int:  # noqa: ARG001  a keep rule's call
    """Backups past their days, and what a killed process left beside them. Keys die by themselves."""
    gone = files_due(clock.now())
    for name in gone:
        places.backups().delete(name)
    return len(gone)


def key_print() -> str:
    """By which a backup knows the installation's key, without telling it."""
    return derived_key(settings.SECRET_KEY, "backups are ours").hex()


def _write(row: Backup) -> int:
    with storage.draft() as copy, storage.draft() as sealed:
        here = database()
        rows = here.copy_to(copy)
        about = About(
            engine=here.engine,
            version=__version__,
            began_at=row.began_at.isoformat(),
            key_print=key_print(),
            rows=dict(rows),
        )
        with sealed.open("xb") as target:
            day = row.began_at.date()
            write_tape(target, day=day, about=about, database=copy, secret=secret_file())
        sync(sealed)
        size = sealed.stat().st_size
        places.backups().put(f"{places.BACKUPS}/{row.name}", sealed)
    return size


def secret_file() -> Path | None:
    """The file that holds the installation's key, unless it comes from a setting."""
    path = Path(settings.TRADEPOST.data) / "secret_key"
    return path if path.exists() and not settings.TRADEPOST.secret_key else None


def _try_out(name: str) -> None:
    """From where it lies now, with the key as it lies now. Raises: Unreadable."""
    with places.backups().open(f"{places.BACKUPS}/{name}") as source, storage.draft() as copy:
        tape = Tape(source)
        take_database(tape, copy)
        with database().opened(copy) as found:
            lost = {table for table, count in tape.about.rows.items() if found.get(table) != count}
        if lost:
            raise Unreadable(f"Restored on trial, {min(lost)} has another number of rows.")


def _forget(name: str) -> None:
    """Nothing that did not stand its trial looks as if it had."""
    try:
        places.backups().delete(f"{places.BACKUPS}/{name}")
    except (NeighbourAway, OSError):
        logger.warning("%s could not be deleted", name)


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """Raises: BackupFailed."""
    try:
        yield
    except NeighbourAway as away:
        raise BackupFailed(f"{away} is away.") from away
    except OSError as error:
        if error.errno in _FULL:
            where = error.filename or settings.TRADEPOST.data
            raise BackupFailed(
                f"The disk is full ({where}): a backup needs the database's size twice while it is made."
            ) from error
        raise BackupFailed(f"{error.filename or 'A file'}: {error.strerror}.") from error


def let_keys_die() -> int:
    """The scheduler's call; returns how many keys went."""
    return day_keys.let_die(clock.now())
