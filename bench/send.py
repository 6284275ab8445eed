"""How fast a real campaign goes into Postfix's ``smtp-sink``, against ``smtp-source`` in the same run.

Ours is everything, from the press of *start*: freezing the recipients, claiming, the check of consent
and suppression, merge fields, per-person links and unsubscribe, both one-click headers, hand-over,
journal, settling; by two ``tradepost deliver`` processes with five connections each. Limit:
``smtp-source -d`` pushing one ready-made message of the same size over ten connections.

Then the same, signed (RSA-2048 and Ed25519), against bare signing by the same two cores.

``N=100000`` sets the size (``python bench/send.py 100000`` too), ``RUNS`` the repetitions,
``TRADEPOST_DATABASE_URL`` the database (default: a fresh SQLite file).
"""

import csv
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("TRADEPOST_DATA", tempfile.mkdtemp(prefix="tradepost-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
os.environ.setdefault("TRADEPOST_PUBLIC_URL", "https://post.example")
SINK_PORT = int(os.environ.get("SINK_PORT") or 2617)
os.environ["TRADEPOST_SMTP_URL"] = f"smtp://127.0.0.1:{SINK_PORT}"
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import django  # noqa: E402

django.setup()  # models can be imported only now

from django.core.files.uploadedfile import TemporaryUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from tradepost.audience.actions import imports  # noqa: E402
from tradepost.audience.actions.setup import save_list  # noqa: E402
from tradepost.audience.imports import bulk  # noqa: E402
from tradepost.audience.models import ContactList, Import  # noqa: E402
from tradepost.campaigns.actions.start import start  # noqa: E402
from tradepost.campaigns.actions.write import create_campaign  # noqa: E402
from tradepost.campaigns.models import Campaign  # noqa: E402
from tradepost.delivery.dkim import own_keys, own_signer  # noqa: E402
from tradepost.delivery.engine import Engine  # noqa: E402
from tradepost.delivery.models import Mailing  # noqa: E402
from tradepost.delivery.types import MailingState  # noqa: E402
from tradepost.merchants.models import Merchant  # noqa: E402

COUNT = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("N") or 20_000)
RUNS = int(os.environ.get("RUNS") or 3)
SIGNED = max(COUNT // 5, 4000)
PROCESSES, CONNECTIONS = 2, 5

PARAGRAPH = (
    "The hides came in on Tuesday, and the whole workshop smells of oak bark again. We have cut the "
    "first twenty satchels, waxed the thread, and laid the brass out on the bench. If you want yours "
    'in bottle green, {{ contact.first_name|fallback:"friend" }}, now is the time to say so. '
    "[See what is on the bench](https://ember-leather.example/bench/%d).\n\n"
)
BODY = (
    '# Hello {{ contact.first_name|fallback:"friend" }}\n\n'
    + "".join(PARAGRAPH % number for number in range(2))
    + "**[Order yours](https://ember-leather.example/satchel)**\n"
)


@contextmanager
def sink() -> Iterator[subprocess.Popen[bytes]]:
    """Postfix's own bottomless mail server."""
    program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, f"127.0.0.1:{SINK_PORT}", "200"])
    time.sleep(0.5)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def source_rate(size: int, count: int) -> float:
    program = shutil.which("smtp-source") or "/usr/sbin/smtp-source"
    began = time.perf_counter()
    subprocess.run(
        [
            *(program, "-d", "-s", str(PROCESSES * CONNECTIONS), "-l", str(size)),
            *("-m", str(count), "-f", "bench@post.example", "-t", "somebody@people.example"),
            f"127.0.0.1:{SINK_PORT}",
        ],
        check=True,
    )
    return count / (time.perf_counter() - began)


def prepare(count: int) -> tuple[Merchant, ContactList]:
    """A shop with so many subscribers, imported like a merchant would."""
    from tradepost.identity.models import User

    with scopes_disabled():
        merchant = Merchant.objects.create(
            name="Ember Leather",
            handle=f"bench-{count}-{time.time_ns()}",
            contact_email="a@bench.example",
            country="AT",
            postal_address="Gerbergasse 1\n1010 Wien",
        )
    by = User.objects.first() or User.objects.create_user("bench@bench.example")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as made:
        rows = csv.writer(made)
        rows.writerow(["email", "name"])
        rows.writerows((f"person{n}@people.example", f"Zoë Person{n}") for n in range(count))
        made.flush()
        upload = TemporaryUploadedFile("c.csv", "text/csv", 0, "utf-8")
        upload.file.write(Path(made.name).read_bytes())
        upload.size = upload.file.tell()
    with scope(merchant=merchant):
        news = save_list(merchant=merchant, by="bench", name="News")
        run = imports.upload(merchant=merchant, upload=upload, by=by)
        imports.settle(
            run=run,
            mapping=run.mapping,
            rule=Import.Rule.FILL,
            contact_list=news,
            consent_text="Ticked the box.",
            by=by,
        )
        with bulk.bulk_connection():
            for _done in imports.take_all(run):
                pass
        assert run.added == count, (run.added, run.refused)
    return merchant, news


def draft(merchant: Merchant, news: ContactList) -> Campaign:
    return create_campaign(
        merchant=merchant,
        by="bench",
        name="Autumn",
        subject='{{ contact.first_name|fallback:"Friend" }}, the satchels are back',
        body=BODY,
        contact_list=news,
    )


def message_size(merchant: Merchant, news: ContactList) -> int:
    """Bytes of one message, by claiming and rendering a slice that is never sent."""
    with scope(merchant=merchant):
        campaign = start(campaign=draft(merchant, news), by="bench")
        with Engine(signed=False) as engine, scopes_disabled():
            taken = engine.claim()
            assert taken is not None
            size = len(engine.render(taken)[0].data)
        Mailing.objects.filter(pk=campaign.mailing_id).update(state=MailingState.CANCELLED)
    return size


@contextmanager
def senders(*options: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "tradepost", "deliver", "--connections", str(CONNECTIONS)]
    running = [
        subprocess.Popen([*command, *options], env=os.environ | {"PYTHONPATH": "src"})
        for _ in range(PROCESSES)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def ours_rate(merchant: Merchant, news: ContactList, count: int) -> float:
    with scope(merchant=merchant):
        campaign = draft(merchant, news)
        began = time.perf_counter()
        mailing = start(campaign=campaign, by="bench").mailing
        assert mailing is not None
        while mailing.state != MailingState.DONE:
            time.sleep(0.05)
            mailing.refresh_from_db()
        seconds = time.perf_counter() - began
        assert mailing.sent == count == mailing.total, (mailing.sent, mailing.total)
    return count / seconds


def cpu_seconds(*processes: subprocess.Popen[bytes]) -> float:
    """User and system time so far; says on a busy machine what an idle one could do."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_for_senders(running: list[subprocess.Popen[bytes]]) -> None:
    from tradepost.delivery.models import Sender

    while Sender.objects.count() < len(running):
        assert all(process.poll() is None for process in running), "a sender ended"
        time.sleep(0.05)
    time.sleep(0.6)


def peak_megabytes(running: list[subprocess.Popen[bytes]]) -> float:
    """The largest resident size that any sender ever had."""
    peaks = [0]
    for process in running:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        peaks.extend(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return max(peaks) / 1024


def bare_signing(seconds: float) -> int:
    """How many messages one core signs, both keys, nothing else."""
    keys, data, done = own_keys(), b"x" * 1500, 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for key in keys:
            key.sign(data)
        done += 1
    return done


def bare_signing_rate(seconds: float = 2.0) -> float:
    own_signer()
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(bare_signing, [0.1] * PROCESSES)
        return sum(pool.map(bare_signing, [seconds] * PROCESSES)) / seconds


def main() -> None:
    call_command("migrate", verbosity=0)
    merchant, news = prepare(COUNT)
    few, few_news = prepare(SIGNED)
    size = message_size(merchant, news)
    limits, ours, signed, bare = [], [], [], []
    with sink() as postfix:
        with senders("--unsigned") as running:
            wait_for_senders(running)
            used = cpu_seconds(*running), 0.0
            for _ in range(RUNS):
                limits.append(source_rate(size, COUNT))
                before = cpu_seconds(postfix)
                ours.append(ours_rate(merchant, news, COUNT))
                used = used[0], used[1] + cpu_seconds(postfix) - before
            cpu = (cpu_seconds(*running) - used[0]) / RUNS / COUNT
            memory = peak_megabytes(running)
        with senders() as running:
            wait_for_senders(running)
            for _ in range(max(RUNS - 1, 1)):
                bare.append(bare_signing_rate())
                signed.append(ours_rate(few, few_news, SIGNED))
    ratios = [mine / theirs for mine, theirs in zip(ours, limits, strict=True)]
    signed_ratios = [mine / theirs for mine, theirs in zip(signed, bare, strict=True)]
    print(
        json.dumps(
            {
                "name": "send",
                "ours": round(statistics.median(ours)),
                "limit": round(statistics.median(limits)),
                "ratio": round(statistics.median(ratios), 3),
                "runs": RUNS,
                "messages": COUNT,
                "bytes": size,
                "cpu_us_sender": round(cpu * 1e6),
                "cpu_us_sink": round(used[1] / RUNS / COUNT * 1e6),
                "signed": round(statistics.median(signed)),
                "bare_signing": round(statistics.median(bare)),
                "signed_ratio": round(statistics.median(signed_ratios), 3),
                "peak_megabytes": round(memory),
            }
        )
    )


if __name__ == "__main__":
    main()
