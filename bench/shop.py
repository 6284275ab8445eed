"""Anonymous product pages a second, against an empty Django view on the same server, in one run.

10,000 products in the database. ``ours``: product pages as visitors meet them, drawn at random from
100 wanted ones that somebody has looked at since the shop last changed (the database is asked at every
request whether they still hold). ``limit``: a view that returns two bytes, behind the same middleware,
under the same granian. ``listing_ratio``, ``search_ratio``: the same for lists of 24 and for wanted
words. ``drawn_afresh_ratio``: pages that nobody has looked at since the last change.

    python bench/shop.py [--products 10000] [--seconds 3] [--rounds 3] [--port 8187] [--workers 2]
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
EMPTY_URLS = """
from django.http import HttpResponse
from django.urls import path
from tradepost.config.urls import urlpatterns as ours
urlpatterns = [path("empty/", lambda request: HttpResponse("ok")), *ours]
"""
EMPTY_SETTINGS = """
from tradepost.config.settings import *
ROOT_URLCONF = "bench_urls"
"""
# Each thread of wrk takes the next address of a list, or a random one of it.
ASK = """
local file = io.open("{paths}", "r")
local paths = {{}}
for line in file:lines() do paths[#paths + 1] = line end
local next_one = 0
function request()
  local which
  if {random} then which = math.random(#paths) else next_one = next_one + 1; which = next_one end
  return wrk.format("GET", paths[(which - 1) % #paths + 1], {{["Accept-Encoding"] = "gzip"}})
end
"""
SEED = """
import django; django.setup()
from django.utils import timezone
from django_scopes import scope
from tradepost.catalog.models import Category, Photo, Product
from tradepost.catalog.search import folded
from tradepost.merchants.models import Merchant
shop = Merchant.objects.create(name="Bench", handle="bench", contact_email="b@bench.example",
    country="DE", home_country="DE", website="https://bench.example")
with scope(merchant=shop):
    shelves = [Category.objects.create(merchant=shop, name=f"Shelf {{n}}", slug=f"shelf-{{n}}")
               for n in range(8)]
    words = ("leather belt bag strap purse saddle brass linen thread tannery cognac black navy natural "
             "oxblood chestnut wallet folder sleeve holder").split()
    rows = []
    for n in range({products}):
        text = " ".join(words[(n * 7 + k * 3) % len(words)] for k in range(60))
        row = Product(merchant=shop, name=f"{{words[n % 20].title()}} {{n}}", slug=f"p-{{n}}",
            sku=f"SKU-{{n}}", price_minor=1000 + n, stock=n % 50, category=shelves[n % 8],
            description=f"**{{text}}**", created_at=timezone.now())
        row.search_text = folded(f"{{row.name}} {{row.sku}} {{text}}")
        rows.append(row)
    Product.objects.bulk_create(rows, batch_size=1000)
    Photo.objects.bulk_create([Photo(merchant=shop, product=row, stem=f"a/products/{{n:024x}}",
        widths=[320, 640, 1280], width=1280, height=1280, alt=row.name)
        for n, row in enumerate(rows)], batch_size=1000)
"""


@contextmanager
def serving(folder: Path, port: int, workers: int) -> Iterator[None]:
    """As ``config/processes/supervisor.py`` starts it, with one more route."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", str(workers), "--loop", "asyncio"),
        *("--no-access-log", "--log-level", "warning", "tradepost.config.web.serving:front"),
    ]  # fmt: skip
    server = subprocess.Popen(command, env=environment(folder, port), cwd=folder)
    try:
        _wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait(15)


def environment(folder: Path, port: int) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    return own | {
        "TRADEPOST_DATA": str(folder / "data"),
        "TRADEPOST_PORT": str(port),
        "TRADEPOST_DATABASE_URL": os.environ.get("TRADEPOST_DATABASE_URL", ""),
        "PYTHONPATH": f"{folder}:{ROOT / 'src'}",
        "DJANGO_SETTINGS_MODULE": "bench_settings",
    }


def _wait_for(port: int) -> None:
    for _attempt in range(150):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/empty/", timeout=5)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not come up")


def prepare(folder: Path, port: int, products: int) -> None:
    (folder / "data").mkdir()
    (folder / "bench_urls.py").write_text(EMPTY_URLS)
    (folder / "bench_settings.py").write_text(EMPTY_SETTINGS)
    known = environment(folder, port)
    for command in (
        ["-m", "django", "migrate", "-v0", "--skip-checks"],
        ["-m", "django", "createcachetable"],
        ["-m", "django", "collectstatic", "--noinput", "-v0"],
        ["-c", SEED.format(products=products)],
    ):
        subprocess.run([sys.executable, *command], env=known, check=True, stdout=subprocess.DEVNULL)


def rate(folder: Path, port: int, paths: list[str], seconds: float, *, random: bool) -> float:
    """Requests a second as wrk counts them; any answer that is not 200 ends the run."""
    listing, script = folder / "paths.txt", folder / "ask.lua"
    listing.write_text("\n".join(paths))
    script.write_text(ASK.format(paths=listing, random="true" if random else "false"))
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(out)
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert found, out
    return float(found[1])


def _size(url: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        zipped = answer.headers.get("Content-Encoding") == "gzip"
    return len(body), (gzip.decompress(body) if zipped else body).decode("utf-8", "replace")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8187)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepare(folder, chosen.port, chosen.products)
        with serving(folder, chosen.port, chosen.workers):
            print(json.dumps(measure(folder, chosen)))


def _warm(ask: Callable[[], float], most_seconds: float = 12) -> None:
    """Ask until every worker has drawn every page once: the rate no longer rises."""
    until, before = time.monotonic() + most_seconds, 0.0
    while time.monotonic() < until:
        now = ask()
        if before and now < before * 1.15:
            return
        before = now


def measure(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    seconds = max(round(chosen.seconds), 1)
    count = chosen.products
    every = [f"/shop/bench/product/p-{n * 7919 % count}/" for n in range(count)]
    wanted = every[:100]
    lists = [f"/shop/bench/all/?page={page}" for page in range(1, 20)]
    searches = [f"/shop/bench/search/?q={word}" for word in ("belt", "purse", "navy", "brass")]

    def asked(paths: list[str], *, random: bool = True, for_seconds: int = seconds) -> float:
        return rate(folder, chosen.port, paths, for_seconds, random=random)

    asked(["/empty/"], for_seconds=1)
    fresh = {
        "product": asked(every[100:], random=False, for_seconds=1),
        "listing": asked(
            [f"/shop/bench/all/?page={n}" for n in range(20, 400)], random=False, for_seconds=1
        ),
        "search": asked(
            [f"/shop/bench/search/?q=belt+{n}" for n in range(900)], random=False, for_seconds=1
        ),
    }
    _warm(lambda: asked([*wanted, *lists, *searches], for_seconds=1))
    runs = [(asked(wanted), asked(["/empty/"])) for _ in range(chosen.rounds)]
    listing, search = (asked(paths, for_seconds=1) for paths in (lists, searches))
    ours = statistics.median(page for page, _empty in runs)
    limit = statistics.median(empty for _page, empty in runs)
    return {
        "name": "shop",
        "ours": round(ours),
        "limit": round(limit),
        "ratio": round(ours / limit, 3),
        "runs": [[round(page), round(empty)] for page, empty in runs],
        "workers": chosen.workers,
        "products": count,
        "listing_ratio": round(listing / limit, 3),
        "search_ratio": round(search / limit, 3),
        "drawn_afresh_ratio": {name: round(each / limit, 3) for name, each in fresh.items()},
        "page_bytes_zipped": _size(f"http://127.0.0.1:{chosen.port}/shop/bench/product/p-1/")[0],
    }


if __name__ == "__main__":
    main()
