"""Three hosts in networks of their own: one is cut off, one is killed, while a campaign goes out and orders come in.

``python -m tests.scale.three_hosts [RECIPIENTS]`` as root; prints one line of JSON. Each host is a network
namespace with web server, sender, worker and scheduler; a fourth one holds PostgreSQL, the object store and
the mail server that takes the letters. No address outside of these namespaces is ever asked.
"""

import asyncio  # noqa: F401  loaded before the relay's thread starts
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CORE, NETWORK = "10.77.0.1", "10.77.0"
HOSTS = ("one", "two", "three")
CUT_OFF_SECONDS = 40
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def within(name: str) -> list[str]:
    return ["ip", "netns", "exec", name]


@contextmanager
def namespaces() -> Iterator[str]:
    """A core with a bridge, and a host on each of its legs; all gone afterwards."""
    mark = f"tp{os.getpid()}"
    names = [f"{mark}-core", *(f"{mark}-{host}" for host in HOSTS)]
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        core = names[0]
        ip("-n", core, "link", "add", "bridge", "type", "bridge")
        ip("-n", core, "addr", "add", f"{CORE}/24", "dev", "bridge")
        ip("-n", core, "link", "set", "bridge", "up")
        for number, (host, name) in enumerate(zip(HOSTS, names[1:], strict=True), 11):
            ip(
                "-n",
                core,
                "link",
                "add",
                f"to-{host}",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                name,
            )
            ip("-n", core, "link", "set", f"to-{host}", "master", "bridge", "up")
            ip("-n", name, "addr", "add", f"{NETWORK}.{number}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
        yield mark
    finally:
        for name in names:
            left = subprocess.run(
                ["ip", "netns", "pids", name], capture_output=True, text=True, check=False
            )
            for number in left.stdout.split():
                with suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def main(recipients: str = "20000", mark: str = "") -> int:
    """Outside: make the networks and run this once more inside of the core."""
    if mark:
        sys.stdout.write(json.dumps(drill(int(recipients), mark)) + "\n")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was begun is cleared away
    with namespaces() as made:
        command = [sys.executable, "-m", "tests.scale.three_hosts", recipients, made]
        return subprocess.run(
            [*within(f"{made}-core"), *command], check=False, timeout=1500
        ).returncode


def drill(recipients: int, mark: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="tradepost-hosts-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        from tests.object_storage import Swift
        from tests.servers import PostgreSQL

        (folder / "swift").mkdir()
        postgresql = PostgreSQL(folder)
        _listen_to_hosts(postgresql)
        postgresql.start()
        try:
            with Swift(folder / "swift", host=CORE).running() as swift:
                swift.make_bucket("shop-files")
                return _on(folder, postgresql, swift, recipients, mark)
        finally:
            postgresql.stop()


def _listen_to_hosts(server) -> None:
    access = server.folder / "data" / "pg_hba.conf"
    access.write_text(access.read_text() + f"host all all {NETWORK}.0/24 trust\n")
    command = server.command()
    command[command.index("listen_addresses=127.0.0.1")] = f"listen_addresses=127.0.0.1,{CORE}"
    server.command = lambda: [*command, "-c", "max_connections=100"]


def _on(folder, postgresql, swift, recipients, mark) -> dict[str, object]:
    from tests.machines import Machine

    database = postgresql.url.replace("127.0.0.1", CORE)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
        "TRADEPOST_DATA": str(folder / "driver"),
        "TRADEPOST_DATABASE_URL": database,
        "TRADEPOST_SECRET_KEY": "k" * 50,
        "TRADEPOST_FILES_URL": swift.url("shop-files"),
    }
    import django

    django.setup()
    from tradepost.delivery.testing import CaptureServer

    with CaptureServer(keep=False, host=CORE).running() as relay:
        chosen = {
            "database_url": database, "smtp_url": f"smtp://{CORE}:{relay.port}", "secret_key": "k" * 50,
            "files_url": swift.url("shop-files"), "limits_times": 1000,
        }  # fmt: skip
        machines = [
            Machine(folder, host, within=within(f"{mark}-{host}"), **chosen) for host in HOSTS
        ]
        for number, machine in enumerate(machines, 11):
            machine.host = f"{NETWORK}.{number}"
        one, *others = machines
        for words in (
            ["migrate", "-v", "0"],
            ["createcachetable"],
            ["collectstatic", "--noinput", "-v", "0"],
        ):
            one.run(*words)
        for machine in others:
            machine.take_static_files_of(one)
        from tests.scale.three_hosts_shop import make_shop, release

        merchant, campaign = make_shop(recipients)
        try:
            for machine in machines:
                machine.start("web", "worker", "scheduler", "sender")
            for machine in machines:
                machine.wait_until_open()
            with _orders(machines, merchant) as orders:
                release(merchant, campaign)
                return _disturb(mark, machines, campaign, relay, orders, recipients)
        finally:
            for machine in machines:
                machine.stop()


def _disturb(mark, machines, campaign, relay, orders, recipients) -> dict[str, object]:
    from tests.scale.three_hosts_shop import figures, is_over, senders
    from tests.servers import wait_until

    three = machines[2]
    began = time.monotonic()
    wait_until(
        lambda: len(relay.recipients) >= recipients * 0.15 and senders() >= 3, 300, "no letters"
    )
    ip("link", "set", "to-two", "down")
    orders.phase = "host two cut off"
    try:
        wait_until(lambda: len(relay.recipients) >= recipients * 0.3, 150)
    except AssertionError:
        raise AssertionError(_why_none(relay)) from None
    three.kill()
    orders.phase = "two cut off, three dead"
    received_then = len(relay.recipients)
    time.sleep(CUT_OFF_SECONDS)
    ip("link", "set", "to-two", "up")
    orders.phase = "two is back, three dead"
    at_return = len(relay.recipients)
    time.sleep(CUT_OFF_SECONDS / 2)
    three.start("web", "worker", "scheduler", "sender")
    wait_until(lambda: is_over(campaign), 400, f"it does not end: {len(relay.recipients)} received")
    copies = Counter(relay.recipients)
    # Letters about orders come beside the campaign's: to the guests, and to the shop for each of them.
    of_campaign = {email: count for email, count in copies.items() if email.startswith("person")}
    return {
        "recipients": recipients,
        "received_distinct": len(of_campaign),
        "received_twice": sum(count > 1 for count in of_campaign.values()),
        **figures(campaign, copies),
        "received_by_one_host_alone": at_return - received_then,
        "seconds": round(time.monotonic() - began),
        "orders": orders.counts(),
    }


def _why_none(relay) -> str:
    from tests.scale.three_hosts_shop import waiting

    return f"no letters from the other two: {len(relay.recipients)} came; {waiting()}"


class _Orders:
    """Guests who order from any host that answers, as behind a proxy that leaves out dead ones."""

    def __init__(self, machines, merchant) -> None:
        self.machines, self.merchant = machines, merchant
        self.phase, self.over = "all three", threading.Event()
        self.placed: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.passed_over = 0

    def run(self) -> None:
        number = 0
        while not self.over.wait(0.5):
            number += 1
            phase = self.phase
            if any(self._try(machine, number) for machine in self._in_turn(number)):
                self.placed[phase] += 1
            else:
                self.failed[phase] += 1

    def _in_turn(self, number: int):
        start = number % len(self.machines)
        return self.machines[start:] + self.machines[:start]

    def _try(self, machine, number: int) -> bool:
        import httpx

        base = f"http://{machine.host}:{machine.port}"
        timeout = httpx.Timeout(20, connect=2)
        try:
            with httpx.Client(
                base_url=base,
                timeout=timeout,
                headers={"Host": f"localhost:{machine.port}", "User-Agent": _BROWSER},
            ) as guest:
                return _order(guest, self.merchant, number)
        except httpx.HTTPError:
            self.passed_over += 1
            return False

    def counts(self) -> dict[str, object]:
        return {
            "placed": dict(self.placed),
            "failed": dict(self.failed),
            "hosts_passed_over": self.passed_over,
        }


def _order(guest, merchant, number: int) -> bool:
    """Through the pages: buy, look at the checkout, order."""
    from django.urls import reverse

    answer = guest.get(reverse("checkout:buy", args=[merchant.handle, "BAG"]))
    cart = re.search(r"/cart/([\w-]+)/", answer.headers.get("Location", "")) or re.search(
        r"/(?:cart|checkout)/([\w-]{16,})", answer.headers.get("Location", "")
    )
    if not cart:
        return False
    where = reverse("checkout:checkout", args=[cart[1]])
    page = guest.get(where).text
    fields = dict(
        re.findall(r'name="(csrfmiddlewaretoken|seen|delivery)"[^>]*?value="([^"]*)"', page)
    )
    done = guest.post(
        where,
        data=fields | {
            "email": f"guest{number}@people.example", "telephone": "+49 30 1234567", "payment": "on_delivery",
            "shipping-country": "DE", "shipping-name": "Ines Vogel", "shipping-line1": "Lindenstr. 4",
            "shipping-postal_code": "10115", "shipping-city": "Berlin", "order": "1",
        },
    )  # fmt: skip
    return done.status_code == 303 and "/order/" in done.headers.get("Location", "")


@contextmanager
def _orders(machines, merchant) -> Iterator[_Orders]:
    orders = _Orders(machines, merchant)
    thread = threading.Thread(target=orders.run, daemon=True)
    thread.start()
    try:
        yield orders
    finally:
        orders.over.set()
        thread.join(90)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
