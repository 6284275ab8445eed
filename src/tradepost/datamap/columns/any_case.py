"""``icontains`` on SQLite for every alphabet: its own LIKE knows upper and lower case of ASCII only.

A search for ASCII letters stays with LIKE, which is right about them and quicker.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, TextField
from django.db.models.lookups import IContains
from django.db.models.sql.compiler import SQLCompiler

_LOWER = "tradepost_lower"


class ContainsInAnyCase(IContains):
    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, list[Any]]:
        if not isinstance(self.rhs, str) or self.rhs.isascii():
            text, given = self.as_sql(compiler, connection)
            return text, list(given)
        column, before = self.process_lhs(compiler, connection)
        mark, words = self.process_rhs(compiler, connection)
        like = self.get_rhs_op(connection, mark)
        return f"{_LOWER}({column}) {like}", [*before, *(str(word).lower() for word in words)]


def _give_function(connection: BaseDatabaseWrapper, **_more: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(_LOWER, 1, _lower, deterministic=True)


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


def register() -> None:
    for field in (CharField, TextField):
        field.register_lookup(ContainsInAnyCase)
    connection_created.connect(_give_function, dispatch_uid=_LOWER)
