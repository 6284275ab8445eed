"""Who is away, and who is merely wrong: the first is waited for, the second must be seen."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from tradepost.jobs.outages import NeighbourAway, Patience, outage_of


def raised(error, cause):
    error.__cause__ = cause
    return error


def test_a_statement_that_is_wrong_is_no_outage_on_either_database(db):
    """SQLite calls both an OperationalError; a job with a wrong statement would wait for ever."""
    for statement in ("SELECT 1 FROM no_such_table", "SELEKT 1", "SELECT no_such_column"):
        with pytest.raises((OperationalError, ProgrammingError)) as caught, transaction.atomic():
            connection.cursor().execute(statement)
        assert outage_of(caught.value) == "", statement


def test_a_real_lock_of_sqlite_is_an_outage(tmp_path):
    path = tmp_path / "shop.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("CREATE TABLE a (b)")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as locked:
        sqlite3.connect(path, timeout=0).execute("INSERT INTO a VALUES (1)")
    holder.close()
    assert outage_of(raised(OperationalError("database is locked"), locked.value)) == "the database"


@pytest.mark.parametrize(
    ("error", "cause", "away"),
    [
        (OperationalError("connection refused"), None, "the database"),
        (OperationalError("terminating"), psycopg.errors.AdminShutdown(), "the database"),
        (InterfaceError("the connection is closed"), None, "the database"),
        (OperationalError("database or disk is full"), None, "the disk"),
        (OperationalError("attempt to write a readonly database"), None, "the disk"),
        (OperationalError("could not extend file"), psycopg.errors.DiskFull(), "the disk"),
        (
            InternalError("cannot execute UPDATE in a read-only transaction"),
            psycopg.errors.ReadOnlySqlTransaction(),
            "a database that can be written",
        ),
        (InternalError("aborted"), psycopg.errors.InFailedSqlTransaction(), ""),
        (IntegrityError("UNIQUE"), None, ""),
        (DataError("too long"), None, ""),
        (ProgrammingError("no such column"), None, ""),
        (OSError(errno.ENOSPC, "No space left on device"), None, "the disk"),
        (OSError(errno.EROFS, "Read-only file system"), None, "the disk"),
        (PermissionError(errno.EACCES, "Permission denied", "/var/spool"), None, "the disk"),
        (PermissionError("you may not"), None, ""),
        (FileNotFoundError(errno.ENOENT, "No such file", "/var/spool"), None, ""),
        (ValueError("x"), None, ""),
        (None, None, ""),
    ],
)
def test_what_is_waited_for(error, cause, away):
    if error is not None:
        raised(error, cause)
    assert outage_of(error) == away


def test_a_neighbour_that_says_itself_what_is_wrong_says_it_once(caplog):
    patience = Patience("the sender", clock=lambda: 0.0)
    for _ in range(3):
        patience.pause_after(NeighbourAway("the key is lost; put it back"))
    assert [record.getMessage() for record in caplog.records] == [
        "the sender waits: the key is lost; put it back"
    ]


def test_pauses_grow_to_ten_seconds_and_begin_anew():
    patience = Patience("the sender", clock=lambda: 0.0)
    away = OperationalError("connection refused")
    expected = [0.5, 1, 2, 4, 8, 10, 10]
    assert [patience.pause_after(away) for _ in range(7)] == expected
    patience.over()
    assert patience.pause_after(away) == 0.5


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_not_used_again(settings):
    """A broken one fails again when all is well; a full disk is no reason to close it."""
    connection.ensure_connection()
    patience = Patience("the sender", clock=lambda: 0.0)
    patience.pause_after(OSError(errno.ENOSPC, "No space left on device"))
    assert connection.connection is not None
    patience.pause_after(OperationalError("terminating connection due to administrator command"))
    assert connection.connection is None
