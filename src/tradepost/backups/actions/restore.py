"""Restoring: all of the backup is read first, then it takes the place of what is there, in one step;
then the ledger is gone through. Until that is done, nothing starts (``Restoration``)."""

import hmac
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.backups import places
from tradepost.backups.actions.make import key_print, secret_file
from tradepost.backups.archive.tape import FILES, FOLDERS, SECRET, Tape, take_database
from tradepost.backups.databases import database
from tradepost.backups.heads import note_restore
from tradepost.backups.ledger import book
from tradepost.backups.ledger.keeping import OVERLAP, bring_up_to_date, go_through
from tradepost.backups.models import Backup, Restoration
from tradepost.backups.queries import copies
from tradepost.backups.types import BackupFailed, made_at
from tradepost.delivery.actions.after_restore import hold_what_waits
from tradepost.jobs import storage
from tradepost.lib import clock
from tradepost.rights.actions.run_retention import run_retention

_OF_THIS_MOMENT = {"drafts", "lives"}


class NothingToFinish(BackupFailed):
    """No restore was begun here."""


def newest() -> str:
    """Raises: BackupFailed."""
    found = copies()
    if not found:
        raise BackupFailed("There is no backup where backups lie.")
    return found[0].name


def load(name: str) -> datetime:
    """Put the backup in the place of what is there; returns of when it is. Nothing starts from now on.

    The ledger is brought up to date first, from the database that goes. Call :func:`finish` next, in a
    new process: the key may be another one.

    Raises:
        BackupFailed: before anything was changed.
    """
    at = made_at(name)
    if at is None:
        raise BackupFailed(f"{name} is not the name of a backup.")
    here = database()
    try:
        source = places.backups().open(f"{places.BACKUPS}/{name}")
    except FileNotFoundError:
        raise BackupFailed(f"There is no backup {name}.") from None
    with source, storage.draft() as copy:
        tape = Tape(source)
        take_database(tape, copy)
        if tape.about.engine != here.engine:
            raise BackupFailed(f"It holds a database of {tape.about.engine}, not {here.engine}.")
        own = _require_its_key(tape.about.key_print)
        here.require_alone()
        begun = _write_down_what_happened(name, tape.about.moment, own=own)
        try:
            here.put_back(copy, _mark(name, tape.about.moment))
        except BackupFailed:
            begun.delete()
            raise
    _put_files_back(name)
    _clear_spools()
    return tape.about.moment


def _require_its_key(wanted: str) -> bool:
    """Whether this process runs under the backup's key. Raises: BackupFailed, if it never can."""
    own = hmac.compare_digest(wanted, key_print())
    if not own and settings.TRADEPOST.secret_key:
        raise BackupFailed(
            "It was made under another key: set TRADEPOST_SECRET_KEY to the key of that installation."
        )
    return own


def _write_down_what_happened(
    name: str, copied_at: datetime, *, own: bool
) -> QuerySet[Restoration]:
    """The database that goes may know erasures of the last minute; nothing starts on it any more.

    One that cannot be read tells nothing. Raises: LedgerDamaged, while nothing has changed.
    """
    begun = Restoration.objects.filter(loaded_at=None)
    try:
        with transaction.atomic():
            if own and Restoration._meta.db_table in connection.introspection.table_names():
                bring_up_to_date()
                Restoration.objects.create(name=name, copied_at=copied_at)
    except DatabaseError:
        pass
    finally:
        connection.close()
    if own:
        list(book.facts(copied_at - OVERLAP))
    return begun


def _mark(name: str, copied_at: datetime) -> Callable[[str], str]:
    """The row that comes with the database: loaded, and not finished. All values are our own."""
    now = clock.now().isoformat()

    def statement(table: str) -> str:
        return (
            f"INSERT INTO {table} (name, began_at, copied_at, loaded_at)"  # noqa: S608  see above
            f" VALUES ('{name}', '{now}', '{copied_at.isoformat()}', '{now}');"
        )

    return statement


def _put_files_back(name: str) -> None:
    """Each in one step; what the backup does not know goes: no row names it any more."""
    kept = set()
    with places.backups().open(f"{places.BACKUPS}/{name}") as source:
        for part, content in Tape(source).parts():
            if part == SECRET and not settings.TRADEPOST.secret_key:
                _put_secret(content)
            elif part.startswith(FILES):
                kept.add(file := part.removeprefix(FILES))
                with storage.being_written(file) as path, path.open("xb") as target:
                    shutil.copyfileobj(content, target, 1 << 20)
    for folder in (*FOLDERS, "private", "exports"):
        for found in list(storage.files().list(folder)):
            if found.name not in kept:
                storage.files().delete(found.name)


def _put_secret(content: IO[bytes]) -> None:
    path = secret_file() or Path(settings.TRADEPOST.data) / "secret_key"
    beside = path.with_name("secret_key.restored")
    beside.write_bytes(content.read())
    beside.chmod(0o600)
    beside.replace(path)


def _clear_spools() -> None:
    """Journals and measured opens name rows by numbers, which are given anew."""
    spool = Path(settings.TRADEPOST.data) / "spool"
    for folder in spool.iterdir() if spool.exists() else ():
        if folder.is_dir() and folder.name not in _OF_THIS_MOMENT:
            shutil.rmtree(folder)


def finish() -> dict[str, int]:
    """Tables of this version, then the ledger, retention, sign-ins and waiting mail; then all may start.

    Stopped on the way, the next call goes on. Returns how much of each kind was done again.

    Raises:
        NothingToFinish
        BackupFailed: the ledger is damaged; nothing starts until it is put back.
    """
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    row = Restoration.objects.filter(finished_at=None).exclude(loaded_at=None).last()
    if row is None:
        if not Restoration.objects.filter(finished_at=None).delete()[0]:
            raise NothingToFinish("No restore was begun here.")
        return {}  # cut off before anything had changed
    by = Actor.at_machine("restore")
    note_restore(row.copied_at.isoformat())
    done = go_through(row.copied_at, by)
    run_retention()
    with scopes_disabled(), transaction.atomic():
        Session.objects.all().delete()
        # The copy was made before its own trial; it has been read to its end now.
        Backup.objects.filter(name=row.name, verified_at=None).update(verified_at=row.copied_at)
        done["mail held"] = hold_what_waits()
        record(actor=by, action="backups.restore", target=row, detail=done)
        Restoration.objects.filter(finished_at=None).update(finished_at=clock.now())
    return done
