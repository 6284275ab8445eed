"""How fast a real campaign goes into Postfix's ``smtp-sink``, against ``smtp-source`` in the same run.

Ours is everything, from the moment the mailing is released until its last row is settled: claiming,
the check of consent and suppression, merge fields, per-person links and unsubscribe, both one-click
headers, hand-over, journal, settling; by two ``tradepost deliver`` processes with five connections each.
Limit: ``smtp-source -d`` pushing one ready-made message of the same size over ten connections.

Rates are messages a second by the wall; each is ``[least, median, most]`` over the rounds, turn and turn
about, and ``ratio`` is that of each round. ``cpu_us`` is the processor's time a message, which other work
on the machine hardly moves: of our senders, of ``smtp-source``, and of the sink beside either.
``limit_held_by`` is whichever of ``smtp-source`` and its sink was the busier, ``busy`` its share of a core.
``quiet_ratio`` is what these times allow if nothing else runs: ours spread over the cores, the limit held
by the slower of its two processes, one core each.

``signed`` is one sender that signs with RSA-2048 and Ed25519, against bare signing with both keys on
the same core, while the sink has the other core. ``signed_sink_beside`` is as many senders as there are
cores, against bare signing on all of them: there the sink's work, which is not ours, is on our side.
``cpu_of_sum`` is the processor's time of signed sending over that of bare signing and unsigned sending.

``N=100000`` sets the size (``python bench/send.py 100000`` too), ``RUNS`` the repetitions,
``TRADEPOST_DATABASE_URL`` the database (default: a fresh SQLite file).
"""

import csv
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
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

from _signing import bare_signing_rate, pin  # noqa: E402  beside this file
from tradepost.audience.actions import imports  # noqa: E402
from tradepost.audience.actions.setup import save_list  # noqa: E402
from tradepost.audience.consent import records  # noqa: E402
from tradepost.audience.imports import bulk  # noqa: E402
from tradepost.audience.models import ConsentRecord, Contact, ContactList, Import  # noqa: E402
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource  # noqa: E402
from tradepost.audit.types import SYSTEM, Actor  # noqa: E402
from tradepost.campaigns.actions.start import start  # noqa: E402
from tradepost.campaigns.actions.write import create_campaign  # noqa: E402
from tradepost.campaigns.models import Campaign  # noqa: E402
from tradepost.campaigns.types import BodyFormat  # noqa: E402
from tradepost.delivery.engine.sender import Engine  # noqa: E402
from tradepost.delivery.models import Mailing, Sender  # noqa: E402
from tradepost.delivery.outgoing.dkim import own_signer  # noqa: E402
from tradepost.delivery.types import MailingState  # noqa: E402
from tradepost.lib.smtp import SmtpOutcome, Verdict  # noqa: E402
from tradepost.merchants.actions.tokens import create_token  # noqa: E402
from tradepost.merchants.models import Merchant  # noqa: E402

COUNT = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("N") or 50_000)
RUNS = int(os.environ.get("RUNS") or 5)
SIGNED = max(COUNT // 5, 4000)
PROCESSES, CONNECTIONS = 2, 5

# A merchant's own MJML: with the foot that the house adds, a message of 10 KB.
BODY = """<mjml><mj-body><mj-section><mj-column><mj-text>
<h1>Hello {{ contact.first_name|fallback:"friend" }}</h1>
<p>The hides came in on Tuesday, and the whole workshop smells of oak bark again. We have cut the first
twenty satchels, waxed the thread, and laid the brass out on the bench. If you want yours in bottle
green, {{ contact.first_name|fallback:"friend" }}, now is the time to say so.
<a href="https://ember-leather.example/bench/1">See what is on the bench</a>, or
<a href="https://ember-leather.example/letters">read how a hide becomes a bag</a>.</p>
<h2>What else is new</h2>
<ul><li>Card cases come in three colours now: bottle green, oxblood, and the brown of a new saddle.</li>
<li>The repair bench is open on Thursdays. Bring what you have worn thin; stitching is free for life.</li>
<li>Belts are cut to your measure: write down what your tape says, we add the rest.</li></ul>
<p>Thank you for reading, {{ contact.name|fallback:"dear friend" }}. Everything is cut, sewn and waxed
by four people under one roof, and each of us would rather make one good bag than ten quick ones.</p>
</mj-text>
<mj-button href="https://ember-leather.example/satchel">Order yours</mj-button>
</mj-column></mj-section></mj-body></mjml>"""


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


def source_rate(size: int, count: int) -> tuple[float, float]:
    """(messages a second, its processor's seconds)."""
    program = shutil.which("smtp-source") or "/usr/sbin/smtp-source"
    used, began = children_seconds(), time.perf_counter()
    subprocess.run(
        [
            *(program, "-d", "-s", str(PROCESSES * CONNECTIONS), "-l", str(size)),
            *("-m", str(count), "-f", "bench@post.example", "-t", "somebody@people.example"),
            f"127.0.0.1:{SINK_PORT}",
        ],
        check=True,
    )
    return count / (time.perf_counter() - began), children_seconds() - used


def children_seconds() -> float:
    """Of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
    by = Actor.user(User.objects.first() or User.objects.create_user("bench@bench.example"))
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as made:
        rows = csv.writer(made)
        rows.writerow(["email", "name"])
        rows.writerows((f"person{n}@people.example", f"Zoë Person{n}") for n in range(count))
        made.flush()
        upload = TemporaryUploadedFile("c.csv", "text/csv", 0, "utf-8")
        assert upload.file
        upload.file.write(Path(made.name).read_bytes())
        upload.size = upload.file.tell()
    with scope(merchant=merchant):
        news = save_list(merchant=merchant, by=SYSTEM, name="News")
        run = imports.read(run=imports.upload(merchant=merchant, upload=upload, by=by))
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
        agree_to_measuring(merchant)
    return merchant, news


def agree_to_measuring(merchant: Merchant) -> None:
    """Everybody agreed to be measured, so that each link and the pixel are each person's own."""
    wording = records.wording(
        merchant=merchant, kind=ConsentKind.TRACKING, text="Measure what I open."
    )
    ConsentRecord.objects.bulk_create(
        (
            ConsentRecord(
                merchant=merchant,
                email_key=key,
                kind=ConsentKind.TRACKING,
                wording=wording,
                source=ContactSource.IMPORT,
                confirmed_by=Confirmation.STATED.value,
            )
            for key in Contact.objects.filter(merchant=merchant)
            .values_list("email_key", flat=True)
            .iterator()
        ),
        batch_size=2000,
    )


def draft(merchant: Merchant, news: ContactList) -> Campaign:
    return create_campaign(
        merchant=merchant,
        by=SYSTEM,
        name="Autumn",
        subject='{{ contact.first_name|fallback:"Friend" }}, the satchels are back',
        body=BODY,
        body_format=BodyFormat.MJML,
        contact_list=news,
    )


def program(merchant: Merchant) -> Actor:
    token, _text = create_token(
        merchant=merchant, by=SYSTEM, name="bench", scopes=["campaigns:write"]
    )
    return Actor.token(token)


def message_size(merchant: Merchant, news: ContactList) -> int:
    """Bytes of one message, by claiming and rendering a slice that is never sent."""
    with scope(merchant=merchant):
        campaign = start(campaign=draft(merchant, news), by=program(merchant))
        with Engine(signed=False) as engine, scopes_disabled():
            taken = engine.claim()
            assert taken is not None
            size = len(next(engine.render(taken)).data)
            untouched = SmtpOutcome(Verdict.UNTOUCHED)
            engine.settle(taken, {row.pk: untouched for row in taken.rows})
        assert campaign.mailing_id
        Mailing.objects.filter(pk=campaign.mailing_id).update(state=MailingState.CANCELLED)
    return size


def wait_for(running: list[subprocess.Popen[bytes]]) -> None:
    while Sender.objects.count() < len(running):
        assert all(process.poll() is None for process in running), "a sender ended"
        time.sleep(0.05)
    time.sleep(0.6)


@contextmanager
def senders(count: int, *options: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "tradepost", "deliver", "--connections", str(CONNECTIONS)]
    running = [
        subprocess.Popen([*command, *options], env=os.environ | {"PYTHONPATH": "src"})
        for _ in range(count)
    ]
    try:
        wait_for(running)
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def ours_rate(merchant: Merchant, news: ContactList) -> float:
    """From the mailing's release to its last settled row."""
    with scope(merchant=merchant):
        mailing = start(campaign=draft(merchant, news), by=program(merchant)).mailing
        assert mailing is not None
        while mailing.state != MailingState.DONE:
            time.sleep(0.1)
            mailing.refresh_from_db()
        assert mailing.sent == mailing.total, (mailing.sent, mailing.total)
        assert mailing.started_at
        assert mailing.finished_at
        return mailing.total / (mailing.finished_at - mailing.started_at).total_seconds()


def cpu_seconds(*processes: subprocess.Popen[bytes]) -> float:
    """User and system time so far; says on a busy machine what an idle one could do."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_megabytes(running: list[subprocess.Popen[bytes]]) -> float:
    """The largest resident size that any sender ever had."""
    peaks = [0]
    for process in running:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        peaks.extend(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return max(peaks) / 1024


def spread(figures: Iterable[float], digits: int | None = None) -> list[float]:
    known = sorted(figures)
    return [round(it, digits) for it in (known[0], statistics.median(known), known[-1])]


class Series:
    """Rounds of ours beside the limit, turn and turn about, and the processor's time of each process."""

    def __init__(self) -> None:
        self.ours: list[float] = []
        self.limits: list[float] = []
        self.cpu: dict[str, list[float]] = {}

    def round(self, limit: float, ours: float, **cpu_seconds_a_message: float) -> None:
        self.limits.append(limit)
        self.ours.append(ours)
        for name, seconds in cpu_seconds_a_message.items():
            self.cpu.setdefault(name, []).append(seconds)

    def microseconds(self, name: str) -> float:
        return statistics.median(self.cpu[name]) * 1e6

    def result(self) -> dict[str, object]:
        ratios = [mine / theirs for mine, theirs in zip(self.ours, self.limits, strict=True)]
        return {
            "ours": spread(self.ours),
            "limit": spread(self.limits),
            "ratio": spread(ratios, 3),
            "cpu_us": {name: round(self.microseconds(name), 1) for name in self.cpu},
        }


def unsigned(merchant: Merchant, news: ContactList, size: int) -> tuple[Series, dict[str, object]]:
    series = Series()
    with sink() as postfix, senders(PROCESSES, "--unsigned") as running:
        ours_rate(merchant, news)  # so that the first round is like the others
        for _ in range(RUNS):
            sunk = cpu_seconds(postfix)
            limit, source = source_rate(size, COUNT)
            before = cpu_seconds(*running), cpu_seconds(postfix)
            ours = ours_rate(merchant, news)
            series.round(
                limit,
                ours,
                senders=(cpu_seconds(*running) - before[0]) / COUNT,
                sink=(cpu_seconds(postfix) - before[1]) / COUNT,
                source=source / COUNT,
                sink_of_source=(before[1] - sunk) / COUNT,
            )
        peak = round(peak_megabytes(running))
    return series, series.result() | limited(series) | {"peak_megabytes": peak}


def limited(series: Series) -> dict[str, object]:
    """Which process holds the limit, and the ratio that these times allow on a quiet machine."""
    held_by = max(("source", "sink_of_source"), key=series.microseconds)
    busiest, cores = series.microseconds(held_by), os.cpu_count() or 1
    sink = series.microseconds("sink")
    mine = max((series.microseconds("senders") + sink) / min(cores, PROCESSES + 1), sink)
    return {
        "limit_held_by": "smtp-source" if held_by == "source" else "smtp-sink",
        "busy": round(busiest * statistics.median(series.limits) / 1e6, 2),
        "quiet_ratio": round(busiest / mine, 3),
    }


def signed(
    merchant: Merchant, news: ContactList, cores: int, unsigned_us: float
) -> dict[str, object]:
    """As many senders as bare signers, on the same cores. The sink has the others, if there are any."""
    series = Series()
    with sink() as postfix, senders(cores) as running:
        for process in running:
            pin(range(cores), process.pid)
        if cores < (os.cpu_count() or 1):
            pin(range(cores, os.cpu_count() or 1), postfix.pid)
        ours_rate(merchant, news)
        for _ in range(RUNS):
            rate, bare = bare_signing_rate(cores)
            before, sunk = cpu_seconds(*running), cpu_seconds(postfix)
            ours = ours_rate(merchant, news)
            used = (cpu_seconds(*running) - before) / SIGNED
            sink_used = (cpu_seconds(postfix) - sunk) / SIGNED
            series.round(rate, ours, senders=used, sink=sink_used, bare=bare)
    mine, bare_us = series.microseconds("senders"), series.microseconds("bare")
    return series.result() | {
        "cpu_of_sum": round(mine / (bare_us + unsigned_us), 3),
        "cpu_ratio": round(bare_us / mine, 3),
        "cpu_ratio_with_sink": round(bare_us / (mine + series.microseconds("sink")), 3),
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    own_signer()  # makes the keys
    merchant, news = prepare(COUNT)
    few, few_news = prepare(SIGNED)
    size = message_size(merchant, news)
    series, plain = unsigned(merchant, news, size)
    result = {"name": "send", "messages": COUNT, "bytes": size, "runs": RUNS} | plain
    print(json.dumps(result), file=sys.stderr, flush=True)
    each = series.microseconds("senders")
    result["signed"] = signed(few, few_news, 1, each)
    result["signed_sink_beside"] = signed(few, few_news, os.cpu_count() or 1, each)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
