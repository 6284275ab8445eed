"""Does it take longer to erase one person among a million than among a thousand?

Every table of the data map that holds customers is filled: one row a person and table, copied inside
the database from one planted person. Then some of the people are erased one by one through
``privacy.actions.erase``, first among ``SMALL`` and then among ``N`` people, and the medians compared.
``ours`` is the time among many, ``limit`` among few, both in milliseconds; the target is a ratio of
at most 1.5. ``TRADEPOST_DATABASE_URL`` chooses the database (default: a fresh SQLite file).
"""

import atexit
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if "TRADEPOST_DATA" not in os.environ:
    os.environ["TRADEPOST_DATA"] = tempfile.mkdtemp(prefix="tradepost-bench-")
    atexit.register(shutil.rmtree, os.environ["TRADEPOST_DATA"], ignore_errors=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).parent.parent))

import django

django.setup()  # models can be imported only now

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from tests.promises.planting import Planter  # noqa: E402

from tradepost.audit.types import SYSTEM  # noqa: E402
from tradepost.datamap.subjects import SubjectRef, email_key  # noqa: E402
from tradepost.datamap.vocabulary import LocatedBy, Subject  # noqa: E402
from tradepost.merchants.models import Merchant  # noqa: E402
from tradepost.rights.actions.erase import erase_person  # noqa: E402
from tradepost.rights.graph import PersonalModel  # noqa: E402

MANY = int(os.environ.get("N") or 1_000_000)
FEW = int(os.environ.get("SMALL") or 1_000)
RUNS = int(os.environ.get("RUNS") or 21)


def settle() -> None:
    """Bring a long write-ahead log into the database file, as a quiet night would."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Filler:
    """Copies the planted person's rows, with new numbers, addresses and unique values."""

    def __init__(self, places: list[PersonalModel]) -> None:
        self.places = places
        self.copied = {place.model for place in places}
        self.first = {place.model: place.model._base_manager.get().pk for place in places}

    def fill(self, start: int, end: int) -> None:
        for place in self.places:
            with connection.cursor() as cursor:
                cursor.execute(self._copy(place.model, start, end))

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
            f" WHERE src.{quote(str(model._meta.pk.column))} = {self.first[model]}"
        )

    def _value(self, model: type[models.Model], field: models.Field[Any, Any]) -> str:
        column = f"src.{connection.ops.quote_name(str(field.column))}"
        if field.primary_key or (field.is_relation and field.related_model in self.copied):
            return f"{column} + n"
        if isinstance(field, models.EmailField) or self._is_address(model, field):
            return "'p' || n || '@bench.example'"
        if field.name.endswith("_key") or self._is_unique(model, field):
            number = isinstance(field, models.IntegerField)
            return f"{column} + n" if number else "CAST(n AS VARCHAR(20))"
        return column

    def _is_address(self, model: type[models.Model], field: models.Field[Any, Any]) -> bool:
        place = next(place for place in self.places if place.model is model)
        by_email = place.declaration.located_by is LocatedBy.EMAIL
        return by_email and place.declaration.locate == field.name

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
            isinstance(field, models.EmailField) or field.related_model in self.copied
            for field in fields
        )

    def give_key(self, number: int, email: str) -> None:
        """People who are going to be erased get the true hash of their address."""
        for place in self.places:
            if place.declaration.located_by is LocatedBy.KEY:
                rows = place.model._base_manager.filter(pk=self.first[place.model] + number)
                rows.update(**{place.declaration.locate: email_key(email)})


def median_milliseconds(filler: Filler, merchant: Merchant, numbers: range) -> float:
    taken = []
    for number in numbers:
        email = f"p{number}@bench.example"
        filler.give_key(number, email)
        ref = SubjectRef(Subject.CUSTOMER, email, merchant.pk)
        began = time.perf_counter()
        erasure = erase_person(ref=ref, by=SYSTEM)
        taken.append((time.perf_counter() - began) * 1000)
        assert erasure.total >= 3, "nothing was erased"
    return statistics.median(taken)


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    merchant = Merchant.objects.create(
        name="Bench", handle="bench", contact_email="bench@bench.example", country="DE", website=""
    )
    ref = SubjectRef(Subject.CUSTOMER, "p0@bench.example", merchant.pk)
    with transaction.atomic():
        filler = Filler(Planter(merchant, ref, "mark").plant())
        filler.fill(1, FEW)
    settle()
    median_milliseconds(filler, merchant, range(1, 6))  # warm up
    few = median_milliseconds(filler, merchant, range(10, 10 + RUNS))
    began = time.perf_counter()
    with transaction.atomic():
        filler.fill(FEW + 1, MANY)
    settle()
    print(
        f"filled {len(filler.places)} tables with {MANY} people in {time.perf_counter() - began:.0f} s"
    )
    median_milliseconds(filler, merchant, range(MANY // 2, MANY // 2 + 5))
    many = median_milliseconds(filler, merchant, range(MANY // 3, MANY // 3 + RUNS))
    print(
        json.dumps(
            {
                "name": "erase",
                "ours": round(many, 2),
                "limit": round(few, 2),
                "ratio": round(many / few, 2),
                "runs": RUNS,
            }
        )
    )


if __name__ == "__main__":
    main()
