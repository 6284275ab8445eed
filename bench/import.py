"""How long a CSV of contacts takes, against the database's own bulk load of the same contacts.

Ours: upload, detection, validation, de-duplication, refusals, contacts, consent records and list
memberships, with progress, in slices. Limit: the same contacts as ready-made tuples, loaded bare
(SQLite ``executemany``, PostgreSQL ``COPY``) into a table of the same columns with its primary key.
Every pair is ours, then bare, in the same minute. ``ours``, ``limit`` and ``ratio`` are seconds by the wall,
``[least, median, most]`` over the pairs; ``cpu`` the same of the processor's seconds, of this process and,
where it runs on this machine, of the database's: other work hardly moves those.
``N=1000000`` sets the size; ``TRADEPOST_DATABASE_URL`` the database (default: a fresh SQLite file).
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
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


def processor_seconds() -> float:
    """Used so far by this process and by the one that serves its connection."""
    used = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, suppress(OSError):
            cursor.execute("SELECT pg_backend_pid()")
            fields = (
                Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
            )
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def ours(path: Path, merchant: Merchant, contact_list: ContactList) -> tuple[float, float]:
    """(seconds, processor's seconds); and so is :func:`limit`."""
    from tradepost.identity.models import User

    by = Actor.user(User.objects.first() or User.objects.create_user("bench@bench.example"))
    upload = TemporaryUploadedFile("contacts.csv", "text/csv", path.stat().st_size, "utf-8")
    assert upload.file
    upload.file.write(path.read_bytes())
    used, started = processor_seconds(), time.perf_counter()
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
    seconds, used = time.perf_counter() - started, processor_seconds() - used
    with scope(merchant=merchant):
        counts = [m.objects.count() for m in (Contact, ConsentRecord, ListMembership)]
        assert run.added == counts[0] == counts[1] == counts[2], counts
        assert run.rows_done == ROWS == run.added + run.merged + run.refused
        print(f"  added {run.added}, merged {run.merged}, refused {run.refused}", file=sys.stderr)
    return seconds, used


def limit() -> tuple[float, float]:
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
        used, started = processor_seconds(), time.perf_counter()
        with transaction.atomic():
            if connection.vendor == "sqlite":
                holes = ", ".join(["%s"] * len(CONTACT))
                cursor.executemany(f"INSERT INTO bench_bare VALUES ({holes})", rows)
            else:
                with cursor.copy(f"COPY bench_bare ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        seconds, used = time.perf_counter() - started, processor_seconds() - used
        cursor.execute("DROP TABLE bench_bare")
    return seconds, used


def spread(figures: Iterable[float]) -> list[float]:
    known = sorted(figures)
    return [round(it, 2) for it in (known[0], statistics.median(known), known[-1])]


def compared(pairs: Sequence[tuple[float, float]]) -> dict[str, list[float]]:
    mine, theirs = zip(*pairs, strict=True)
    return {
        "ours": spread(mine),
        "limit": spread(theirs),
        "ratio": spread(a / b for a, b in pairs),
    }


def main() -> None:
    path = Path(tempfile.mkdtemp()) / "contacts.csv"
    write_csv(path)
    merchant, contact_list = prepare()
    walls, processor = [], []
    for _run in range(RUNS):
        empty()
        mine, theirs = ours(path, merchant, contact_list), limit()
        walls.append((mine[0], theirs[0]))
        processor.append((mine[1], theirs[1]))
        print(
            f"  ours {mine[0]:.2f} s ({mine[1]:.2f} of the processor),"
            f" bare {theirs[0]:.2f} s ({theirs[1]:.2f}), ratio {mine[0] / theirs[0]:.2f}",
            file=sys.stderr,
        )
    result = {"name": "import", "rows": ROWS, "runs": RUNS, "database": connection.vendor}
    print(json.dumps(result | compared(walls) | {"cpu": compared(processor)}))


if __name__ == "__main__":
    main()
