"""What does the machinery of the declarations cost an order, an open, and a page of the office?

Two processes of the same product stand side by side, each with a database of its own and the same rows. In one
the machinery works; in the other it is taken out: texts go into columns as they come, nobody is asked whether a
person stopped the use, consents to measuring count as given, looks are not recorded, and no socket is watched.
They take turns, so that a busy machine slows both.

``orders``: a guest's order over the checkout's page. ``opens``: lines of the spool into the database. ``reads``: the
office's list of orders, one order, the list of contacts and one contact. Each is on's pace over off's, the median of the
rounds; ``ratio`` is the least of the three, and the target 0.95. Paces are by processor time on SQLite, where all the
work is done in the process, and by the clock on PostgreSQL. ``*_ms``: what one takes with the machinery on.

``TRADEPOST_DATABASE_URL`` names a database of PostgreSQL that two schemas are made in (default: fresh SQLite files).

    python bench/map.py [--rounds 9] [--orders 12] [--opens 4000] [--reads 10]
"""

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TARGET = 0.95
KINDS = ("orders", "opens", "reads")


# The parent: two children, in turns


class Product:
    """One process with the machinery on or off; asked for a round, it says how many seconds that took."""

    def __init__(self, folder: Path, machinery: str, chosen: argparse.Namespace) -> None:
        sizes = [str(getattr(chosen, kind)) for kind in KINDS]
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--child", machinery, "--sizes", *sizes],
            env=_environment(folder, machinery),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def seconds(self, kind: str) -> float:
        assert self.process.stdin
        self.process.stdin.write(f"{kind}\n")
        self.process.stdin.flush()
        return float(self._answer())

    def end(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(30)

    def _answer(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("bench: "):
                return line.removeprefix("bench: ")
        raise SystemExit("a process ended before it answered")


def _environment(folder: Path, machinery: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    chosen = os.environ.get("TRADEPOST_DATABASE_URL", "")
    schema = {"PGOPTIONS": f"-c search_path=bench_{machinery}"} if chosen else {}
    return own | schema | {
        "TRADEPOST_DATA": str(folder / machinery),
        "TRADEPOST_DATABASE_URL": chosen,
        "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--orders", type=int, default=12)
    parser.add_argument("--opens", type=int, default=4000)
    parser.add_argument("--reads", type=int, default=10)
    parser.add_argument("--child", choices=("on", "off"))
    parser.add_argument("--sizes", type=int, nargs=3)
    chosen = parser.parse_args()
    if chosen.child:
        serve(chosen.child, dict(zip(KINDS, chosen.sizes, strict=True)))
        return
    with tempfile.TemporaryDirectory(prefix="tradepost-map-") as name:
        print(json.dumps(measure(Path(name), chosen)))


def measure(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    on, off = Product(folder, "on", chosen), Product(folder, "off", chosen)
    taken: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    try:
        for round_number in range(chosen.rounds + 1):
            for kind in KINDS:
                # The second of a pair finds the machine warmer: each comes second every other time.
                first, second = (on, off) if round_number % 2 else (off, on)
                pair = {one: one.seconds(kind) for one in (first, second)}
                if round_number:  # the first one warms up
                    taken[kind].append((pair[on], pair[off]))
    finally:
        on.end()
        off.end()
    return _result(taken, chosen)


def _result(
    taken: dict[str, list[tuple[float, float]]], chosen: argparse.Namespace
) -> dict[str, object]:
    ratios = {}
    result: dict[str, object] = {"name": "map", "ratio": 0.0, "target": TARGET}
    for kind, pairs in taken.items():
        with_it, without = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratios[kind] = round(statistics.median(off / on for on, off in pairs), 3)
        result[kind] = ratios[kind]
        result[f"{kind}_ms"] = round(with_it / getattr(chosen, kind) * 1000, 3)
        print(f"{kind}: on {with_it:.3f} s, off {without:.3f} s: {ratios[kind]:.1%}")
    return result | {"ratio": min(ratios.values()), "rounds": chosen.rounds}


# A child: the product itself, in one process


def serve(machinery: str, sizes: dict[str, int]) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS bench_{machinery} CASCADE")
            cursor.execute(f"CREATE SCHEMA bench_{machinery}")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    shop = Shop()
    if machinery == "on":
        _watch_sockets()
    else:
        take_out_the_machinery()
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    print("bench: 0", flush=True)
    for line in sys.stdin:
        kind = line.strip()
        do = getattr(shop, kind)
        print(f"bench: {do(sizes[kind], clock)}", flush=True)


def _watch_sockets() -> None:
    from tradepost.lib.wire import watch

    watch(["127.0.0.1"])


def take_out_the_machinery() -> None:
    """Whatever stands in the way of data only because of what is declared about it."""
    from tradepost.audit import actions, sightings
    from tradepost.audit.models import Entry
    from tradepost.campaigns.tracking import loader, pipeline
    from tradepost.datamap.columns.typed import TypedColumn
    from tradepost.rights.models import Stop
    from tradepost.rights.restrictions import stops

    TypedColumn._kept = lambda self, value: value  # type: ignore[method-assign]
    everywhere(stops, "_standing", lambda merchant_id, purpose: Stop.objects.none())
    everywhere(stops, "not_written_to", lambda merchant, addresses, purpose: set())
    everywhere(stops, "may_process", lambda merchant, email, purpose: True)
    everywhere(actions, "record_many", lambda acts: [Entry() for _act in acts])
    everywhere(sightings, "note_sighting", lambda entry, model, numbers: None)
    everywhere(
        loader, "_consenting", lambda people: frozenset(n for some in people.values() for n in some)
    )
    passing = (pipeline.no_objection_by_signal, pipeline.with_consent_only)
    pipeline.STEPS = tuple(step for step in pipeline.STEPS if step not in passing)


def everywhere(module: object, name: str, instead: Callable[..., Any]) -> None:
    """Also where it was imported by name, and where it was handed to an extension point."""
    from tradepost.delivery.actions import queue

    real = getattr(module, name)
    for loaded in list(sys.modules.values()):
        for own, value in list(getattr(loaded, "__dict__", {}).items()):
            if value is real:
                setattr(loaded, own, instead)
    for point in (queue.stopped_answers,):
        point[:] = [instead if one is real else one for one in point]


class Shop:
    """A shop with contacts who agreed to be measured, a campaign, and things to buy."""

    PEOPLE = 400

    def __init__(self) -> None:
        from django.test import Client

        from tradepost.identity.models import User
        from tradepost.merchants.models import Membership, Merchant
        from tradepost.merchants.types import Role

        self.merchant = Merchant.objects.create(
            name="Bench", handle="bench", contact_email="b@bench.example", country="DE",
            home_country="DE", postal_address="1 Street\n10115 Berlin",
        )  # fmt: skip
        owner = User.objects.create(email="owner@bench.example", name="Owner")
        self.bought = 0
        with self._inside():
            Membership.objects.create(merchant=self.merchant, user=owner, role=Role.OWNER)
            self._stock()
            self._people()
        self.office = Client(SERVER_NAME="localhost")
        self.office.force_login(owner)

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        from django_scopes import scope

        with scope(merchant=self.merchant):
            yield

    def _stock(self) -> None:
        from tradepost.catalog.models import Product as Item
        from tradepost.checkout.models import DeliveryMethod
        from tradepost.payments.models import GatewayAccount

        common = {"merchant": self.merchant}
        Item.objects.create(
            **common, sku="BELT", name="Belt", slug="belt", price_minor=900, stock=None
        )
        DeliveryMethod.objects.create(**common, name="Post", price_minor=490)
        GatewayAccount.objects.create(**common, gateway="on_delivery")

    def _people(self) -> None:
        from tradepost.audience.consent import records
        from tradepost.audience.models import ConsentRecord, Contact
        from tradepost.audience.types import ConsentKind
        from tradepost.campaigns.models import Campaign
        from tradepost.datamap.subjects import email_key
        from tradepost.lib import clock

        emails = [f"p{n}@people.example" for n in range(self.PEOPLE)]
        common = {"merchant": self.merchant}
        Contact.objects.bulk_create(
            [
                Contact(
                    **common, email=e, email_key=email_key(e), name="Anna Example", source="import"
                )
                for e in emails
            ]
        )
        wording = records.wording(merchant=self.merchant, kind=ConsentKind.TRACKING, text="yes")
        ConsentRecord.objects.bulk_create(
            [
                ConsentRecord(**common, email_key=email_key(e), kind="tracking", wording=wording,
                              source="import", confirmed_by="stated by the merchant")
                for e in emails
            ]
        )  # fmt: skip
        self.contacts = list(Contact.objects.values_list("pk", flat=True))
        self.campaigns = [
            Campaign.objects.create(
                **common,
                name=f"Bench {n}",
                state="running",
                started_at=clock.now(),
                links=["https://a.example/"],
            ).pk
            for n in range(40)
        ]

    def orders(self, count: int, clock: Callable[[], float]) -> float:
        return sum(self._order(clock) for _ in range(count))

    def _order(self, clock: Callable[[], float]) -> float:
        from django.test import Client
        from django.urls import reverse

        from tradepost.checkout.models import Cart

        self.bought += 1
        guest = Client(SERVER_NAME="localhost")
        bought = guest.get(reverse("checkout:buy", args=[self.merchant.handle, "BELT"]))
        if "Location" not in bought.headers:
            raise SystemExit(f"nothing was put into a cart: {bought.status_code}")
        with self._inside():
            cart = Cart.objects.filter(ordered_at=None).latest("pk")
        address = reverse("checkout:checkout", args=[cart.token])
        page = guest.get(address).text
        known = {
            name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
            for name in ("seen", "delivery")
        }
        filled = {
            "email": f"buyer{self.bought}@people.example", "telephone": "+49 30 1234567",
            "note": "Please ring twice, the bell is weak.", "newsletter": "on", "shipping-country": "DE",
            "shipping-name": "Anna Example", "shipping-line1": "Long Street 5", "shipping-postal_code": "10115",
            "shipping-city": "Berlin", "payment": "on_delivery", "order": "1",
        } | {name: found[1] for name, found in known.items() if found}  # fmt: skip
        began = clock()
        answer = guest.post(address, filled)
        took = clock() - began
        if answer.status_code != 303:
            raise SystemExit(f"no order was placed: {answer.status_code}")
        return took

    def opens(self, count: int, clock: Callable[[], float]) -> float:
        from tradepost.campaigns.tracking import loader, spool
        from tradepost.campaigns.tracking.tokens import signer

        campaign = self.campaigns.pop()
        blocks = signer().blocks(campaign, (self.contacts * (count // self.PEOPLE + 1))[:count])
        writer = spool.TrackingSpool(spool.folder())
        for number, block in enumerate(blocks):
            writer.append(
                b"o", block, 0, "", f"Mozilla/5.0 (Windows NT 10.0) Thunderbird/12{number % 9}.0"
            )
        writer.close()
        began = clock()
        loaded = loader.load()
        took = clock() - began
        if loaded.lines < count:
            raise SystemExit(f"{loaded.lines} of {count} lines were loaded")
        return took

    def reads(self, count: int, clock: Callable[[], float]) -> float:
        from tradepost.audience.models import Contact
        from tradepost.orders.models import Order

        with self._inside():
            order, contact = Order.objects.latest("pk"), Contact.objects.earliest("pk")
        base = f"/office/{self.merchant.handle}"
        pages = [f"{base}/orders/", f"{base}/orders/{order.public_id}/"]
        pages += [f"{base}/contacts/", f"{base}/contacts/{contact.public_id}/"]
        began = clock()
        for _ in range(count):
            for page in pages:
                if (status := self.office.get(page).status_code) != 200:
                    raise SystemExit(f"{page} answers {status}")
        return clock() - began


if __name__ == "__main__":
    main()
