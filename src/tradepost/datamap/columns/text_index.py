"""Finding letters inside a text among millions of rows: an index of groups of three that the database keeps itself.

PostgreSQL: a trigram index (``pg_trgm``). Where that extension may not be made, the search reads all rows,
as it did before. SQLite: a full-text table without content, which knows the groups of three letters
and nothing else; triggers take out what is changed or deleted. What is new waits in the table (a search reads those
rows one by one) until :func:`catch_up` brings it in: an import is not held up.

The index holds pieces of personal data of the columns it serves and goes with them: each row's, as the row goes. On
SQLite, letters that were taken out lie in older parts of the table until these are written anew: after an erasure at
once, a large index in the turns that follow, and daily.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import AppConfig, apps
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Func, Model, Q, QuerySet, TextField

from tradepost.datamap.subjects import SubjectRef

logger = logging.getLogger(__name__)
FEW = (
    3_000  # so many rows are named one by one; of more, the next fifty are soon found by reading on
)
SLICE = 5_000  # rows in one transaction of ``catch_up``
SHORTEST = 3
NEWEST = 5_000
# Forgetting: pages in one step; steps at an erasure, whose page waits, and in the schedule's turn.
_PAGES, _AT_ONCE, _AT_LAST = 500, 4, 10_000
_BEGIN, _GOING_ON = 1, 2
_NOTHING_LEFT = 2  # https://sqlite.org/fts5.html#the_merge_command
# Waiting entries of PostgreSQL's index in kB: an import writes them down and autovacuum sorts them in.
_PENDING_KB = 16_384
_FTS = "text, content='', tokenize='trigram', detail=none, columnsize=0"
_MARKS = "CREATE TABLE IF NOT EXISTS text_index_mark (name TEXT PRIMARY KEY, upto INTEGER NOT NULL)"


@dataclass(frozen=True, slots=True)
class TextIndex:
    """``name`` is the table or index in the database."""

    name: str
    model: str
    columns: tuple[str, ...]

    @property
    def table(self) -> str:
        return str(apps.get_model(self.model)._meta.db_table)

    @property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """Of SQLite, with their columns: its own, and what https://sqlite.org/fts5.html#fts5_data_structures lists."""
        return {
            self.name: ("text", self.name, "rank"),
            f"{self.name}_data": ("id", "block"),
            f"{self.name}_idx": ("segid", "term", "pgno"),
            f"{self.name}_config": ("k", "v"),
        }

    @property
    def triggers(self) -> list[str]:
        """Of SQLite."""
        return [f"{self.name}_{moment}" for moment in ("goes", "comes", "changes")]

    def text(self, row: str = "") -> str:
        """What is searched, in SQL; no search holds the line break between the columns."""
        separator = " || char(10) || " if connection.vendor == "sqlite" else " || chr(10) || "
        return separator.join(f"{row}{column}" for column in self.columns)

    def matching[Row: Model](
        self,
        rows: QuerySet[Row],
        words: str,
        *,
        columns: tuple[str, ...] = (),
        also: Q | None = None,
    ) -> QuerySet[Row]:
        """Rows with these letters, in any case, in one of the columns, and those that ``also`` describes.

        One or two letters are looked for among the newest rows only. Asks the database for these, or
        how many rows there are.
        """
        also = also or Q(pk__in=[])
        found = also
        for column in columns or self.columns:
            found |= Q(**{f"{column}__icontains": words})
        if len(words) < SHORTEST:
            near: Q | None = Q(pk__gt=_newest(rows))
        elif connection.vendor == "postgresql":
            near = Q(searched__icontains=words) | also
            narrowed = rows.alias(searched=self._joined()).filter(near)
            return narrowed.filter(found) if columns else narrowed  # type: ignore[return-value]  # the stubs forget the model of an alias
        else:
            near = self._near(words)
        return rows.filter(found) if near is None else rows.filter(near | also).filter(found)

    def _joined(self) -> Func:
        """As the index has it."""
        return Func(
            *self.columns,
            template="(%(expressions)s)",
            arg_joiner=" || chr(10) || ",
            output_field=TextField(),
        )

    def _near(self, words: str) -> Q | None:
        """What the full-text table knows of, and what waits; None where that says nothing."""
        groups = trigrams(words)
        if not groups or not exists(self.name):
            return None
        asked = " AND ".join('"' + group.replace('"', '""') + '"' for group in groups)
        with connection.cursor() as cursor:
            known = f"SELECT rowid FROM {self.name} WHERE {self.name} MATCH %s LIMIT {FEW + 1}"  # noqa: S608  names of tables and columns
            cursor.execute(known, [asked])
            numbers = [number for (number,) in cursor.fetchall()]
            if len(numbers) > FEW:
                return None
            waiting = (
                f"SELECT id FROM {self.table} WHERE id > (SELECT upto FROM text_index_mark"  # noqa: S608  names of tables and columns
                f" WHERE name = %s) LIMIT {FEW + 1}"
            )
            cursor.execute(waiting, [self.name])
            new = [number for (number,) in cursor.fetchall()]
        return Q(pk__in=numbers + new) if len(new) <= FEW else None

    # What the database keeps

    def create(self) -> None:
        """Does nothing where it is there already."""
        if connection.vendor == "sqlite":
            self._create_table()
        elif connection.vendor == "postgresql":
            self._create_index()

    def _create_index(self) -> None:
        index = f"UPPER({' || chr(10) || '.join(self.columns)})"
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError as error:
            logger.warning("no quick search in %s: %s", self.table, str(error).splitlines()[0])
            return
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {self.name} ON {self.table} USING gin"
                f" (({index}) gin_trgm_ops) WITH (gin_pending_list_limit = {_PENDING_KB})"
            )

    def _create_table(self) -> None:
        name, table, take_out = self.name, self.table, self._take_out("old.")
        is_known = f"old.id <= (SELECT upto FROM text_index_mark WHERE name = '{name}')"  # noqa: S608  names of tables and columns
        take_in = f"INSERT INTO {name} (rowid, text) VALUES (new.id, {self.text('new.')})"  # noqa: S608  names of tables and columns
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            cursor.execute(_MARKS)
            cursor.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({_FTS})")
            cursor.execute("INSERT OR IGNORE INTO text_index_mark VALUES (%s, 0)", [name])
            for trigger, when, known_row, does in (
                ("goes", "DELETE", is_known, take_out),
                ("comes", "INSERT", is_known.replace("old.", "new."), take_in),
                ("changes", f"UPDATE OF {columns}", is_known, f"{take_out}; {take_in}"),
            ):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name}_{trigger} AFTER {when} ON {table}"
                    f" WHEN {known_row} BEGIN {does}; END"
                )

    def _take_out(self, row: str) -> str:
        return (
            f"INSERT INTO {self.name} ({self.name}, rowid, text)"  # noqa: S608  names of tables and columns
            f" VALUES ('delete', {row}id, {self.text(row)})"
        )

    def take_in(self) -> int:
        """The next rows that wait; how many. One short transaction: others may write between two."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT upto FROM text_index_mark WHERE name = %s", [self.name])
            (upto,) = cursor.fetchone()
            cursor.execute(
                f"SELECT max(id), count(*) FROM (SELECT id FROM {self.table} WHERE id > %s ORDER BY id LIMIT {SLICE})",  # noqa: S608  names of tables and columns
                [upto],
            )
            last, count = cursor.fetchone()
            if count:
                cursor.execute(
                    f"INSERT INTO {self.name} (rowid, text) SELECT id, {self.text()} FROM {self.table}"  # noqa: S608  names of tables and columns
                    " WHERE id > %s AND id <= %s ORDER BY id",
                    [upto, last],
                )
                cursor.execute(
                    "UPDATE text_index_mark SET upto = %s WHERE name = %s", [last, self.name]
                )
        return int(count)

    def tidy(self) -> None:
        """Merge a little, so that a search need not look into many parts."""
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self.name} ({self.name}, rank) VALUES ('merge', -64)")  # noqa: S608  names of tables and columns

    def forget(self, steps: int) -> bool:
        """Write the parts anew without what was taken out, so many steps of it; whether that is done.

        Each step is a short transaction: others may write between two.
        """
        for _step in range(steps):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT upto FROM text_index_mark WHERE name = %s", [self._gone])
                if (found := cursor.fetchone()) is None:
                    return True
                cursor.execute("SELECT total_changes()")
                before = int(cursor.fetchone()[0])
                # A number below zero begins anew, with all parts there are; one above goes on.
                pages = _PAGES if found[0] == _GOING_ON else -_PAGES
                merge = f"INSERT INTO {self.name} ({self.name}, rank) VALUES ('merge', %s)"  # noqa: S608  names of tables and columns
                cursor.execute(merge, [pages])
                cursor.execute("SELECT total_changes()")
                is_done = int(cursor.fetchone()[0]) - before < _NOTHING_LEFT
                self._mark(cursor, None if is_done else _GOING_ON)
            if is_done:
                return True
        return False

    @property
    def _gone(self) -> str:
        return f"{self.name}: gone"

    def _mark(self, cursor: CursorWrapper, state: int | None) -> None:
        if state is None:
            cursor.execute("DELETE FROM text_index_mark WHERE name = %s", [self._gone])
        else:
            cursor.execute(
                "INSERT OR REPLACE INTO text_index_mark VALUES (%s, %s)", [self._gone, state]
            )

    def mark_gone_once(self) -> None:
        """What is being forgotten already goes on where it is."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO text_index_mark VALUES (%s, %s)", [self._gone, _BEGIN]
            )

    def mark_gone(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            self._mark(cursor, _BEGIN)


def _newest(rows: QuerySet[Model]) -> int:
    """The number below which a search for one or two letters does not go."""
    numbers = rows.order_by("-pk").values_list("pk", flat=True)
    return next(iter(numbers[NEWEST : NEWEST + 1]), 0)


known: list[TextIndex] = []


def text_index(model: type[Model], *columns: str) -> TextIndex:
    """Say below a model which columns are searched; the database has it after the next ``migrate``."""
    index = TextIndex(f"{model._meta.db_table}_words", model._meta.label_lower, columns)
    known.append(index)
    return index


def create_all(*, app_config: AppConfig, **_signal: object) -> None:
    """After ``migrate``: also where a migration made the table anew, and its triggers went."""
    for index in known:
        if index.model.startswith(f"{app_config.label}."):
            index.create()


def exists(name: str) -> bool:
    """The full-text table of SQLite is there: not between the start of a new version and its ``migrate``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [name])
        return cursor.fetchone() is not None


def catch_up() -> int:
    """For the schedule: rows that came into the indexes of SQLite."""
    if connection.vendor != "sqlite":
        return 0
    taken = 0
    for index in known:
        if exists(index.name):
            while count := index.take_in():
                taken += count
            index.tidy()
    forget_gone(steps=_AT_LAST)
    return taken


# What was taken out, and its letters with it


def _there() -> list[TextIndex]:
    if connection.vendor != "sqlite":
        return []
    tables = _among("sqlite_master", [index.name for index in known])
    return [index for index in known if index.name in tables]


def _among(table: str, names: list[str]) -> set[str]:
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {table} WHERE name IN ({places})", names)  # noqa: S608  names of tables
        return {name for (name,) in cursor.fetchall()}


def _with_something_gone() -> list[TextIndex]:
    there = _there()
    gone = _among("text_index_mark", [index._gone for index in there]) if there else set()
    return [index for index in there if index._gone in gone]


def forget_gone(*, steps: int = 0) -> None:
    for index in _with_something_gone():
        index.forget(steps or _AT_ONCE)


def gone_due(_now: datetime) -> int:
    """For the rule of how long they stay: indexes in which something waits to be forgotten."""
    return len(_with_something_gone())


def purge_gone(_now: datetime) -> int:
    """Also what went by other ways than an erasure; how many indexes were written anew."""
    for index in _there():
        index.mark_gone()
    forget_gone(steps=_AT_LAST)
    return len(_there())


def erase_letters(_ref: SubjectRef) -> int:
    """The rows take theirs out of the index as they go; once they have, it is written anew without them."""
    for index in _there():
        index.mark_gone_once()
    transaction.on_commit(forget_gone)
    return 0


def scan_letters(needle: bytes) -> Iterator[str]:
    """Rows that an index still knows by these letters, whether they are there or not."""
    words = needle.decode(errors="replace")
    for index in _there():
        if groups := trigrams(words):
            asked = " AND ".join('"' + group.replace('"', '""') + '"' for group in groups)
            with connection.cursor() as cursor:
                found = f"SELECT rowid FROM {index.name} WHERE {index.name} MATCH %s"  # noqa: S608  names of tables and columns
                cursor.execute(found, [asked])
                yield from (f"{index.name}, row {number}" for (number,) in cursor.fetchall())


def trigrams(words: str) -> list[str]:
    """Groups of three letters that SQLite folds as Python does: of alphabets with one small letter for each large."""
    groups = ("".join(three) for three in zip(words, words[1:], words[2:], strict=False))
    return [group for group in groups if all(_is_plain(letter) for letter in group)]


def _is_plain(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable()
    return letter in _PLAIN and letter.upper().lower() == letter.lower()


# Latin, Greek and Cyrillic; without İ, ſ and ς, which are small letters of a letter that has another one.
_RANGES = ((0xC0, 0x130), (0x132, 0x17F), (0x386, 0x3C2), (0x3C3, 0x3CF), (0x400, 0x482))
_PLAIN = frozenset(chr(number) for first, end in _RANGES for number in range(first, end))
