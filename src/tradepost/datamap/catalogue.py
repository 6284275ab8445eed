"""The live catalogue of the database beside the data map: what somebody made by hand is reached by no right.

A table, view or column that no model shows is in no copy, outlives every erasure and has no period. The database
itself is asked what there is, and every difference is a finding that says how it is mended.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils.module_loading import import_string

from tradepost.datamap.columns import text_index
from tradepost.datamap.columns.kept import KeptFigures
from tradepost.datamap.extensions import ExtensionPoint
from tradepost.datamap.registry import all_models, concrete_fields
from tradepost.lib.cache_table import CACHE_TABLE

HOLDS_ROWS = frozenset({"table", "view", "materialised view", "foreign table"})
_CACHE = frozenset({"cache_key", "value", "expires"})  # django.core.cache.backends.db
_OF_SQLITE = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"})


@dataclass(frozen=True, kw_only=True, order=True)
class CatalogueEntry:
    """``kind`` is a word of ``HOLDS_ROWS``, or trigger, function, sequence or event trigger."""

    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class MadeByMigration:
    """What a migration made that no model shows: triggers and functions, never what holds rows."""

    vendor: str
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True, order=True)
class MapDifference:
    """What was found and what to do about it, in words."""

    found: str
    mend: str


Catalogue = Mapping[CatalogueEntry, frozenset[str]]  # → columns, of what holds rows
# Of a time before Redis was chosen, until the next start drops it.
_OLD_CACHE = CatalogueEntry(kind="table", name=CACHE_TABLE)
figures_kept: ExtensionPoint[KeptFigures] = ExtensionPoint("figures kept by triggers")
made_by_migrations: ExtensionPoint[MadeByMigration] = ExtensionPoint("made by a migration by hand")


def differences() -> list[MapDifference]:
    """What the database has and the map does not know, and the other way round; only reads the catalogue."""
    live, known = live_catalogue(), known_catalogue()
    extra = (_unknown(entry, live[entry]) for entry in live.keys() - known.keys() - {_OLD_CACHE})
    lost = (_missing(entry) for entry in known.keys() - live.keys())
    columns = (
        _columns(entry, live[entry], known[entry])
        for entry in live.keys() & known.keys()
        if entry.kind in HOLDS_ROWS
    )
    return sorted(chain(extra, lost, *columns))


def _unknown(entry: CatalogueEntry, columns: frozenset[str]) -> MapDifference:
    shown = f" ({', '.join(sorted(columns))})" if columns else ""
    effect = (
        "no copy, no erasure and no period reaches what it holds"
        if entry.kind in HOLDS_ROWS
        else "nobody knows what it writes, or where"
    )
    return MapDifference(
        found=f"The {entry.kind} {entry.name}{shown} is not on the data map: {effect}.",
        mend=f"Move what is needed into a model with a class Privacy, then drop the {entry.kind}.",
    )


def _missing(entry: CatalogueEntry) -> MapDifference:
    return MapDifference(
        found=f"The {entry.kind} {entry.name} of the data map is not in the database.",
        mend="Run `tradepost migrate`; if it is still missing then, restore the last backup.",
    )


def _columns(
    entry: CatalogueEntry, live: frozenset[str], known: frozenset[str]
) -> Iterator[MapDifference]:
    for column in live - known:
        yield MapDifference(
            found=f"The column {entry.name}.{column} is not on the data map: no copy, no erasure and no period reaches it.",
            mend="Move what is needed into a declared field of the model, then drop the column.",
        )
    for column in known - live:
        yield _missing(CatalogueEntry(kind="column", name=f"{entry.name}.{column}"))


# What the product knows


def known_catalogue() -> Catalogue:
    """From the models, and from what rooms say they make besides."""
    models: list[type[Model]] = [*all_models(), MigrationRecorder.Migration]
    tables: dict[str, frozenset[str]] = {
        model._meta.db_table: frozenset(str(field.column) for field in concrete_fields(model))
        for model in models
    }
    tables |= dict.fromkeys(_cache_tables(), _CACHE)
    known = {CatalogueEntry(kind="table", name=name): columns for name, columns in tables.items()}
    others = [*_of_kept_figures(), *_of_migrations()]
    if connection.vendor == "sqlite":
        known |= _text_indexes()
        others += [
            CatalogueEntry(kind="trigger", name=name)
            for index in text_index.known
            for name in index.triggers
        ]
    return known | dict.fromkeys(others, frozenset[str]())


def _cache_tables() -> Iterator[str]:
    for cache in settings.CACHES.values():
        if issubclass(import_string(str(cache["BACKEND"])), BaseDatabaseCache):
            yield str(cache["LOCATION"])


def _text_indexes() -> Catalogue:
    """The full-text tables with those that SQLite makes for each, and the one that says how far they are."""
    found = {"text_index_mark": frozenset({"name", "upto"})} if text_index.known else {}
    for index in text_index.known:
        found |= {name: frozenset(columns) for name, columns in index.tables.items()}
    return {CatalogueEntry(kind="table", name=name): columns for name, columns in found.items()}


def _of_kept_figures() -> Iterator[CatalogueEntry]:
    for kept in figures_kept:
        yield from (CatalogueEntry(kind="trigger", name=name) for name in kept.triggers)
        if connection.vendor == "postgresql":
            yield from (CatalogueEntry(kind="function", name=name) for name in kept.functions)


def _of_migrations() -> Iterator[CatalogueEntry]:
    for made in made_by_migrations:
        if made.vendor == connection.vendor:
            yield CatalogueEntry(kind=made.kind, name=made.name)


# What the database says

_SQLITE = (
    "SELECT things.type, things.name, columns.name FROM sqlite_master AS things"
    " LEFT JOIN pragma_table_xinfo(things.name) AS columns ON things.type IN ('table', 'view')"
    " WHERE things.type IN ('table', 'view', 'trigger')"
)
# What an extension brought belongs to the server, and a column's sequence to the column. Other sessions'
# temporary tables lie in schemas of their own, whose names begin like the server's.
_POSTGRESQL = """
WITH spaces AS (
    SELECT oid, CASE WHEN nspname = current_schema() THEN '' ELSE nspname || '.' END AS prefix
    FROM pg_namespace WHERE left(nspname, 3) <> 'pg_' AND nspname <> 'information_schema'
), owned AS (SELECT classid, objid, deptype FROM pg_depend WHERE deptype IN ('e', 'a', 'i'))
SELECT CASE things.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialised view'
       WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END,
    prefix || things.relname, CASE WHEN things.relkind <> 'S' THEN attname END
FROM pg_class AS things JOIN spaces ON spaces.oid = things.relnamespace
LEFT JOIN pg_attribute ON attrelid = things.oid AND attnum > 0 AND NOT attisdropped
WHERE things.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
    SELECT 1 FROM owned WHERE classid = 'pg_class'::regclass AND objid = things.oid
    AND (deptype = 'e' OR things.relkind = 'S'))
UNION ALL
SELECT 'trigger', prefix || tgname, NULL FROM pg_trigger
JOIN pg_class AS tables ON tables.oid = tgrelid JOIN spaces ON spaces.oid = tables.relnamespace
WHERE NOT tgisinternal
UNION ALL
SELECT 'function', prefix || proname, NULL FROM pg_proc AS things
JOIN spaces ON spaces.oid = things.pronamespace WHERE NOT EXISTS (
    SELECT 1 FROM owned WHERE classid = 'pg_proc'::regclass AND objid = things.oid AND deptype = 'e')
UNION ALL
SELECT 'event trigger', evtname, NULL FROM pg_event_trigger AS things WHERE NOT EXISTS (
    SELECT 1 FROM owned WHERE classid = 'pg_event_trigger'::regclass AND objid = things.oid AND deptype = 'e')
"""


def live_catalogue() -> Catalogue:
    """Everything that people could have made, of all schemas but the server's own."""
    found: dict[CatalogueEntry, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE if connection.vendor == "sqlite" else _POSTGRESQL)
        for kind, name, column in cursor.fetchall():
            if not (connection.vendor == "sqlite" and name in _OF_SQLITE):
                found[CatalogueEntry(kind=kind, name=name)] |= {column} - {None}
    return {entry: frozenset(columns) for entry, columns in found.items()}
