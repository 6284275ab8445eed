"""What does each list of the back office cost in a shop of a million contacts and orders, against the demo's?

Two installations: the demo as it is loaded, and the demo with its rows copied by SQL until there are
``--contacts`` and ``--orders`` (memberships, consents, lines, addresses, payments, invoices, letters and entries
of the access record grow along; the states stay in proportion, the days lie further back). Each entry of the
navigation is opened as the owner, then what its page offers: every order of a column, every view and filter,
words in its search (somebody's address, a common name, nobody's), the last page, the page before it.

``milliseconds``: the least processor time of an answer, of the web process and of PostgreSQL's, small and large
in turns. ``ratio``: the largest of large / small. ``over``: the lists above
``limit`` that show as many rows in both; ``with_more_rows``: those whose page is longer in the large shop.
SQLite, or PostgreSQL where TRADEPOST_DATABASE_URL names one (two databases are made beside it, and dropped).

    python bench/growth.py [--contacts 1000000] [--orders 1000000] [--rounds 5] [--keep FOLDER]
"""

import argparse
import gc
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[1]
LIMIT = 1.5
COLLECT = ["collectstatic", "--noinput", "-v0"]
STRIDE = 10_000  # from the number of a row of the demo to that of its next copy
LONGEST_AGO = 1_100  # days; the last copy of an order lies so much further back
COPIED = {
    "contacts": (
        "audience.Contact", "audience.ConsentRecord", "audience.ListMembership", "delivery.Handover",
        "audit.Entry",
    ),
    "orders": (
        "orders.Order", "orders.OrderLine", "orders.OrderAddress", "orders.Invoice",
        "payments.PaymentIntent", "payments.PaymentEvent",
    ),
}  # fmt: skip
FAST = {
    "postgresql": ("SET session_replication_role = replica", "SET synchronous_commit = off"),
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-2000000"),
}
UNLIKE = {  # what is unique, in SQL: ``k`` is the number of the copy
    "audience_contact.email": "'k' || k || '.' || email",
    "audience_contact.email_key": "substr(email_key, 1, 24) || k",
    "audience_consentrecord.email_key": "substr(email_key, 1, 24) || k",
    "audit_entry.seal": "substr(seal, 1, 56) || k",
    "delivery_handover.address": "'k' || k || '.' || address",
    "orders_order.number": "number + ({copies} + 1 - k) * 1000",
    "orders_order.key": "key || '.' || k",
    "orders_order.token": "substr(token, 1, 50) || '.' || k",
    "orders_order.email": "'k' || (k % 500) || '.' || email",
    "orders_invoice.number": "number + ({copies} + 1 - k) * 1000",
    "orders_invoice.order_number": "order_number + ({copies} + 1 - k) * 1000",
    "orders_invoice.cause": "'copy:' || k || '.' || id",
    "payments_paymentintent.key": "key || '.' || k",
    "payments_paymentintent.reference": "'orders.order:' || (substr(reference, 14)::bigint + k * {stride})",
    "payments_paymentevent.fact_id": "fact_id || '.' || k",
}


# The parent


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--keep", help="a folder for the two installations; one that is there is used again"
    )
    parser.add_argument("--inside", choices=["grow", "measure"], help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        inside(chosen)
        return 0
    with ExitStack() as stack:
        folder = Path(chosen.keep or stack.enter_context(tempfile.TemporaryDirectory()))
        server = os.environ.get("TRADEPOST_DATABASE_URL", "")
        places = {size: place(folder, size, server) for size in ("small", "large")}
        if not (folder / "large").is_dir():
            prepare(folder, places, chosen)
        for known in places.values() if chosen.keep else ():
            for words in (["migrate", "-v0"], COLLECT):
                run(["-m", "django", *words], known)
        if server and not chosen.keep:
            stack.callback(drop, server, folder)
        result = compared(places, chosen)
    print(json.dumps(result))
    return bool(result["over"])


def place(folder: Path, size: str, server: str) -> dict[str, str]:
    """The environment of one of the two."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    if server:
        server = urlsplit(server)._replace(path=f"/{database(folder, size)}").geturl()
    return own | {
        "TRADEPOST_DATA": str(folder / size),
        "TRADEPOST_DATABASE_URL": server,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
    }


def database(folder: Path, size: str) -> str:
    return f"growth_{size}_{re.sub('[^a-z0-9]', '', folder.name.lower())}"


def prepare(folder: Path, places: dict[str, dict[str, str]], chosen: argparse.Namespace) -> None:
    """The demo twice (as copies of each other), and the second grown."""
    server = os.environ.get("TRADEPOST_DATABASE_URL", "")
    if not (folder / "small").is_dir():
        (folder / "small").mkdir(parents=True, mode=0o700)
        if server:
            drop(server, folder)
            administer(server, f"CREATE DATABASE {database(folder, 'small')}")
        for words in (["migrate", "-v0"], ["createcachetable"], COLLECT, ["demo"]):
            run(["-m", "django", *words], places["small"])
    subprocess.run(["cp", "-a", str(folder / "small"), str(folder / "large")], check=True)
    if server:
        small, large = database(folder, "small"), database(folder, "large")
        administer(server, f"CREATE DATABASE {large} TEMPLATE {small}")
    words = ["--contacts", str(chosen.contacts), "--orders", str(chosen.orders)]
    run([__file__, "--inside", "grow", *words], places["large"])


def administer(server: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def drop(server: str, folder: Path) -> None:
    for size in ("small", "large"):
        administer(server, f"DROP DATABASE IF EXISTS {database(folder, size)}")


def run(words: list[str], known: dict[str, str]) -> str:
    command = [sys.executable, *words]
    return subprocess.run(command, env=known, check=True, stdout=subprocess.PIPE, text=True).stdout


def compared(places: dict[str, dict[str, str]], chosen: argparse.Namespace) -> dict[str, object]:
    """Small and large by turns: what else the machine does meets both."""
    least: dict[str, dict[str, float]] = {"small": {}, "large": {}}
    rows: dict[str, dict[str, int]] = {"small": {}, "large": {}}
    for _turn in range(2):
        for size, known in places.items():
            words = [__file__, "--inside", "measure", "--rounds", str(chosen.rounds)]
            for name, (spent, shown) in json.loads(run(words, known).splitlines()[-1]).items():
                least[size][name] = min(spent, least[size].get(name, spent))
                rows[size][name] = shown
    small, large = least["small"], least["large"]
    ratios = {name: round(large[name] / small[name], 2) for name in small if name in large}
    # Where the demo has three rows to show and the large shop fifty, the page is another one.
    alike = {name for name in ratios if rows["large"][name] <= rows["small"][name]}
    above = {name: ratio for name, ratio in ratios.items() if ratio > LIMIT}
    over = {name: ratio for name, ratio in above.items() if name in alike}
    return {
        "name": "growth",
        "ratio": max(ratios[name] for name in alike),
        "limit": LIMIT,
        "lists": len(ratios),
        "over": over,
        "with_more_rows": {name: above[name] for name in above if name not in alike},
        "only_in_one": sorted(small.keys() ^ large.keys()),
        "contacts": chosen.contacts,
        "orders": chosen.orders,
        "milliseconds": {
            name: [round(small[name], 1), round(large[name], 1), ratios[name]] for name in ratios
        },
    }


# Inside an installation


def inside(chosen: argparse.Namespace) -> None:
    import django

    django.setup()
    if chosen.inside == "grow":
        grow(contacts=chosen.contacts, orders=chosen.orders)
    else:
        print(json.dumps(measured(chosen.rounds)))


def grow(*, contacts: int, orders: int) -> None:
    from django.apps import apps
    from django.db import connection

    wanted = {"contacts": contacts, "orders": orders}
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for setting in FAST["postgresql" if is_postgresql else "sqlite"]:
            cursor.execute(setting)
        for what, labels in COPIED.items():
            first = apps.get_model(labels[0])._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {first}")
            copies = wanted[what] // cursor.fetchone()[0] - 1
            for label in labels if copies > 0 else ():
                began = time.monotonic()
                cursor.execute(copying(apps.get_model(label), copies, is_postgresql=is_postgresql))
                print(label, cursor.rowcount, round(time.monotonic() - began), "s", file=sys.stderr)
        if is_postgresql:
            for label in (label for labels in COPIED.values() for label in labels):
                table = apps.get_model(label)._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
            cursor.execute("SET session_replication_role = DEFAULT")
    from tradepost.audience.actions import counts
    from tradepost.datamap.columns import text_index
    from tradepost.orders.actions import totals

    text_index.catch_up()
    counts.count_again()
    totals.add_up_again()
    with connection.cursor() as cursor:  # as autovacuum does, and the product on SQLite
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "PRAGMA optimize")


def copying(model: Any, copies: int, *, is_postgresql: bool) -> str:
    """One INSERT … SELECT of all rows, once for each copy."""
    from django.db import models

    grown = {label.lower() for labels in COPIED.values() for label in labels}
    table, columns, values = model._meta.db_table, [], []
    for field in model._meta.local_concrete_fields:
        column = field.column
        value = UNLIKE.get(f"{table}.{column}", f'"{column}"').format(copies=copies, stride=STRIDE)
        points = field.related_model._meta.label_lower if field.is_relation else ""
        if field.primary_key or points in grown or column == "contact_id":
            value = f"{column} + k * {STRIDE}"
        elif isinstance(field, models.DateTimeField):
            seconds = f"(k * {LONGEST_AGO * 86_400 // copies})"
            value = (
                f"{column} - {seconds} * interval '1 second'"
                if is_postgresql
                else f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || {seconds} || ' seconds') || '000'"
            )
        columns.append(f'"{column}"')
        values.append(value if is_postgresql else value.replace("::bigint", ""))
    numbers = (
        f"generate_series(1, {copies}) AS n(k)"
        if is_postgresql
        else f"(WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies}) SELECT k FROM n)"
    )
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {numbers} CROSS JOIN (SELECT * FROM {table} WHERE id < {STRIDE}) AS row"
    )


def measured(rounds: int) -> dict[str, tuple[float, int]]:
    """Milliseconds of processor time for each list, and how many rows it shows."""
    from django.db import connection
    from django.test import Client, override_settings

    from tradepost.identity.models import User
    from tradepost.merchants.models import Merchant
    from tradepost.modules.registry import navigation

    handle = Merchant.objects.get().handle
    client = Client()
    with override_settings(ALLOWED_HOSTS=["*"]):
        client.force_login(User.objects.filter(memberships__role="owner")[0])
        names = [entry.url_name for entry in navigation] + ["jobs_office:jobs"]
        spent = {}
        gc.disable()  # else one list pays for what another left behind
        for name, address in lists(client, handle, names):
            rows = client.get(address).content.count(b"<tr")
            gc.collect(0)
            least = min(once(client, address, connection) for _ in range(rounds))
            spent[name] = (least * 1000, rows)
    return spent


def once(client: Any, address: str, connection: Any) -> float:
    server = (
        Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        if connection.vendor == "postgresql"
        else None
    )
    before, there = time.process_time(), nanoseconds(server)
    answer = client.get(address)
    spent = time.process_time() - before + (nanoseconds(server) - there) / 1e9
    assert answer.status_code == 200, (address, answer.status_code)
    return spent


def nanoseconds(server: Path | None) -> int:
    """On a processor, of PostgreSQL's process for this connection."""
    return int(server.read_text().split()[0]) if server else 0


def lists(client: Any, handle: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """Each entry of the navigation, and what its page offers."""
    from django.urls import reverse

    for name in names:
        address = reverse(name, args=[handle])
        page = client.get(address)
        if page.status_code != 200:
            continue
        text = page.content.decode()
        yield name, address
        for query in offered(text):
            yield f"{name}?{query}", f"{address}?{query}"
        end = last_page(text)
        if end:
            yield f"{name} last page", address + end
            before = re.search(
                r'<a href="(\?[^"]+)" rel="prev"', client.get(address + end).content.decode()
            )
            if before:
                yield f"{name} page before the last", address + html.unescape(before[1])


def offered(text: str) -> Iterator[str]:
    """Queries of the links and of the forms that ask."""
    seen = set()
    for query in re.findall(r'href="\?([^"]+)"', text):
        query = html.unescape(query)
        if "page=" not in query and query not in seen:
            seen.add(query)
            yield query
    for form in re.findall(r"<form(?![^>]*post)[^>]*>(.*?)</form>", text, re.DOTALL):
        for name, choices in re.findall(
            r'<select name="([a-z_]+)"[^>]*>(.*?)</select>', form, re.DOTALL
        ):
            for value in re.findall(r'<option value="([^"]+)"', choices):
                yield urlencode({name: value})
        if re.search(r'<input[^>]*name="q"', form):
            for word in searched():
                yield urlencode({"q": word})


def searched() -> list[str]:
    """Somebody's address, a name that many have, a bit of every address, two letters, a number, nobody."""
    from django_scopes import scopes_disabled

    from tradepost.audience.models import Contact

    with scopes_disabled():
        some = Contact.objects.filter(pk__lt=STRIDE).exclude(name="").order_by("pk")[7]
    return [some.email, some.name, "example", some.name[:2], "1007", "nobody.at.all"]


def last_page(text: str) -> str:
    links = re.findall(r'<a href="(\?[^"]+)" rel="last"', text)
    numbers = re.findall(r'href="(\?[^"]*page=(\d+)[^"]*)"', text)
    if not links and numbers:
        links = [max(numbers, key=lambda found: int(found[1]))[0]]
    return html.unescape(links[0]) if links else ""


if __name__ == "__main__":
    sys.exit(main())
