"""SQLite's write-ahead log holds what was erased until it is written over: it is emptied at once."""

from django.db import connection

WAIT_MS = 500


def empty_log() -> None:
    """Nothing where the database is another, or inside a transaction, which is in the log itself. Readers are waited for only a moment: the round of
    ``erase_here`` comes again.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
