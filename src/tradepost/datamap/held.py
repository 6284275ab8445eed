"""Rows that must not go although their time is over: whoever deletes what is due leaves them out.

Retention of every room asks here, also of rooms below the one that knows of holds.
"""

from typing import Protocol

from django.db.models import Model, QuerySet

from tradepost.datamap.extensions import ExtensionPoint


class LeavesOut(Protocol):
    """The rows without those that something holds."""

    def __call__[Row: Model](self, rows: QuerySet[Row]) -> QuerySet[Row]: ...


leaving_out: ExtensionPoint[LeavesOut] = ExtensionPoint("rows that retention leaves out")


def without_held[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    for without in leaving_out:
        rows = without(rows)
    return rows
