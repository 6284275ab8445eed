"""Writing prepared rows fast: ``executemany`` on SQLite, ``COPY`` and ``INSERT … SELECT`` on PostgreSQL.

The one place of the audience that speaks SQL by hand. Row numbers are taken in advance, so that the
three tables can be filled without asking the database in between.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models

from tradepost.audience.models import ConsentRecord, Contact, ListMembership

CONTACT = ("id", "merchant_id", "email", "email_key", "name", "language", "fields", "source",
           "created_at", "last_active_at")  # fmt: skip
CONSENT = ("id", "merchant_id", "email_key", "kind", "wording_id", "contact_list_id", "source",
           "where", "confirmed_by", "given_at", "network", "withdrawn_how")  # fmt: skip
MEMBERSHIP = ("id", "merchant_id", "contact_list_id", "contact_id", "state", "consent_id", "since",
              "reason")  # fmt: skip

Values = tuple[Any, ...]


@dataclass
class Batch:
    """Rows of the three tables, in the columns above, that belong together."""

    contacts: list[Values] = field(default_factory=list)
    consents: list[Values] = field(default_factory=list)
    memberships: list[Values] = field(default_factory=list)
    updates: list[Values] = field(default_factory=list)  # name, language, fields, id


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def moment(at: datetime) -> Any:
    """A time in the form that raw SQL takes."""
    return at if is_postgresql() else connection.ops.adapt_datetimefield_value(at)


def take_numbers(model: type[models.Model], count: int) -> Sequence[int]:
    """Row numbers that nobody else will use.

    SQLite: the caller's transaction is the only writer, so counting on from the last one is safe.
    """
    if not count:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return range(first, first + count)


def known_contacts(merchant_id: int, emails: Iterable[str]) -> dict[str, Values]:
    """E-mail → (id, name, language, fields as JSON text), for those that exist."""
    wanted = list(emails)
    if not wanted:
        return {}
    columns = "email, id, name, language, fields"
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                f"SELECT {columns} FROM audience_contact"  # noqa: S608  constants only
                " WHERE merchant_id = %s AND email = ANY(%s)",
                [merchant_id, wanted],
            )
        else:
            cursor.execute(
                f"SELECT {columns} FROM audience_contact"  # noqa: S608  constants only
                " WHERE merchant_id = %s AND email IN (SELECT value FROM json_each(%s))",
                [merchant_id, json.dumps(wanted)],
            )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def write(batch: Batch) -> set[int]:
    """Write everything; returns the numbers of contacts that somebody else created meanwhile.

    Nothing of those is written; the caller takes the rows again. Empty on SQLite.
    """
    with connection.cursor() as cursor:
        lost = _copy(cursor, batch) if is_postgresql() else _insert(cursor, batch)
        if batch.updates:
            cursor.executemany(
                "UPDATE audience_contact SET name = %s, language = %s, fields = %s WHERE id = %s",
                batch.updates,
            )
    return lost


def _insert(cursor: Any, batch: Batch) -> set[int]:
    for model, columns, rows in _tables(batch):
        if rows:
            holes = ", ".join(["%s"] * len(columns))
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.executemany(
                f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({holes})',  # noqa: S608  our own names
                rows,
            )
    return set()


def _copy(cursor: Any, batch: Batch) -> set[int]:
    """Contacts go through a temporary table, because only INSERT can step over a conflict."""
    lost = _copy_contacts(cursor, batch.contacts)
    memberships, consents = batch.memberships, batch.consents
    if lost:
        without = {row[5] for row in memberships if row[3] in lost}
        memberships = [row for row in memberships if row[3] not in lost]
        consents = [row for row in consents if row[0] not in without]
    _copy_into(cursor, ConsentRecord._meta.db_table, CONSENT, consents)
    _copy_into(cursor, ListMembership._meta.db_table, MEMBERSHIP, memberships)
    return lost


def _copy_contacts(cursor: Any, rows: list[Values]) -> set[int]:
    if not rows:
        return set()
    names = ", ".join(CONTACT)
    cursor.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS audience_stage"
        " (LIKE audience_contact) ON COMMIT DELETE ROWS"
    )
    cursor.execute("DELETE FROM audience_stage")
    _copy_into(cursor, "audience_stage", CONTACT, rows)
    cursor.execute(
        f"INSERT INTO audience_contact ({names}) SELECT {names} FROM audience_stage"  # noqa: S608  our own names
        " ON CONFLICT (merchant_id, email) DO NOTHING"
    )
    if cursor.rowcount == len(rows):
        return set()
    cursor.execute(
        "SELECT s.id FROM audience_stage s LEFT JOIN audience_contact c ON c.id = s.id"
        " WHERE c.id IS NULL"
    )
    return {number for (number,) in cursor.fetchall()}


def _copy_into(cursor: Any, table: str, columns: tuple[str, ...], rows: list[Values]) -> None:
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _tables(
    batch: Batch,
) -> tuple[tuple[type[models.Model], tuple[str, ...], list[Values]], ...]:
    return (
        (Contact, CONTACT, batch.contacts),
        (ConsentRecord, CONSENT, batch.consents),
        (ListMembership, MEMBERSHIP, batch.memberships),
    )
