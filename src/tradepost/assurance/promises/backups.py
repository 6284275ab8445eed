"""Backups that die, and nobody who comes back with one: played out in an installation of its own."""

import io
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import override_settings
from django_scopes import scope, scopes_disabled

from tradepost.assurance.byte_search import databases_holding, files_holding, flush_to_files
from tradepost.assurance.entrances.registry import Mark, doors
from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.uses import WaysOfUse
from tradepost.assurance.scratch import TEMPLATE, scratch_instance
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.models import ConsentRecord, Contact
from tradepost.audience.types import ConsentKind
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.backups import day_keys, places
from tradepost.backups.actions import make, restore
from tradepost.backups.archive.tape import Tape, take_database
from tradepost.backups.heads import first_missing
from tradepost.backups.types import KEYS_LIVE, BackupFailed, Unreadable
from tradepost.datamap.promises import Broken, Evidence, keeps, require
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Erase, Subject
from tradepost.delivery.actions.suppress import suppress
from tradepost.delivery.queries import is_suppressed
from tradepost.delivery.types import SuppressionReason
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.cancel import delete_order
from tradepost.orders.models import Order
from tradepost.rights.actions.erase import erase_person
from tradepost.rights.actions.rights import restrict
from tradepost.rights.graph import places as map_places

MONTH = timedelta(days=30)
_GZIP = b"\x1f\x8b\x08"


@contextmanager
def own_installation() -> Iterator[Path]:
    """A data folder and an SQLite database of its own: what is committed there is really there."""
    with TemporaryDirectory(prefix="tradepost-drill-") as name:
        folder = Path(name)
        _migrated(folder / TEMPLATE)
        (folder / "secret_key").write_text(secrets.token_urlsafe(48))
        chosen = replace(settings.TRADEPOST, data=folder, backups_url="", backup_keys_url="")
        said = connection.settings_dict | {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / TEMPLATE),
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        }
        outer = connections["default"]
        connections["default"] = DatabaseWrapper(said, "default")
        try:
            with override_settings(TRADEPOST=replace(chosen, files_url="")):
                yield folder
        finally:
            connections["default"].close()
            connections["default"] = outer


def _migrated(place: Path) -> None:
    if connection.vendor != "sqlite":
        with scratch_instance() as folder:
            shutil.copy(folder / TEMPLATE, place)
        return
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as here,
        closing(sqlite3.connect(place)) as target,
    ):
        here.backup(target)


def _backed_up() -> str:
    """Raises: Broken, when there is none that can be restored."""
    try:
        return make.make_backup(by=SYSTEM).name
    except BackupFailed as failure:
        raise Broken(f"No backup could be made: {failure}") from failure


def _restored(name: str) -> None:
    restore.load(name)
    restore.finish()
    flush_to_files()


@keeps("keep.backups-month", Evidence.TESTED)
def an_old_backup_cannot_be_opened() -> str:
    """A copy that somebody put away is tried a minute before and after its time, with all that is there."""
    with own_installation() as folder:
        word = fixtures.known_person(fixtures.shop()).root
        name = _backed_up()
        sealed = (folder / places.BACKUPS / name).read_bytes()
        plain = word.encode() in sealed or _GZIP in sealed[:4096]
        require(not plain, "A backup can be read without a key.")
        require(_opens(sealed), "A fresh backup cannot be read.")
        _require_without_keys(sealed, folder)
        made = clock.now()
        with clock.at(made + MONTH):
            make.let_keys_die()
            make.purge()
            require(not _opens(sealed), "A copy can be read after 30 days.")
            require(not (folder / places.BACKUPS / name).exists(), "Its file is still there.")
        left = list((folder / places.KEYS).glob("*.key"))
        require(not left, f"{len(left)} keys are still there after 30 days.")
        require(not _opens(sealed), "A copy can be read when the clock is set back.")
    return "A copy that was put away is noise after 30 days: its key is gone, and in no backup."


def _opens(sealed: bytes) -> bool:
    with TemporaryDirectory() as name:
        try:
            take_database(Tape(io.BytesIO(sealed)), Path(name) / "copy")
        except Unreadable:
            return False
    return True


def _require_without_keys(sealed: bytes, folder: Path) -> None:
    """No key of a day lies in what it opens, by name or by its bytes."""
    found = [file.read_bytes() for file in (folder / places.KEYS).glob("*.key")]
    require(found, "There is no key; the check is blind.")
    for part, content in Tape(io.BytesIO(sealed)).parts():
        held = content.read()
        kept = [key for key in found if key in held or part.endswith(".key")]
        require(not kept, f"A key of backups lies in the backup ({part}).")


@keeps("keep.backups-month", Evidence.MONITORED)
def no_key_is_older_than_a_month() -> str:
    days = day_keys.days()
    old = [day for day in days if clock.now().date() - day > KEYS_LIVE]
    require(KEYS_LIVE <= MONTH, f"Keys live for {KEYS_LIVE.days} days.")
    require(not old, f"The key of {min(old, default='')} is still there.")
    return (
        f"{len(days)} keys of days, none older than 30 days." if days else "No backup was made yet."
    )


@keeps("keep.deleted-gone-in-a-month", Evidence.TESTED)
def a_deleted_order_is_nowhere_after_a_month() -> str:
    """Also where it was backed up, and the backup restored, before the month was over."""
    with own_installation() as folder:
        merchant = fixtures.shop()
        buyer = Mark(fixtures.mark())
        doors["guest checkout"].let_in(merchant, buyer)
        name = _backed_up()
        sealed = (folder / places.BACKUPS / name).read_bytes()
        with scope(merchant=merchant):
            delete_order(order=Order.objects.get(email=buyer.email), by=SYSTEM)
        _restored(name)
        with scope(merchant=merchant):
            back = Order.objects.filter(email=buyer.email).exists()
        require(not back, "A deleted order came back with a backup.")
        with clock.at(clock.now() + MONTH):
            make.let_keys_die()
            require(not _opens(sealed), "The order can be read in a backup after a month.")
    return "A deleted order was backed up; restored it stayed deleted, and after 30 days the copy is noise."


@keeps("keep.no-resurrection", Evidence.TESTED)
def nobody_comes_back_with_a_backup() -> str:
    """Erased, withdrawn, suppressed, restricted after the copy: all of it stands after the restore."""
    with own_installation():
        merchant = fixtures.shop()
        gone = fixtures.known_person(merchant)
        stays, left, stopped = (fixtures.known_person(merchant) for _ in range(3))
        name = _backed_up()
        erase_person(ref=_ref(merchant, gone), by=PERSON)
        with scope(merchant=merchant):
            contact = Contact.objects.get(email=left.email)
            unsubscribe(contact=contact, how="unsubscribe page", by=PERSON)
            suppress(address=stopped.email, reason=SuppressionReason.COMPLAINT, merchant=merchant)
        restrict(ref=_ref(merchant, stopped), by=PERSON)
        _restored(name)
        _require_gone(gone)
        _require_still_stopped(merchant, left, stopped)
        require(databases_holding(stays.root), "Somebody who was not erased is gone.")
    return (
        "A backup was restored: who was erased since is in no table and file, and each withdrawal,"
        " suppression and restriction stands."
    )


@keeps("access.recorded", Evidence.MONITORED)
def the_record_reaches_what_was_written_outside() -> str:
    missing = first_missing()
    require(missing is None, f"The end of the record was cut off: {missing} is missing.")
    return "The record holds each head that was written outside the database."


def _ref(merchant: Merchant, mark: Mark) -> SubjectRef:
    return SubjectRef(Subject.CUSTOMER, mark.email, merchant.pk)


def _require_gone(mark: Mark) -> None:
    kept = {
        f"{place.model._meta.db_table}.{name}"
        for place in map_places()
        for name, said in place.fields.items()
        if said.erase is Erase.KEEP
    }
    back = set(databases_holding(mark.root)) - kept
    require(not back, f"An erased person is back in {', '.join(sorted(back))}.")
    if not databases_holding(mark.root):
        files = [file.name for file in files_holding(mark.root)]
        require(not files, f"An erased person is back in {', '.join(files)}.")


def _require_still_stopped(merchant: Merchant, left: Mark, stopped: Mark) -> None:
    with scopes_disabled():
        agreed = ConsentRecord.objects.filter(
            email_key=email_key(left.email), kind=ConsentKind.NEWSLETTER, withdrawn_at=None
        )
        require(not agreed.exists(), "A consent that was withdrawn is back.")
    found = is_suppressed(address=stopped.email, merchant_id=merchant.pk)
    require(found is SuppressionReason.COMPLAINT, "A suppressed address is written to again.")
    used = WaysOfUse(merchant, stopped).in_use()
    require(not used, f"A restore lifted a restriction: {', '.join(used)}.")
