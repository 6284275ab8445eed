"""Writing prepared rows fast: a whole slice by three statements, ``INSERT … SELECT`` each.

The one place of the audience that speaks SQL by hand. The slice reaches SQLite as one JSON text and
PostgreSQL by ``COPY``; while either works, this process is free to read on. Row numbers are taken in
advance, so that the three tables can be filled without asking the database in between.
"""

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from operator import itemgetter
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from tradepost.audience.fields.table import FIELD_NAMES
from tradepost.audience.imports.parents import held
from tradepost.audience.models import (
    ConsentRecord,
    ConsentWording,
    Contact,
    ContactList,
    ListMembership,
)
from tradepost.merchants.models import Merchant

# What differs from contact to contact, and what is the same in a whole slice.
DIFFERING = ("email", "email_key", *FIELD_NAMES, "fields")
CHANGING = (*FIELD_NAMES, "fields")
SAME = ("merchant_id", "source", "created_at", "last_active_at")
CONSENT = ("id", "merchant_id", "email_key", "kind", "wording_id", "contact_list_id", "source",
           "where", "confirmed_by", "given_at", "network", "withdrawn_at", "withdrawn_how")  # fmt: skip
MEMBERSHIP = ("id", "merchant_id", "contact_list_id", "contact_id", "state", "consent_id", "since",
              "ended_at", "reason")  # fmt: skip

Values = tuple[Any, ...]
_by_address = itemgetter(0)


@dataclass(frozen=True)
class Joining:
    """The list that new contacts join, and on the strength of what."""

    contact_list: int
    wording: int
    where: str
    kind: str
    confirmed_by: str
    state: str


@dataclass
class Batch:
    """New contacts, ``DIFFERING`` of each; consents and memberships of contacts known before."""

    same: dict[str, Any]
    contacts: list[tuple[str, ...]] = field(default_factory=list)
    consents: list[Values] = field(default_factory=list)
    memberships: list[Values] = field(default_factory=list)
    updates: list[Values] = field(default_factory=list)  # CHANGING, id
    changed: list[str] = field(default_factory=list)  # addresses of the updates


_CACHE_KIB = 200_000
_WAL_PAGES = 20_000
_LINES = 5_000
_WORK_MIB = 64


@contextmanager
def bulk_connection() -> Iterator[None]:
    """Settings of this connection while slices are written; no effect in a transaction.

    SQLite only: a page cache that holds the indexes being filled; no wait for the disk at each slice (a
    power cut loses the last slices together with their checkpoint, so they are taken again); no
    look-up of the parents of each row, which the same slice has just written or locked.
    """
    if connection.in_atomic_block:
        yield
        return
    gc.disable()  # a slice is a hundred thousand tuples and no cycle
    try:
        with nullcontext() if is_postgresql() else _sqlite_settings():
            yield
    finally:
        gc.enable()


@contextmanager
def _sqlite_settings() -> Iterator[None]:
    with connection.cursor() as cursor:
        before = {}
        for name in ("cache_size", "synchronous", "wal_autocheckpoint"):
            before[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    try:
        with connection.constraint_checks_disabled():
            yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def moment(at: datetime) -> object:
    """A time in the form that raw SQL takes."""
    return at if is_postgresql() else connection.ops.adapt_datetimefield_value(at)


def take_numbers(model: type[models.Model], count: int) -> Sequence[int]:
    """Row numbers that nobody else will use.

    SQLite: the caller's transaction is the only writer, so counting on from the last one is safe,
    and the sequence is moved on at once.
    """
    if not count:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                f"SELECT nextval({_sequence(cursor, model)}) FROM generate_series(1, %s)",  # noqa: S608  a number
                [count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        _reserve(cursor, table, first + count - 1, is_known=found is not None)
    return range(first, first + count)


def _reserve(cursor: CursorWrapper, table: str, last: int, *, is_known: bool) -> None:
    """So that who asks next, before anything is written, gets the numbers after these."""
    said = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
    if not is_known:
        said = "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"
    cursor.execute(said, [last, table])


def _sequence(cursor: CursorWrapper, model: type[models.Model]) -> str:
    """Looked up here, and not in the statements, which would search the catalogue for every row."""
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')::regclass::oid", [model._meta.db_table])
    return f"{int(cursor.fetchone()[0])}::regclass"


def known_contacts(merchant_id: int, emails: Iterable[str]) -> dict[str, Values]:
    """E-mail → (id, each of the contact's fields, own fields as JSON text), for those that exist."""
    wanted = list(emails)
    if not wanted:
        return {}
    columns = ", ".join(("email", "id", *CHANGING))
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


def write(batch: Batch, joining: Joining | None) -> set[str]:
    """Write everything; returns the addresses that somebody else created meanwhile.

    Nothing of those is written; the caller takes the rows again. Empty on SQLite. With ``joining``
    every new contact gets its consent record and membership by INSERT … SELECT.
    """
    with connection.cursor() as cursor:
        lost = _copy(cursor, batch, joining) if is_postgresql() else _insert(cursor, batch, joining)
        _fill(cursor, ConsentRecord._meta.db_table, CONSENT, batch.consents)
        _fill(cursor, ListMembership._meta.db_table, MEMBERSHIP, batch.memberships)
        if batch.updates:
            changes = ", ".join(f"{name} = %s" for name in CHANGING)
            cursor.executemany(
                f"UPDATE audience_contact SET {changes} WHERE id = %s",  # noqa: S608  our own names
                batch.updates,
            )
    return lost


def _insert(cursor: CursorWrapper, batch: Batch, joining: Joining | None) -> set[str]:
    """Row numbers of the slice are one run, so the other two tables follow from the first."""
    if not batch.contacts:
        return set()
    count = len(batch.contacts)
    first = take_numbers(Contact, count)[0]
    cursor.execute(
        _CONTACTS_OF_JSON,
        batch.same
        | {"first": first, "people": json.dumps(sorted(batch.contacts, key=_by_address))},
    )
    if joining:
        values = vars(joining) | {
            "first": first,
            "last": first + count - 1,
            "consent": take_numbers(ConsentRecord, count)[0] - first,
            "membership": take_numbers(ListMembership, count)[0] - first,
        }
        for sql in (_CONSENTS_OF_NEW, _MEMBERSHIPS_OF_NEW):
            filled = sql.format(
                source="audience_contact",
                where="id BETWEEN %(first)s AND %(last)s",
                contact="id",
                consent="id + %(consent)s",
                membership="id + %(membership)s",
            )
            cursor.execute(filled, values)
    return set()


_CONTACTS_OF_JSON = f"""
    INSERT INTO audience_contact (id, {", ".join((*DIFFERING, *SAME))})
    SELECT %(first)s + key, {", ".join(f"json_extract(value, '$[{n}]')" for n in range(len(DIFFERING)))},
        {", ".join(f"%({name})s" for name in SAME)}
    FROM json_each(%(people)s)
"""  # noqa: S608  our own names
_CONSENTS_OF_NEW = """
    INSERT INTO audience_consentrecord (id, merchant_id, email_key, kind, wording_id,
        contact_list_id, source, "where", confirmed_by, given_at, network, withdrawn_how)
    SELECT {consent}, merchant_id, email_key, %(kind)s, %(wording)s,
        %(contact_list)s, source, %(where)s, %(confirmed_by)s, created_at, '', ''
    FROM {source} WHERE {where}
"""
_MEMBERSHIPS_OF_NEW = """
    INSERT INTO audience_listmembership (id, merchant_id, contact_list_id, contact_id, state,
        consent_id, since, reason)
    SELECT {membership}, merchant_id, %(contact_list)s, {contact}, %(state)s,
        {consent}, created_at, ''
    FROM {source} WHERE {where}
"""


def _copy(cursor: Any, batch: Batch, joining: Joining | None) -> set[str]:
    """By way of a temporary table: only INSERT can step over a conflict, and it takes the numbers."""
    if not batch.contacts:
        return set()
    _stage(cursor, batch.contacts)
    parents: dict[type[models.Model], int] = {Merchant: batch.same["merchant_id"]}
    if joining:
        parents |= {ContactList: joining.contact_list, ConsentWording: joining.wording}
    with held(cursor, parents):
        lost = _contacts_of_stage(cursor, len(batch.contacts), batch.same)
        if joining:
            _joins_of_stage(cursor, batch.same | vars(joining))
    return lost


def _contacts_of_stage(cursor: CursorWrapper, count: int, same: dict[str, Any]) -> set[str]:
    names = ", ".join((*DIFFERING, *SAME))
    cursor.execute(
        f"INSERT INTO audience_contact (id, {names}) SELECT contact_number, {names}"  # noqa: S608  our own names
        f" FROM {_STAGED} ORDER BY email {_BY_BYTES} ON CONFLICT (merchant_id, email) DO NOTHING",
        same,
    )
    if cursor.rowcount == count:
        return set()
    cursor.execute(
        "DELETE FROM audience_stage s WHERE NOT EXISTS"
        " (SELECT 1 FROM audience_contact c WHERE c.id = s.contact_number) RETURNING s.email"
    )
    return {email for (email,) in cursor.fetchall()}


def _joins_of_stage(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    by_key = f"true ORDER BY email_key {_BY_BYTES}"
    for sql, where in ((_CONSENTS_OF_NEW, by_key), (_MEMBERSHIPS_OF_NEW, "true")):
        filled = sql.format(
            source=_STAGED,
            where=where,
            contact="contact_number",
            consent="consent_number",
            membership="membership_number",
        )
        cursor.execute(filled, values)


_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS audience_stage (
        email varchar, email_key varchar, {said}, fields jsonb,
        contact_number bigint DEFAULT nextval({contact}),
        consent_number bigint DEFAULT nextval({consent}),
        membership_number bigint DEFAULT nextval({membership})
    ) ON COMMIT DROP
"""
# Nearly the order of the index, and sorted in half the time of a language's own.
_BY_BYTES = 'COLLATE "C"'
_STAGED = """(SELECT staged.*, %(merchant_id)s::bigint AS merchant_id, %(source)s AS source,
    %(created_at)s::timestamptz AS created_at, %(last_active_at)s::timestamptz AS last_active_at
    FROM audience_stage staged) AS new"""
_ESCAPED = str.maketrans({"\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _stage(cursor: Any, contacts: Sequence[Values]) -> None:
    """The text form of COPY is written by hand: a third of the time, as every value is a text."""
    cursor.execute(
        _STAGE.format(
            said=", ".join(f"{name} varchar" for name in FIELD_NAMES),
            contact=_sequence(cursor, Contact),
            consent=_sequence(cursor, ConsentRecord),
            membership=_sequence(cursor, ListMembership),
        )
    )
    cursor.execute("TRUNCATE audience_stage")
    cursor.execute(f"SET LOCAL work_mem = '{_WORK_MIB}MB'")  # a slice is sorted in memory
    with cursor.copy(f"COPY audience_stage ({', '.join(DIFFERING)}) FROM STDIN") as copy:
        for some in batched(contacts, _LINES, strict=False):
            copy.write("".join(map(_line, some)))


def _line(values: Sequence[str]) -> str:
    line = "\t".join(values).replace("\\", r"\\")
    if "\n" in line or "\r" in line or line.count("\t") != len(values) - 1:
        line = "\t".join([value.replace("\\", r"\\").translate(_ESCAPED) for value in values])
    return line + "\n"


def _fill(cursor: Any, table: str, columns: tuple[str, ...], rows: Iterable[Values]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    if not is_postgresql():
        holes = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({holes})', rows)  # noqa: S608  our own names
        return
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
