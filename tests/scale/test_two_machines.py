"""Two machines with different data folders, one PostgreSQL, one bucket: what one takes in the other uses.

``left`` answers people and runs the clockwork; ``right`` answers too, and does all work: jobs, mail.
"""

import io
import re
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from PIL import Image

from tests.machines import Machine
from tests.object_storage import Swift
from tests.processes import database_url
from tests.servers import PgBouncer, wait_until
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.consent import records
from tradepost.audience.models import Contact, ContactExport, ContactList, Import
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Event, Picture
from tradepost.delivery.models import Handover, SigningKey
from tradepost.delivery.testing import CaptureServer
from tradepost.jobs.lives import MACHINE
from tradepost.jobs.models import Job, Turn
from tradepost.jobs.storage.bucket import Bucket, bucket_at
from tradepost.merchants.models import Merchant
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import place

pytestmark = [
    pytest.mark.scale,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="two machines need PostgreSQL; .ci/run runs it there",
    ),
]
MEASURED = ("ines@people.example", "bo@people.example")
ANNA = "anna.beispiel@people.example"
PEOPLE = f"email;name\n{ANNA};Anna\n" + "".join(f"p{n}@people.example;P{n}\n" for n in range(300))
_BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(
        prefix="tradepost-machines-", ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@pytest.fixture
def swift(folder):
    (folder / "swift").mkdir()
    with Swift(folder / "swift").running() as server:
        server.make_bucket("shop-files")
        yield server


@pytest.fixture
def relay():
    with CaptureServer().running() as server:
        yield server


@pytest.fixture
def pooler(transactional_db, folder):
    """Six connections to PostgreSQL for both machines' processes, another one for each transaction."""
    folder.chmod(0o755)
    server = PgBouncer(folder, database_url())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def machines(transactional_db, folder, pooler, swift, relay):
    chosen = {
        "database_url": pooler.url, "files_url": swift.url("shop-files", "one"),
        "secret_key": settings.SECRET_KEY, "smtp_url": relay.url,
    }  # fmt: skip
    left, right = (Machine(folder, name, **chosen) for name in ("left", "right"))
    left.run("createcachetable")
    left.run("collectstatic", "--noinput", "-v", "0")
    right.take_static_files_of(left)
    left.start("web", "scheduler")
    right.start("web", "worker", "scheduler", "sender")
    try:
        left.wait_until_open()
        right.wait_until_open()
        yield left, right
    finally:
        left.stop()
        right.stop()


@pytest.fixture
def bucket(swift) -> Bucket:
    return bucket_at(swift.url("shop-files", "one"))


class Person:
    """A browser that may ask either machine."""

    def __init__(self, cookies: dict[str, str]) -> None:
        self.client = httpx.Client(cookies=cookies, timeout=60, headers=_BROWSER)

    def get(self, machine: Machine, path: str) -> httpx.Response:
        answer = self.client.get(machine.url(path))
        assert answer.status_code == 200, (answer.status_code, machine.log("web"))
        return answer

    def post(self, machine: Machine, path: str, **values: object) -> httpx.Response:
        files = values.pop("files", None)
        token = re.search(
            r'csrfmiddlewaretoken" value="(\w+)"', self.client.get(machine.url(path)).text
        )
        token = token[1] if token else self.client.cookies.get("csrftoken", "")
        answer = self.client.post(
            machine.url(path), data={"csrfmiddlewaretoken": token, **values}, files=files
        )
        assert answer.status_code in {200, 302}, (answer.status_code, answer.text[:500])
        return answer


@pytest.fixture
def shopkeeper(office) -> Person:
    return Person({name: morsel.value for name, morsel in office.cookies.items()})


def until(query, say: str) -> None:
    def holds() -> bool:
        with scopes_disabled():
            return bool(query())

    wait_until(holds, 120, say)


def done(kind: str, right: Machine) -> Job:
    until(lambda: Job.objects.filter(kind=kind, state="done"), f"no {kind}: {right.log('worker')}")
    with scopes_disabled():
        return Job.objects.filter(kind=kind).latest("pk")


def test_what_one_machine_takes_in_the_other_uses(machines, merchant, shopkeeper, bucket, relay):
    left, right = machines
    news = _a_list_with_two_measured_readers(merchant)
    _an_import_uploaded_left_is_run_right(left, right, merchant, shopkeeper, news)
    _a_picture_uploaded_left_is_shown_right(left, right, merchant, shopkeeper)
    order = _an_export_made_right_is_fetched_left(left, right, merchant, shopkeeper)
    _papers_are_drawn_on_both(left, right, merchant, shopkeeper, order)
    _opens_on_both_machines_count(left, right, merchant, news, relay)
    _erased_left_is_gone_from_what_right_wrote(left, merchant, bucket, relay)
    _nothing_shared_lies_on_one_machine(machines, bucket)


def _a_list_with_two_measured_readers(merchant: Merchant) -> ContactList:
    Merchant.objects.filter(pk=merchant.pk).update(postal_address="Gerbergasse 1\n1010 Wien")
    merchant.refresh_from_db()
    with scope(merchant=merchant):
        news = ContactList.objects.create(merchant=merchant, name="Letters")
        for email in MEASURED:
            subscribe(
                merchant=merchant, email=email, contact_list=news, by=SYSTEM,
                consent_text="I want news.", source=ContactSource.BY_HAND,
            )  # fmt: skip
        text = records.wording(merchant=merchant, kind=ConsentKind.TRACKING, text="Measure me.")
        for email in MEASURED:
            records.record_consent(
                merchant=merchant, email=email, kind=ConsentKind.TRACKING, wording=text,
                source=ContactSource.PREFERENCES, confirmed_by=Confirmation.SIGNED_PAGE,
            )  # fmt: skip
    return news


def _an_import_uploaded_left_is_run_right(left, right, merchant, shopkeeper, news):
    where = reverse("audience_office:imports", args=[merchant.handle])
    shopkeeper.post(left, where, files={"file": ("people.csv", PEOPLE.encode())})
    until(lambda: Import.objects.filter(state="uploaded"), f"not read: {right.log('worker')}")
    with scope(merchant=merchant):
        run = Import.objects.get()
    columns = reverse("audience_office:import_columns", args=[merchant.handle, run.public_id])
    shopkeeper.post(
        right, columns, column_0="email", column_1="name", rule="fill",
        contact_list=news.public_id, consent_text="Ticked in our old shop.",
    )  # fmt: skip
    page = reverse("audience_office:import", args=[merchant.handle, run.public_id])
    assert ANNA in shopkeeper.get(left, page).text, "the other machine shows no preview"
    shopkeeper.post(
        left, reverse("audience_office:start_import", args=[merchant.handle, run.public_id])
    )
    done("audience.import", right)
    with scope(merchant=merchant):
        assert Contact.objects.filter(memberships__contact_list=news).count() == 303


def _a_picture_uploaded_left_is_shown_right(left, right, merchant, shopkeeper):
    drawn = io.BytesIO()
    Image.new("RGB", (1600, 900), "brown").save(drawn, "JPEG")
    where = reverse("campaigns_office:pictures", args=[merchant.handle])
    shopkeeper.post(left, where, alt="A bag", files={"file": ("bag.jpg", drawn.getvalue())})
    with scope(merchant=merchant):
        path = Picture.objects.get().path
    shown = [shopkeeper.get(machine, path) for machine in (left, right)]
    assert shown[0].content == shown[1].content
    assert shown[0].headers["Content-Length"] == str(len(shown[0].content))


def _an_export_made_right_is_fetched_left(left, right, merchant, shopkeeper) -> Order:
    with scope(merchant=merchant):
        order = place(merchant, customer={"email": ANNA})
        write_invoice(order=order)
    shopkeeper.post(right, reverse("audience_office:export", args=[merchant.handle]), form="xlsx")
    done("audience.export", right)
    with scope(merchant=merchant):
        row = ContactExport.objects.get()
    fetched = shopkeeper.get(
        left, reverse("audience_office:export_file", args=[merchant.handle, row.public_id])
    )
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as package:
        assert ANNA.encode() in b"".join(map(package.read, package.namelist()))
    return order


def _papers_are_drawn_on_both(left, right, merchant, shopkeeper, order):
    shopkeeper.post(right, reverse("backoffice_office:everything", args=[merchant.handle]))
    job = done("backoffice.everything", right)
    with zipfile.ZipFile(io.BytesIO(shopkeeper.get(left, job.result_url).content)) as package:
        papers = [name for name in package.namelist() if name.startswith("invoices/")]
        assert package.read(papers[0]).startswith(b"%PDF")
    with scope(merchant=merchant):
        invoice = order.invoices.get()
    where = reverse("orders_office:invoice_file", args=[merchant.handle, invoice.public_id])
    for machine in (left, right):
        assert shopkeeper.get(machine, where).content.startswith(b"%PDF")


def _opens_on_both_machines_count(left, right, merchant, news, relay):
    with scope(merchant=merchant):
        campaign = create_campaign(
            merchant=merchant, by=SYSTEM, contact_list=news, name="News", subject="New bags",
            body="[Look](https://ember-leather.example/bags) and [buy](https://ember-leather.example/buy)",
        )  # fmt: skip
        owner = merchant.memberships.get().user
        start(campaign=campaign, by=Actor.user(owner))
    wait_until(lambda: len(relay.recipients) >= 303, 120, right.log("sender"))
    # Whoever clicks within seconds of the hand-over is a scanner.
    with scope(merchant=merchant):
        Handover.objects.update(settled_at=timezone.now() - timedelta(hours=1))
    for machine, address in zip((left, right), MEASURED, strict=True):
        letter = next(one for one in relay.messages if one.recipient == address)
        path = re.search(r"/c/[\w-]+", letter.html)[0]
        assert httpx.get(machine.url(path), headers=_BROWSER, timeout=60).status_code == 302
    until(
        lambda: Event.objects.filter(campaign=campaign, kind="click", link=1).count() == 2,
        f"not loaded: {left.log('scheduler')} {right.log('scheduler')}",
    )
    turns = Turn.objects.filter(name__startswith=f"load opens and clicks{MACHINE}")
    assert turns.count() == 2, "each machine loads its own"


def _erased_left_is_gone_from_what_right_wrote(left, merchant, bucket, relay):
    assert _holding(bucket, ANNA), "nothing to erase"
    person = Person({})
    person.post(left, f"/privacy/{merchant.handle}/my-data/", email=ANNA)
    find = re.compile(r"/privacy/link/\S+/")
    links = lambda: [find.search(one.text)[0] for one in relay.messages if find.search(one.text)]  # noqa: E731
    wait_until(links, 120, "no link into the portal came")
    person.post(left, links()[-1])
    person.post(left, "/privacy/visit/erase/", sure="on")
    until(lambda: not Contact.objects.filter(email=ANNA), "she is still there")
    assert _holding(bucket, ANNA) == []


def _holding(bucket: Bucket, word: str) -> list[str]:
    found = []
    for folder in ("private", "exports", "media"):
        for file in bucket.list(folder):
            content = bucket.open(file.name).read()
            parts = [content]
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as package:
                    parts = [package.read(name) for name in package.namelist()]
            if any(word.encode() in part.lower() for part in parts):
                found.append(file.name)
    return found


def _nothing_shared_lies_on_one_machine(machines, bucket):
    """And both sign with the same key, which the sender of one of them made."""
    assert {file.name for file in bucket.list("keys")} == {
        "keys/dkim-rsa.pem",
        "keys/dkim-ed25519.pem",
    }
    left, _right = machines
    published = left.run("dkim")
    assert all(
        record in published for record in SigningKey.objects.values_list("record", flat=True)
    )
    for machine in machines:
        there = {path.name for path in machine.data.iterdir()}
        assert not there & {"media", "private", "exports", "keys"}, there
        assert not list((machine.data / "spool" / "drafts").glob("*"))
