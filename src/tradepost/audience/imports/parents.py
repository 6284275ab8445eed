"""The parents of a slice's rows, looked up once for the slice instead of once for each row.

PostgreSQL checks foreign keys row by row: eight look-ups for a contact that joins a list, more than half
of an import. All rows of a slice have the same shop, list and wording, which are locked here, and the
other parents are rows that the slice itself has just written. So the look-ups can be left out, where
the database's account may say so (``docs/operating.md``); elsewhere they are made.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, models
from django.db.backends.utils import CursorWrapper


@contextmanager
def held(cursor: CursorWrapper, parents: Mapping[type[models.Model], int]) -> Iterator[None]:
    """Rows written inside have these parents, or such as are written inside, too. PostgreSQL only, in
    a transaction.

    Raises:
        IntegrityError: a parent is gone.
    """
    if not _may_leave_out(cursor):
        yield
        return
    for model, number in parents.items():
        cursor.execute(
            f"SELECT 1 FROM {model._meta.db_table} WHERE id = %s FOR KEY SHARE",  # noqa: S608  our own names
            [number],
        )
        if cursor.fetchone() is None:
            raise IntegrityError(f"{model._meta.label} {number} is gone")
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")


def _may_leave_out(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT current_setting('server_version_num')::int >= 150000")
    if cursor.fetchone()[0]:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
    else:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])
