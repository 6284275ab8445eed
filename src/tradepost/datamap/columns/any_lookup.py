"""``key__among=keys``: like ``in``, as one parameter, for lists of thousands.

Django binds each value of ``in`` by itself, at several microseconds apiece; the statement's text, and
so its plan, changes with their number, and it may not pass the database's limit on parameters.
"""

import json
from collections.abc import Collection
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
class Among(Lookup[Any]):
    """Takes any iterable of numbers or text that is not a list or tuple, which Django would walk."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, parameters = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s)", [*parameters, values]
        among = f"{left} IN (SELECT value FROM json_each(%s))"  # noqa: S608  a column's name
        return among, [*parameters, json.dumps(values)]


def among(path: str, values: Collection[object]) -> dict[str, object]:
    """For ``filter``: one value is compared plainly, for which every database finds its index; none asks nothing."""
    if not values:
        return {f"{path}__in": ()}
    if len(values) == 1:
        return {path: next(iter(values))}
    return {f"{path}__among": frozenset(values)}
