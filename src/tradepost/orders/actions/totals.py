"""The kept totals of customers: adding up a million orders would be most of what a segment's page costs.

The database keeps them, by triggers on orders: payment, refund, cancellation, erasure and retention write orders, one or
many at once, and none of them can forget it. On PostgreSQL a statement's rows are added up first and written in the
order of their keys; two that write for one customer wait for each other, and nobody else does.

The contact beside a total is a help for reading and no more. Triggers on contacts keep it; where a contact and the first
order of its address are written in the same moment by two, neither sees the other, and the daily turn joins them.
"""

import logging
from itertools import batched

from django.apps import apps
from django.db import connection, transaction

from tradepost.datamap.columns.kept import KeptFigures, Trigger, install

logger = logging.getLogger(__name__)
_NAME, _CONTACTS = "orders_totalled", "orders_contact"
_TABLE, _KEPT, _CONTACT = "orders_order", "orders_customertotal", "audience_contact"
_KEY = "merchant_id, email, currency"
_SPENT = "paid_minor - refunded_minor"
_CHANGING = "merchant_id, email, currency, cancelled_at, paid_minor, refunded_minor"
_SLICE = 1_000
_INTO = f"INSERT INTO {_KEPT} ({_KEY}, orders, spent_minor, contact_id)"
_ADDED = f"""ON CONFLICT ({_KEY}) DO UPDATE SET orders = {_KEPT}.orders + excluded.orders,
    spent_minor = {_KEPT}.spent_minor + excluded.spent_minor,
    contact_id = coalesce({_KEPT}.contact_id, excluded.contact_id)"""


def _counted(row: str) -> str:
    return f"{row}email <> '' AND {row}cancelled_at IS NULL"


def _contact_of(row: str) -> str:
    return (
        f"(SELECT id FROM {_CONTACT} known"  # noqa: S608  names of tables and columns
        f" WHERE known.merchant_id = {row}.merchant_id AND known.email = {row}.email)"
    )


# SQLite: a row at a time


def _same(one: str, other: str) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in _KEY.split(", "))


_PLUS = (
    f"{_INTO} VALUES (new.merchant_id, new.email, new.currency, 1, new.paid_minor - new.refunded_minor,"
    f" {_contact_of('new')}) {_ADDED};"
)
_THERE = " AND ".join(f"{name} = old.{name}" for name in _KEY.split(", "))
_MINUS = (
    f"UPDATE {_KEPT} SET orders = orders - 1, spent_minor = spent_minor - (old.paid_minor - old.refunded_minor)"  # noqa: S608  names of tables and columns
    f" WHERE {_THERE}; DELETE FROM {_KEPT} WHERE {_THERE} AND orders <= 0;"
)
_OTHER = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _CHANGING.split(", "))


def _on_orders(text: str) -> Trigger:
    return Trigger(table=_TABLE, text=text)


def _on_contacts(text: str, function: str = "") -> Trigger:
    return Trigger(table=_CONTACT, text=text, function=function, always=True)


def _link(number: str, row: str) -> str:
    return (
        f"UPDATE {_KEPT} SET contact_id = {number}"  # noqa: S608  names of tables and columns
        f" WHERE merchant_id = {row}.merchant_id AND email = {row}.email;"
    )


_BOUGHT = (
    f"EXISTS (SELECT 1 FROM {_KEPT} WHERE merchant_id = new.merchant_id AND email = new.email)"  # noqa: S608  names of tables and columns
)
_SQLITE = {
    f"{_NAME}_comes": _on_orders(
        f"AFTER INSERT ON {_TABLE} WHEN {_counted('new.')} BEGIN {_PLUS} END"
    ),
    f"{_NAME}_goes": _on_orders(
        f"AFTER DELETE ON {_TABLE} WHEN {_counted('old.')} BEGIN {_MINUS} END"
    ),
    f"{_NAME}_was": _on_orders(
        f"AFTER UPDATE OF {_CHANGING} ON {_TABLE} WHEN {_counted('old.')} AND ({_OTHER})"
        f" BEGIN {_MINUS} END"
    ),
    f"{_NAME}_is": _on_orders(
        f"AFTER UPDATE OF {_CHANGING} ON {_TABLE} WHEN {_counted('new.')} AND ({_OTHER})"
        f" BEGIN {_PLUS} END"
    ),
    f"{_CONTACTS}_comes": _on_contacts(
        f"AFTER INSERT ON {_CONTACT} WHEN {_BOUGHT} BEGIN {_link('new.id', 'new')} END"
    ),
    f"{_CONTACTS}_goes": _on_contacts(
        f"AFTER DELETE ON {_CONTACT} BEGIN {_link('NULL', 'old')} END"
    ),
    f"{_CONTACTS}_changes": _on_contacts(
        f"AFTER UPDATE OF email ON {_CONTACT} WHEN old.email <> new.email"
        f" BEGIN {_link('NULL', 'old')} {_link('new.id', 'new')} END"
    ),
}

# PostgreSQL: a statement's rows together


def _rows(table: str, sign: str) -> str:
    return (
        f"SELECT {_KEY}, {sign}1 AS n, {sign}({_SPENT}) AS spent FROM {table} WHERE {_counted('')}"  # noqa: S608  names of tables and columns
    )


def _add(rows: str) -> str:
    return f"""
    {_INTO}
    SELECT delta.*, {_contact_of("delta")} FROM (
      SELECT {_KEY}, sum(n), sum(spent) FROM ({rows}) AS rows
      GROUP BY {_KEY} HAVING sum(n) <> 0 OR sum(spent) <> 0 ORDER BY {_KEY}
    ) AS delta {_ADDED};"""  # noqa: S608  names of tables and columns


_CLEAR = f"""
    DELETE FROM {_KEPT} kept USING (SELECT DISTINCT {_KEY} FROM went) AS gone
    WHERE {_same("kept", "gone")} AND kept.orders <= 0;"""  # noqa: S608  names of tables and columns
_FUNCTIONS = {
    _NAME: f"""
BEGIN
  IF TG_OP = 'INSERT' THEN {_add(_rows("came", ""))}
  ELSIF TG_OP = 'DELETE' THEN {_add(_rows("went", "-"))} {_CLEAR}
  ELSE {_add(f"{_rows('came', '')} UNION ALL {_rows('went', '-')}")} {_CLEAR}
  END IF;
  RETURN NULL;
END
""",
    f"{_CONTACTS}_came": f"""
BEGIN
  UPDATE {_KEPT} kept SET contact_id = came.id FROM came
  WHERE kept.merchant_id = came.merchant_id AND kept.email = came.email;
  RETURN NULL;
END
""",  # noqa: S608  names of tables and columns
    f"{_CONTACTS}_moved": f"""
BEGIN
  {_link("NULL", "old")}
  IF TG_OP = 'UPDATE' THEN {_link("new.id", "new")} END IF;
  RETURN NULL;
END
""",
}


def _on_statements(text: str) -> Trigger:
    return Trigger(table=_TABLE, text=f"{text} FOR EACH STATEMENT", function=_NAME)


_POSTGRESQL = {
    f"{_NAME}_comes": _on_statements(f"AFTER INSERT ON {_TABLE} REFERENCING NEW TABLE AS came"),
    f"{_NAME}_goes": _on_statements(f"AFTER DELETE ON {_TABLE} REFERENCING OLD TABLE AS went"),
    f"{_NAME}_changes": _on_statements(
        f"AFTER UPDATE ON {_TABLE} REFERENCING OLD TABLE AS went NEW TABLE AS came"
    ),
    f"{_CONTACTS}_comes": _on_contacts(
        f"AFTER INSERT ON {_CONTACT} REFERENCING NEW TABLE AS came FOR EACH STATEMENT",
        f"{_CONTACTS}_came",
    ),
    f"{_CONTACTS}_goes": _on_contacts(
        f"AFTER DELETE ON {_CONTACT} FOR EACH ROW", f"{_CONTACTS}_moved"
    ),
    f"{_CONTACTS}_changes": _on_contacts(
        f"AFTER UPDATE OF email ON {_CONTACT} FOR EACH ROW WHEN (old.email <> new.email)",
        f"{_CONTACTS}_moved",
    ),
}
KEPT = KeptFigures(table=_KEPT, sqlite=_SQLITE, postgresql=_POSTGRESQL, functions=_FUNCTIONS)


def create_triggers(**_signal: object) -> None:
    """After ``migrate``: also where a migration of SQLite made a table anew, and its triggers went."""
    if apps.is_installed("tradepost.orders") and install(KEPT):
        _add_up_all()


# One statement sees orders and totals as they were at one moment, and triggers write both at once: what differs
# here is wrong, and not only late.
_THERE_IS = f"""(SELECT {_KEY}, count(*) AS orders, sum({_SPENT}) AS spent_minor FROM {_TABLE}
    WHERE {_counted("")} GROUP BY {_KEY})"""  # noqa: S608  names of tables and columns
_LACKING = f"""
    SELECT there.merchant_id, there.email, there.currency FROM {_THERE_IS} AS there
    LEFT JOIN {_KEPT} kept ON {_same("kept", "there")}
    WHERE kept.id IS NULL OR kept.orders <> there.orders OR kept.spent_minor <> there.spent_minor
    UNION
    SELECT kept.merchant_id, kept.email, kept.currency FROM {_KEPT} kept
    WHERE NOT EXISTS (SELECT 1 FROM {_TABLE} there WHERE {_same("kept", "there")} AND {_counted("there.")})
"""  # noqa: S608  names of tables and columns
_FILL = f"""
    {_INTO} SELECT there.*, {_contact_of("there")} FROM {_THERE_IS} AS there
    LEFT JOIN {_KEPT} had ON {_same("had", "there")} WHERE had.id IS NULL ON CONFLICT ({_KEY}) DO NOTHING
"""  # noqa: S608  names of tables and columns
_APART = f"""
    SELECT kept.id FROM {_KEPT} kept
    LEFT JOIN {_CONTACT} known ON known.merchant_id = kept.merchant_id AND known.email = kept.email
    WHERE kept.contact_id IS DISTINCT FROM known.id
"""  # noqa: S608  names of tables and columns


def add_up_again() -> int:
    """Compare what is kept with the orders, and put right what is not; how many totals that were."""
    if missing := install(KEPT):
        logger.warning("orders were not added up: %s were missing", ", ".join(missing))
    if wrong := _add_up_all():
        logger.warning("%s totals of customers were not those of their orders", wrong)
    return wrong


def _add_up_all() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FILL)
        wrong = int(cursor.rowcount)
    with connection.cursor() as cursor:
        cursor.execute(_LACKING)
        lacking = sorted(cursor.fetchall())
    for some in batched(lacking, _SLICE, strict=False):
        with transaction.atomic():
            for key in some:
                _add_up(key)
    _join_contacts()
    return wrong + len(lacking)


def _join_contacts() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_APART)
        apart = sorted(cursor.fetchall())
        join = f"UPDATE {_KEPT} SET contact_id = {_contact_of(_KEPT)} WHERE id = %s"  # noqa: S608  names of tables and columns
        for some in batched(apart, _SLICE, strict=False):
            with transaction.atomic():
                cursor.executemany(join, some)


def _add_up(key: tuple[int, str, str]) -> None:
    """Holds the total first: whoever writes an order of this customer meanwhile adds to it afterwards."""
    is_it = "merchant_id = %s AND email = %s AND currency = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_INTO} VALUES (%s, %s, %s, 0, 0, NULL) ON CONFLICT ({_KEY}) DO UPDATE SET orders = {_KEPT}.orders",
            key,
        )
        cursor.execute(
            f"UPDATE {_KEPT} SET (orders, spent_minor) = (SELECT count(*), coalesce(sum({_SPENT}), 0)"  # noqa: S608  names of tables and columns
            f" FROM {_TABLE} WHERE {is_it} AND {_counted('')}) WHERE {is_it}",
            [*key, *key],
        )
        cursor.execute(f"DELETE FROM {_KEPT} WHERE {is_it} AND orders <= 0", key)  # noqa: S608  names of tables and columns
