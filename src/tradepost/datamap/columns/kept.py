"""Figures that the database keeps itself, by triggers: whoever writes a row, one or a million at once, cannot forget them.

:func:`install` makes what is missing and what an older version made otherwise, and says which those were: after
``migrate``, and daily, before what is kept is counted again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """``text`` follows the name, up to what PostgreSQL executes.

    ``always``: also while an import leaves out the look-up of parents, which silences all other triggers there
    (``audience.imports.parents``).
    """

    table: str
    text: str
    function: str = ""  # of PostgreSQL
    always: bool = False


@dataclass(frozen=True, kw_only=True)
class KeptFigures:
    """``table`` is filled by the triggers; ``functions`` are the bodies of those that PostgreSQL calls, by name."""

    table: str
    sqlite: Mapping[str, Trigger]
    postgresql: Mapping[str, Trigger]
    functions: Mapping[str, str] = field(default_factory=dict)

    @property
    def triggers(self) -> Mapping[str, Trigger]:
        return self.sqlite if connection.vendor == "sqlite" else self.postgresql


def install(kept: KeptFigures) -> list[str]:
    """The triggers that were missing or others; nothing before the tables are there."""
    tables = set(connection.introspection.table_names())
    if not {kept.table, *(one.table for one in kept.triggers.values())} <= tables:
        return []
    if not (wrong := _wrong(kept)):
        return []
    make = _make_in_sqlite if connection.vendor == "sqlite" else _make_in_postgresql
    with transaction.atomic():
        make(kept, wrong)
    return wrong


def _wrong(kept: KeptFigures) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = dict(cursor.fetchall())
            wanted = {name: _in_sqlite(name, one) for name, one in kept.sqlite.items()}
        else:
            cursor.execute(
                "SELECT tgname, obj_description(oid, 'pg_trigger') || ' ' || tgenabled::text FROM pg_trigger"
                " WHERE tgname = ANY(%s)",
                [list(kept.postgresql)],
            )
            there = dict(cursor.fetchall())
            wanted = {
                name: f"{_mark(kept, one)} {'A' if one.always else 'O'}"
                for name, one in kept.postgresql.items()
            }
    return [name for name, text in wanted.items() if there.get(name) != text]


def _in_sqlite(name: str, one: Trigger) -> str:
    return f"CREATE TRIGGER {name} {one.text}"


def _mark(kept: KeptFigures, one: Trigger) -> str:
    """Stands as a comment on the trigger, so that a later version knows what this one made."""
    made_of = f"{one.text}\n{one.function}\n{kept.functions[one.function]}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def _make_in_sqlite(kept: KeptFigures, names: list[str]) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(_in_sqlite(name, kept.sqlite[name]))


def _make_in_postgresql(kept: KeptFigures, names: list[str]) -> None:
    with connection.cursor() as cursor:
        for name, body in kept.functions.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body}\n$$"
            )
        for name in names:
            one = kept.postgresql[name]
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {one.table}")
            cursor.execute(f"CREATE TRIGGER {name} {one.text} EXECUTE FUNCTION {one.function}()")
            if one.always:
                cursor.execute(f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER {name}")
            cursor.execute(f"COMMENT ON TRIGGER {name} ON {one.table} IS '{_mark(kept, one)}'")
