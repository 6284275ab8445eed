"""Open-pixel requests a second, against an empty handler on the same server; and the loader's pace.

Both run under granian with the options of production and one worker, one after the other in turns, asked
by ``wrk``. The pixel goes through the whole application as the supervisor starts it: signature checked,
one line appended to the spool a request. Prints one line of JSON last.

    python bench/track.py [--seconds 2] [--rounds 4] [--port 8160]
"""

import argparse
import json
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EMPTY = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "image/gif"), ("Content-Length", "2")])
    return [b"ok"]
"""
BROWSERS = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{n} like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:12{n}.0) Gecko/20100101 Thunderbird/12{n}.0",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/1{n}.0 (via ggpht.com GoogleImageProxy)",
]


@contextmanager
def serving(target: str, port: int, folder: Path) -> Iterator[None]:
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "1"),
        *("--no-access-log", "--log-level", "warning", target),
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)})
    try:
        _wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/o/x", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not come up")


def rate(port: int, path: str, seconds: float) -> float:
    """Requests a second as wrk counts them; any answer that is not 200 ends the run."""
    out = subprocess.run(
        [
            *("wrk", "-t1", "-c32", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"),
            *("-H", f"User-Agent: {BROWSERS[0].format(n=1)}"),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in out:
        raise SystemExit(out)
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert found, out
    return float(found[1])


def loader_rate(lines: int) -> float:
    """Lines a second from the spool into the database, half of them of people who agreed."""
    from django.core.management import call_command
    from django.utils import timezone
    from django_scopes import scopes_disabled

    from tradepost.audience.consent import records
    from tradepost.audience.models import ConsentRecord, Contact
    from tradepost.audience.types import ConsentKind
    from tradepost.campaigns.models import Campaign
    from tradepost.campaigns.tracking import loader, spool
    from tradepost.campaigns.tracking.tokens import signer
    from tradepost.datamap.subjects import email_key
    from tradepost.merchants.models import Merchant

    call_command("migrate", verbosity=0)
    people = lines // 10
    with scopes_disabled():
        shop = Merchant.objects.create(
            name="Bench", handle=f"bench-{secrets.token_hex(4)}", contact_email="b@bench.example"
        )
        wording = records.wording(merchant=shop, kind=ConsentKind.TRACKING, text="yes")
        emails = [f"p{n}@people.example" for n in range(people)]
        Contact.objects.bulk_create(
            [
                Contact(merchant=shop, email=e, email_key=email_key(e), source="import")
                for e in emails
            ],
            batch_size=2000,
        )
        ConsentRecord.objects.bulk_create(
            [
                ConsentRecord(
                    merchant=shop, email_key=email_key(e), kind="tracking", wording=wording,
                    source="import", confirmed_by="stated by the merchant",
                )
                for e in emails
            ],
            batch_size=2000,
        )  # fmt: skip
        contacts = list(Contact.objects.values_list("pk", flat=True))
        campaign = Campaign.objects.create(
            merchant=shop, name="Bench", state="running", started_at=timezone.now(),
            links=["https://a.example/"],
        )  # fmt: skip
    blocks = signer().blocks(campaign.pk, [*contacts * 5, *[0] * (lines - 5 * people)])
    writer = spool.TrackingSpool(spool.folder())
    for number, block in enumerate(blocks):
        browser = BROWSERS[number % 3].format(n=number % 9)
        writer.append(b"o", block, 0, "", browser)
    writer.close()
    began = time.perf_counter()
    loaded = loader.load()
    took = time.perf_counter() - began
    assert loaded.lines >= lines, loaded
    return loaded.lines / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--port", type=int, default=8160)
    parser.add_argument("--lines", type=int, default=200_000)
    chosen = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="tradepost-track-") as name:
        measure(Path(name), chosen)


def measure(folder: Path, chosen: argparse.Namespace) -> None:
    own = {key: value for key, value in os.environ.items() if key.startswith("TRADEPOST_DATABASE")}
    for key in [key for key in os.environ if key.startswith("TRADEPOST_")]:
        del os.environ[key]
    os.environ |= own | {
        "TRADEPOST_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
    }
    (folder / "empty.py").write_text(EMPTY)
    import django

    django.setup()
    from tradepost.campaigns.tracking import spool
    from tradepost.campaigns.tracking.tokens import OPEN, signer

    path = f"/o/{signer().token(OPEN, signer().blocks(1, [2])[0])}"
    runs = []
    with (
        serving("empty:application", chosen.port, folder),
        serving("tradepost.config.wsgi:application", chosen.port + 1, folder),
    ):
        for round_number in range(chosen.rounds + 1):
            limit = rate(chosen.port, "/", chosen.seconds if round_number else 1)
            ours = rate(chosen.port + 1, path, chosen.seconds if round_number else 1)
            if round_number:  # the first one warms up
                runs.append({"ours": round(ours), "limit": round(limit)})
                print(f"pixel {ours:,.0f}/s, empty handler {limit:,.0f}/s: {ours / limit:.0%}")
    written = sum(file.read_bytes().count(b"\n") for file in spool.files(spool.folder()))
    print(f"{written:,} lines in the spool")
    for file in spool.files(spool.folder()):
        file.unlink()
    loaded = loader_rate(chosen.lines)
    print(f"loader {loaded:,.0f} events/s")
    ours = statistics.median(run["ours"] for run in runs)
    limit = statistics.median(run["limit"] for run in runs)
    result = {
        "name": "track",
        "ours": ours,
        "limit": limit,
        "ratio": round(statistics.median(run["ours"] / run["limit"] for run in runs), 3),
        "loader_events_per_second": round(loaded),
        "runs": runs,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
