"""The same on the database that the tests run on: with PostgreSQL by its own programs."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from django.db import connection

from tradepost.audit.types import PERSON, SYSTEM
from tradepost.backups.actions import make, restore
from tradepost.backups.databases import postgresql
from tradepost.backups.types import BackupFailed
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.erase import erase_person
from tradepost.rights.actions.rights import log_request
from tradepost.rights.models import RightsRequest
from tradepost.rights.types import Right

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings, tmp_path):
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)
    return tmp_path


def _another():
    """Somebody else who works with the database."""
    if connection.vendor == "postgresql":
        return postgresql._connect()
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("SELECT 1 FROM django_migrations").fetchone()
    return other


def test_through_a_restore_in_place(folder, merchant):
    ref = SubjectRef(Subject.CUSTOMER, "zqback@people.example", merchant.pk)
    log_request(ref=ref, right=Right.ACCESS, by=PERSON)
    name = make.make_backup(by=SYSTEM).name
    erase_person(ref=ref, by=PERSON)
    Merchant.objects.filter(pk=merchant.pk).update(name="Later")
    with closing(_another()), pytest.raises(BackupFailed, match="stop"):
        restore.load(name)
    restore.load(name)
    restore.finish()
    assert Merchant.objects.get(pk=merchant.pk).name == merchant.name
    assert not RightsRequest._base_manager.filter(email=ref.email).exists()


def test_a_program_that_is_missing_or_too_old_is_named(monkeypatch):
    monkeypatch.setattr(postgresql, "_server_major", lambda: 99)
    with pytest.raises(BackupFailed, match="postgresql-client-99"):
        postgresql._program("pg_dump")
