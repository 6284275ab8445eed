"""A shop with a million customers, for benchmarks: every table of the data map that holds customers is filled.

One person is planted as the tests plant her, and copied inside the database: one row a person and table.
Django must be set up before this is imported.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction
from tests.promises.planting import Planter

from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Kind, LocatedBy, Subject
from tradepost.delivery.models import IncomingMail, Mail, NamedAddress
from tradepost.holds.models import RecordHold
from tradepost.merchants.models import Merchant
from tradepost.rights.graph import PersonalModel

# Columns that name a row without being a foreign key: of another row for each person, as in life.
REFERS = {(Mail, "about"), (RecordHold, "number")}
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def settle() -> None:
    """Bring a long write-ahead log into the database file, as a quiet night would."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class People:
    """The shop, the planted person, and as many copies of her as are asked for."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.merchant = Merchant.objects.create(
            name="Bench",
            handle="bench",
            contact_email="bench@bench.example",
            country="DE",
            website="",
        )
        with transaction.atomic():
            self.places = Planter(self.merchant, self.ref(0), "mark").plant()
            _list_addresses(self.ref(0).email)
        self._by_model = {place.model: place for place in self.places}
        models_copied: list[type[models.Model]] = [*self._by_model, NamedAddress]
        self._first = {model: model._base_manager.get().pk for model in models_copied}

    def ref(self, number: int) -> SubjectRef:
        return SubjectRef(Subject.CUSTOMER, f"p{number}@bench.example", self.merchant.pk)

    def fill(self, start: int, end: int) -> float:
        """People of these numbers, both included; how many seconds that took."""
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            for model in self._first:
                cursor.execute(self._copy(model, start, end))
        settle()
        return time.perf_counter() - began

    def known(self, number: int) -> SubjectRef:
        """A person who is going to be asked for, with the true hashes of the address in all tables."""
        ref = self.ref(number)
        for model, first in self._first.items():
            if column := self._key_column(model):
                rows = model._base_manager.filter(pk=first + number)
                rows.update(**{column: email_key(ref.email)})
        return ref

    def _key_column(self, model: type[models.Model]) -> str:
        if model is NamedAddress:
            return "address_key"
        declaration = self._by_model[model].declaration
        return declaration.locate if declaration.located_by is LocatedBy.KEY else ""

    def _copy(self, model: type[models.Model], start: int, end: int) -> str:
        quote = connection.ops.quote_name
        columns = {
            str(field.column): self._value(model, field) for field in model._meta.concrete_fields
        }
        series = (
            f"SELECT n FROM generate_series({start}, {end}) AS numbers(n)"
            if connection.vendor == "postgresql"
            else f"WITH RECURSIVE numbers(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM numbers"
            f" WHERE n < {end}) SELECT n FROM numbers"
        )
        names = ", ".join(map(quote, columns))
        table = quote(model._meta.db_table)
        return (
            f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())}"
            f" FROM {table} AS src, ({series}) AS series"
            f" WHERE src.{quote(str(model._meta.pk.column))} = {self._first[model]}"
        )

    def _value(self, model: type[models.Model], field: models.Field[Any, Any]) -> str:
        column = f"src.{connection.ops.quote_name(str(field.column))}"
        if field.primary_key or (field.is_relation and field.related_model in self._first):
            return f"{column} + n"
        if self._is_address(model, field):
            return "'p' || n || '@bench.example'"
        if field.name.endswith("_key") or self._is_unique(model, field) or _refers(model, field):
            number = isinstance(field, models.IntegerField)
            return f"{column} + n" if number else "CAST(n AS VARCHAR(20))"
        return column

    def _is_address(self, model: type[models.Model], field: models.Field[Any, Any]) -> bool:
        if isinstance(field, models.EmailField):
            return True
        place = self._by_model.get(model)
        if place is None:
            return False
        by_email = place.declaration.located_by is LocatedBy.EMAIL
        is_located = by_email and place.declaration.locate == field.name
        return is_located or _kind_of(place, field) is Kind.EMAIL

    def _is_unique(self, model: type[models.Model], field: models.Field[Any, Any]) -> bool:
        """Alone, or together with nothing that differs from person to person anyway."""
        if field.is_relation:
            return False
        return field.unique or any(
            field.name in constraint.fields and not self._differs(model, constraint)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
        )

    def _differs(self, model: type[models.Model], constraint: models.UniqueConstraint) -> bool:
        fields = [model._meta.get_field(name) for name in constraint.fields]
        return any(
            isinstance(field, models.EmailField) or field.related_model in self._first
            for field in fields
        )


def _list_addresses(email: str) -> None:
    """Of mail that came in, the addresses in it are listed as it comes."""
    mail = IncomingMail._base_manager.get()
    NamedAddress.objects.create(mail=mail, address_key=email_key(email))
    IncomingMail._base_manager.filter(pk=mail.pk).update(is_listed=True)


def _kind_of(place: PersonalModel, field: models.Field[Any, Any]) -> Kind | None:
    said = place.fields.get(field.name)
    return said.kind if said and isinstance(field, models.CharField) else None


def _refers(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    return (model, field.name) in REFERS


def milliseconds(calls: Iterable[Callable[[], object]]) -> dict[str, float]:
    """Processor time of one call, in this process and the database's; and by the clock. Medians; the
    database's is a mean, since its clock ticks a hundred times a second."""
    used, passed, server, count = [], [], _server_ms(), 0
    for call in calls:
        began, at = time.process_time(), time.perf_counter()
        call()
        used.append((time.process_time() - began) * 1000)
        passed.append((time.perf_counter() - at) * 1000)
        count += 1
    own, there = statistics.median(used), (_server_ms() - server) / count
    return {
        "cpu_ms": round(own + there, 1),
        "database_ms": round(there, 1),
        "clock_ms": round(statistics.median(passed), 1),
    }


def _server_ms() -> float:
    """Of PostgreSQL's process for this connection, where it runs on this machine; SQLite's is ours."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    try:
        text = Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * TICK_MS
