"""The kept number of subscribers: counting a million memberships would be most of what a page costs.

The database keeps it, by triggers: whoever writes a membership, one or a million at once, cannot forget it.
"""

import logging

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django_scopes import scopes_disabled

from tradepost.audience.models import ContactList, ListMembership, SubscriberCount
from tradepost.audience.types import MembershipState
from tradepost.datamap.columns.kept import KeptFigures, Trigger, install

logger = logging.getLogger(__name__)
_NAME = "audience_counted"
_TABLE, _KEPT = "audience_listmembership", "audience_subscribercount"
# A statement's rows together: what it adds to each list, in the slot of this connection.
_POSTGRESQL = f"""
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO {_KEPT} AS kept (contact_list_id, slot, number)
    SELECT contact_list_id, pg_backend_pid(), count(*) FROM came WHERE state = 'subscribed' GROUP BY 1
    ON CONFLICT (contact_list_id, slot) DO UPDATE SET number = kept.number + excluded.number;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO {_KEPT} AS kept (contact_list_id, slot, number)
    SELECT contact_list_id, pg_backend_pid(), -count(*) FROM went WHERE state = 'subscribed' GROUP BY 1
    ON CONFLICT (contact_list_id, slot) DO UPDATE SET number = kept.number + excluded.number;
  ELSE
    INSERT INTO {_KEPT} AS kept (contact_list_id, slot, number)
    SELECT contact_list_id, pg_backend_pid(), sum(n) FROM (
      SELECT contact_list_id, 1 AS n FROM came WHERE state = 'subscribed'
      UNION ALL SELECT contact_list_id, -1 FROM went WHERE state = 'subscribed') AS both_ways
    GROUP BY 1 HAVING sum(n) <> 0
    ON CONFLICT (contact_list_id, slot) DO UPDATE SET number = kept.number + excluded.number;
  END IF;
  RETURN NULL;
END
"""  # noqa: S608  names of tables and columns
_MORE = (
    f"INSERT INTO {_KEPT} (contact_list_id, slot, number) VALUES (new.contact_list_id, 0, 1)"  # noqa: S608  names of tables and columns
    " ON CONFLICT (contact_list_id, slot) DO UPDATE SET number = number + 1;"
)
_FEWER = f"UPDATE {_KEPT} SET number = number - 1 WHERE contact_list_id = old.contact_list_id AND slot = 0;"  # noqa: S608  names of tables and columns


def _row(text: str) -> Trigger:
    return Trigger(table=_TABLE, text=text)


def _statement(text: str) -> Trigger:
    """Also of an import that leaves out the look-up of parents."""
    return Trigger(table=_TABLE, text=f"{text} FOR EACH STATEMENT", function=_NAME, always=True)


KEPT = KeptFigures(
    table=_KEPT,
    functions={_NAME: _POSTGRESQL},
    postgresql={
        f"{_NAME}_comes": _statement(f"AFTER INSERT ON {_TABLE} REFERENCING NEW TABLE AS came"),
        f"{_NAME}_goes": _statement(f"AFTER DELETE ON {_TABLE} REFERENCING OLD TABLE AS went"),
        f"{_NAME}_changes": _statement(
            f"AFTER UPDATE ON {_TABLE} REFERENCING OLD TABLE AS went NEW TABLE AS came"
        ),
    },
    # SQLite has one writer and triggers for rows only.
    sqlite={
        f"{_NAME}_comes": _row(
            f"AFTER INSERT ON {_TABLE} WHEN new.state = 'subscribed' BEGIN {_MORE} END"
        ),
        f"{_NAME}_goes": _row(
            f"AFTER DELETE ON {_TABLE} WHEN old.state = 'subscribed' BEGIN {_FEWER} END"
        ),
        f"{_NAME}_joins": _row(
            f"AFTER UPDATE OF state ON {_TABLE}"
            f" WHEN new.state = 'subscribed' AND old.state <> 'subscribed' BEGIN {_MORE} END"
        ),
        f"{_NAME}_leaves": _row(
            f"AFTER UPDATE OF state ON {_TABLE}"
            f" WHEN new.state <> 'subscribed' AND old.state = 'subscribed' BEGIN {_FEWER} END"
        ),
    },
)


def create_triggers(**_signal: object) -> None:
    """After ``migrate``: also where a migration of SQLite made the table anew, and its triggers went."""
    if apps.is_installed("tradepost.audience") and install(KEPT):
        _count_all()


def count_again() -> int:
    """Compare what is kept with what there is, and put right what is not; how many lists that were."""
    if missing := install(KEPT):
        logger.warning("subscribers were not counted: %s were missing", ", ".join(missing))
    return _count_all()


def _count_all() -> int:
    mended = 0
    with scopes_disabled():
        for one in ContactList.objects.order_by("pk"):
            try:
                mended += _count_list(one)
            except (
                OperationalError
            ):  # somebody holds the memberships for long: the next turn will do
                logger.warning("list %s was not counted: its table is busy", one.pk)
    return mended


def _count_list(one: ContactList) -> bool:
    """Nobody writes memberships meanwhile, and one row is left."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                cursor.execute(f"LOCK TABLE {_TABLE} IN SHARE ROW EXCLUSIVE MODE")
        kept = SubscriberCount.objects.filter(contact_list=one)
        slots = list(kept.values_list("number", flat=True))
        said = sum(slots)
        there = ListMembership.objects.filter(
            contact_list=one, state=MembershipState.SUBSCRIBED
        ).count()
        if said == there and len(slots) <= 1:
            return False
        kept.delete()
        SubscriberCount.objects.create(contact_list=one, slot=0, number=there)
    if said != there and slots:
        logger.warning("list %s: %s subscribers were kept, there are %s", one.pk, said, there)
    return bool(said != there)
