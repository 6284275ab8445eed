"""Copied while all goes on, put back in one step, and nothing starts before the ledger was gone through."""

import errno
import io
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as running
from django.core.management import CommandError, call_command
from django.db import connection
from django_scopes import scope, scopes_disabled

from tradepost.assurance.byte_search import databases_holding
from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.backups import own_installation
from tradepost.audience.models import Contact
from tradepost.audit.models import Entry
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.backups import day_keys, places
from tradepost.backups.actions import make, restore
from tradepost.backups.archive import sealing, tape
from tradepost.backups.ledger import book
from tradepost.backups.models import Backup, Restoration
from tradepost.backups.queries import copies, late_since
from tradepost.backups.types import BackupFailed, Unreadable
from tradepost.config.environment import read_environment
from tradepost.config.processes.surroundings import CannotStart, require_database
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.jobs import storage
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.models import Order
from tradepost.rights.actions.pending import finish_erasures
from tradepost.rights.actions.rights import erase_on_request, log_request
from tradepost.rights.models import ErasureRecord, RightsRequest
from tradepost.rights.types import Channel, Right

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    with own_installation() as folder:
        yield folder


@pytest.fixture
def shop(house):
    return Merchant.objects.create(name="Ember", handle="ember", contact_email="a@b.example")


def backed_up():
    return make.make_backup(by=SYSTEM).name


def environment(house):
    return read_environment({"TRADEPOST_DATA": str(house)})


def test_what_was_there_is_back_with_its_files_and_its_key(house, shop):
    storage.files().write("media/wallet.png", b"brown")
    key = (house / "secret_key").read_text()
    name = backed_up()
    shop.delete()
    storage.files().write("media/wallet.png", b"altered")
    storage.files().write("private/uploads/later.csv", b"late@people.example")
    (house / "secret_key").write_text("another")
    restore.load(name)
    restore.finish()
    assert Merchant.objects.get().name == "Ember"
    assert storage.files().open("media/wallet.png").read() == b"brown"
    assert (house / "secret_key").read_text() == key
    assert not (house / "private/uploads/later.csv").exists()
    assert Entry.objects.filter(action="backups.restore").count() == 1
    assert Backup.objects.get(name=name).is_readable


def test_nothing_starts_between_the_copy_and_the_ledger(house, shop):
    require_database(environment(house), with_tables=True)
    restore.load(backed_up())
    connection.close()
    with pytest.raises(CannotStart, match="restore --finish"):
        require_database(environment(house))
    restore.finish()
    require_database(environment(house))
    with pytest.raises(restore.NothingToFinish):
        restore.finish()


def test_one_that_was_cut_off_before_it_changed_anything_is_taken_back(house, shop, monkeypatch):
    name = backed_up()
    shop.delete()

    def killed(self, copy, mark):
        raise KeyboardInterrupt

    monkeypatch.setattr("tradepost.backups.databases.sqlite.SQLite.put_back", killed)
    with pytest.raises(KeyboardInterrupt):
        restore.load(name)
    with pytest.raises(CannotStart):
        require_database(environment(house))
    assert restore.finish() == {}
    assert not Merchant.objects.exists()
    require_database(environment(house))


def test_while_somebody_works_with_the_database_nothing_is_replaced(house, shop):
    import sqlite3

    name = backed_up()
    with sqlite3.connect(house / "tradepost.sqlite3") as other:
        other.execute("SELECT 1 FROM django_migrations").fetchone()
        with pytest.raises(BackupFailed, match="stop"):
            restore.load(name)
    other.close()


@pytest.mark.parametrize("change", ["flip", "cut", "cut a piece", "swap", "head", "nothing", "day"])
def test_what_is_damaged_is_refused_before_anything_changes(house, shop, change):
    storage.files().write("media/noise.png", secrets.token_bytes(200_000))
    name = backed_up()
    file = house / places.BACKUPS / name
    sealed = bytearray(file.read_bytes())
    start = len(sealing.MAGIC) + 2 + len(b'{"day": "2026-12-01"}') + 32
    step = sealing.PIECE + 16
    assert len(sealed) > start + 3 * step, "too small to swap pieces of"
    if change == "flip":
        sealed[len(sealed) // 2] ^= 1
    if change == "cut":
        del sealed[-1]
    if change == "cut a piece":
        del sealed[start + step :]
    if change == "swap":
        one, two = sealed[start : start + step], sealed[start + step : start + 2 * step]
        sealed[start : start + 2 * step] = two + one
    if change == "head":
        sealed[0] ^= 1
    if change == "nothing":
        sealed.clear()
    if change == "day":  # under another day's key
        (house / places.KEYS / "2026-01-01.key").write_bytes(b"A" * 43 + b"=")
        at = sealed.index(b'"day": "')
        sealed[at + 8 : at + 18] = b"2099-01-01"
    file.write_bytes(sealed)
    shop.delete()
    with pytest.raises(Unreadable):
        restore.load(name)
    assert not Merchant.objects.exists()
    assert not Restoration.objects.exists()


def test_without_its_ledger_nothing_is_restored(house, shop):
    name = backed_up()
    ErasureRecord.objects.create(subject="customer", tenant=shop.pk, subject_key="k" * 32)
    restore.bring_up_to_date()
    ledger = house / places.LEDGER
    hours = [file for file in ledger.iterdir() if file.suffix == ".facts"]
    for damage in (hours[0].unlink, (ledger / "list.json").unlink):
        damage()
        with pytest.raises(book.LedgerDamaged):
            restore.load(name)


def test_an_altered_line_of_the_ledger_is_seen(house, shop):
    ErasureRecord.objects.create(subject="customer", tenant=shop.pk, subject_key="k" * 32)
    backed_up()
    file = next((house / places.LEDGER).glob("*.facts"))
    file.write_bytes(file.read_bytes().replace(b"kkkk", b"kkkl"))
    with pytest.raises(book.LedgerDamaged, match="damaged"):
        list(book.facts(clock.now() - timedelta(hours=2)))


def test_a_full_disk_is_said_and_leaves_nothing_that_looks_whole(house, shop, monkeypatch):
    def full(self, piece, *, last):
        raise OSError(errno.ENOSPC, "No space left on device", str(house))

    monkeypatch.setattr(tape.SealingWriter, "_seal", full)
    with pytest.raises(CommandError, match="disk is full"):
        call_command("backup")
    assert copies() == []
    assert list((house / "spool" / "drafts").iterdir()) == []
    assert "disk is full" in Backup.objects.get().error


def test_one_that_does_not_stand_its_trial_is_not_kept(house, shop, monkeypatch):
    monkeypatch.setattr(make, "_try_out", lambda name: (_ for _ in ()).throw(Unreadable("bad")))
    with pytest.raises(BackupFailed):
        make.make_backup(by=SYSTEM)
    assert copies() == []
    assert Backup.objects.get().verified_at is None


def test_old_ones_and_what_was_left_half_written_go(house, shop):
    name = backed_up()
    half = house / places.BACKUPS / f"{name}.0123456789abcdef"
    half.write_bytes(b"half")
    later = clock.now() + timedelta(days=running.TRADEPOST.backup_days)
    with clock.at(later):
        make.purge()
    assert list((house / places.BACKUPS).iterdir()) == []


def test_lateness_is_known_from_the_first_day_on(house, shop):
    made = clock.now()
    assert late_since(made) is None
    with clock.at(made + timedelta(hours=37)):
        assert late_since(made) == made
        backed_up()
        assert late_since(made) is None
    with clock.at(made + timedelta(hours=80)):
        assert late_since(made) == made + timedelta(hours=37)


def test_a_minute_before_its_end_a_key_opens_and_a_minute_after_it_does_not(house, shop):
    name = backed_up()
    sealed = (house / places.BACKUPS / name).read_bytes()
    (day,) = day_keys.days()
    end = day_keys.dies_at(day)
    with clock.at(end - timedelta(minutes=1)):
        tape.Tape(io.BytesIO(sealed))
    with clock.at(end + timedelta(minutes=1)), pytest.raises(Unreadable, match="died"):
        tape.Tape(io.BytesIO(sealed))


def test_the_command_says_what_would_be_lost_before_it_does_anything(house, shop):
    name = backed_up()
    with pytest.raises(CommandError, match=f"restore {name} --yes"):
        call_command("restore")
    out = io.StringIO()
    call_command("backup", "--list", stdout=out)
    assert name in out.getvalue()
    assert Path(house).exists()


def whose_order_is_on_its_way(merchant):
    """A subscriber who has paid and waits for the goods."""
    person = fixtures.known_person(merchant)
    with scope(merchant=merchant):
        mark_paid(order=Order.objects.get(email=person.email), by=SYSTEM)
    return person


def restored(name):
    restore.load(name)
    restore.finish()


def test_an_erasure_that_waits_for_a_hold_goes_on_waiting_after_a_restore(house):
    """What was held is there and held, what was free is gone, and the round finishes it when the hold ends."""
    merchant = fixtures.shop()
    person = whose_order_is_on_its_way(merchant)
    ref = SubjectRef(Subject.CUSTOMER, person.email, merchant.pk)
    name = backed_up()
    erase_on_request(ref=ref, by=PERSON)
    with scopes_disabled():
        held = Order.objects.filter(email=person.email).count()
        assert held
        before = RightsRequest.objects.exclude(begun_at=None).get()
        restored(name)
        after = RightsRequest.objects.exclude(begun_at=None).get()
        assert (after.begun_at, after.due_at, after.done_at) == (
            before.begun_at,
            before.due_at,
            None,
        )
        assert after.waits
        assert Order.objects.filter(email=person.email).count() == held
        assert not Contact.objects.filter(email=person.email).exists()
        assert finish_erasures() == 0
        Order.objects.update(dispatched_at=clock.now(), accepted_at=clock.now())
        assert finish_erasures() == 1
        assert not Order.objects.filter(email=person.email).exists()
        assert RightsRequest.objects.get(pk=after.pk).done_at


def test_one_that_was_finished_after_the_copy_is_finished_again(house):
    merchant = fixtures.shop()
    person = whose_order_is_on_its_way(merchant)
    ref = SubjectRef(Subject.CUSTOMER, person.email, merchant.pk)
    erase_on_request(ref=ref, by=PERSON)
    name = backed_up()
    with scopes_disabled():
        Order.objects.update(dispatched_at=clock.now(), accepted_at=clock.now())
        assert finish_erasures() == 1
        restored(name)
        assert RightsRequest.objects.exclude(begun_at=None).get().done_at
        assert not Order.objects.filter(email=person.email).exists()
        assert finish_erasures() == 0
    assert not [place for place in databases_holding(person.email) if "mail" not in place]


def test_a_request_that_nobody_has_answered_is_on_the_desk_again(house):
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    name = backed_up()
    asked = log_request(ref=ref, right=Right.ERASE, channel=Channel.LETTER, by=SYSTEM)
    with scopes_disabled():
        restored(name)
        again = RightsRequest.objects.get(received_at=asked.received_at)
        assert (again.email, again.right, again.due_at) == (ref.email, Right.ERASE, asked.due_at)
        assert again.begun_at is None
