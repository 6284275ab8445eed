"""How long a CSV of contacts takes, against the database's own bulk load of the same contacts.

Ours: upload, detection, validation, de-duplication, refusals, contacts, consent records and list
memberships, with progress, in slices. Limit: the same contacts as ready-made tuples, loaded bare
(SQLite ``executemany``, PostgreSQL ``COPY``) into a table of the same columns with its primary key.
``N=1000000`` sets the size; ``TRADEPOST_DATABASE_URL`` the database (default: a fresh SQLite file).
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

os.environ.setdefault("TRADEPOST_DATA", tempfile.mkdtemp(prefix="tradepost-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import django

django.setup()  # models can be imported only now

from django.core.files.uploadedfile import TemporaryUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import ProgrammingError, connection, transaction  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from tradepost.audience.actions import imports  # noqa: E402
from tradepost.audience.actions.setup import save_custom_field, save_list  # noqa: E402
from tradepost.audience.imports import bulk  # noqa: E402
from tradepost.audience.models import (  # noqa: E402
    ConsentRecord,
    Contact,
    ContactList,
    Import,
    ImportProblem,
    ListMembership,
)
from tradepost.audit.types import SYSTEM, Actor  # noqa: E402
from tradepost.merchants.models import Merchant  # noqa: E402

ROWS = int(os.environ.get("N") or 200_000)
RUNS = int(os.environ.get("RUNS") or 3)
FIRST = ["Ines", "Jonas", "Mira", "Tomás", "Aylin", "Björn", "Chloé", "Dario", "Eva", "Finn"]
LAST = ["Vogel", "Okafor", "Lindqvist", "García", "Yılmaz", "Novak", "Rossi", "Weber", "Silva"]
CONTACT = ("id", *bulk.DIFFERING, *bulk.SAME)
CITIES = ["Berlin", "Lyon", "Porto", "Graz", "Umeå", "Gdańsk", "Cork", "Ghent"]


def write_csv(path: Path) -> None:
    """About one row in a hundred is a repeat, one in five hundred no address."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("email,name,language,city\n")
        for number in range(ROWS):
            first, last = chance.choice(FIRST), chance.choice(LAST)
            who = chance.randrange(number) if number and chance.random() < 0.01 else number
            mark = "" if chance.random() < 0.002 else "@"
            local = f"{FIRST[who % 10][0].lower()}.{LAST[who % 9][1:4].encode('ascii', 'ignore').decode()}{who * 7919 % 9_999_991}"
            out.write(f"{local}{mark}mail{who % 97}.example.com,{first} {last},")
            out.write(f"{chance.choice(['en', 'de', ''])},{chance.choice(CITIES)}\n")


def prepare() -> tuple[Merchant, ContactList]:
    call_command("migrate", verbosity=0)
    empty()  # of a run before, in the same database
    with scopes_disabled():
        Merchant.objects.filter(handle="bench-import").delete()
        merchant = Merchant.objects.create(
            name="Bench", handle="bench-import", contact_email="a@bench.example", country="DE"
        )
    with scope(merchant=merchant):
        save_custom_field(
            merchant=merchant, by=SYSTEM, key="city", label="City", kind="text", choices=[]
        )
        return merchant, save_list(merchant=merchant, by=SYSTEM, name="News")


def empty() -> None:
    with scopes_disabled():
        for model in (ListMembership, ConsentRecord, Contact, ImportProblem, Import):
            verb = "DELETE FROM" if connection.vendor == "sqlite" else "TRUNCATE"
            with connection.cursor() as cursor:
                tail = "" if connection.vendor == "sqlite" else "CASCADE"
                cursor.execute(f"{verb} {model._meta.db_table} {tail}")
    settle()


def settle() -> None:
    """Both sides start from a quiet database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with suppress(ProgrammingError):  # an ordinary role may not ask for it
                cursor.execute("CHECKPOINT")


def ours(path: Path, merchant: Merchant, contact_list: ContactList) -> float:
    from tradepost.identity.models import User

    by = Actor.user(User.objects.first() or User.objects.create_user("bench@bench.example"))
    upload = TemporaryUploadedFile("contacts.csv", "text/csv", path.stat().st_size, "utf-8")
    assert upload.file
    upload.file.write(path.read_bytes())
    started = time.perf_counter()
    with scope(merchant=merchant):
        run = imports.read(run=imports.upload(merchant=merchant, upload=upload, by=by))
        imports.settle(
            run=run,
            mapping=run.mapping,
            rule=Import.Rule.FILL,
            contact_list=contact_list,
            consent_text="Ticked the box in our old shop.",
            by=by,
        )
        with bulk.bulk_connection():
            for _done in imports.take_all(run):
                pass
    seconds = time.perf_counter() - started
    with scope(merchant=merchant):
        counts = [m.objects.count() for m in (Contact, ConsentRecord, ListMembership)]
        assert run.added == counts[0] == counts[1] == counts[2], counts
        assert run.rows_done == ROWS == run.added + run.merged + run.refused
        print(f"  added {run.added}, merged {run.merged}, refused {run.refused}", file=sys.stderr)
    return seconds


def limit() -> float:
    """The same contacts again, as tuples, into a bare table."""
    names = ", ".join(CONTACT)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM audience_contact")
        rows = [(*row[:8], bulk.moment(row[8]), bulk.moment(row[9])) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        kinds = {"id": "bigint PRIMARY KEY", "merchant_id": "bigint", "fields": "text"}
        columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in CONTACT)
        if connection.vendor == "sqlite":
            columns = columns.replace("bigint PRIMARY KEY", "integer PRIMARY KEY")
        cursor.execute(f"CREATE TABLE bench_bare ({columns})")
        settle()
        started = time.perf_counter()
        with transaction.atomic():
            if connection.vendor == "sqlite":
                holes = ", ".join(["%s"] * len(CONTACT))
                cursor.executemany(f"INSERT INTO bench_bare VALUES ({holes})", rows)
            else:
                with cursor.copy(f"COPY bench_bare ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_bare")
    return seconds


def main() -> None:
    path = Path(tempfile.mkdtemp()) / "contacts.csv"
    write_csv(path)
    merchant, contact_list = prepare()
    pairs = []
    for _run in range(RUNS):
        empty()
        took = ours(path, merchant, contact_list)
        bare = limit()
        pairs.append((took, bare))
        print(f"  ours {took:.2f} s, bare {bare:.2f} s, ratio {took / bare:.2f}", file=sys.stderr)
    took, bare = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(
        json.dumps(
            {
                "name": "import",
                "ours": round(took, 3),
                "limit": round(bare, 3),
                "ratio": round(statistics.median(a / b for a, b in pairs), 2),
                "runs": RUNS,
                "rows": ROWS,
                "database": connection.vendor,
            }
        )
    )


if __name__ == "__main__":
    main()
