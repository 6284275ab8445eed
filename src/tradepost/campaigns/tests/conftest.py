"""A list of people, a letter to them, and a clean spool."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.consent import records
from tradepost.audience.models import Contact, ContactList
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Tally
from tradepost.campaigns.tracking import handler, spool
from tradepost.campaigns.tracking.tokens import OPEN, signer
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.testing import CaptureServer
from tradepost.lib.smtp import Relay

BODY = """# Hello {{ contact.first_name|fallback:"friend" }}

The new bags are here. [Look at them](https://ember-leather.example/bags?from=letter&x=1).

**[Buy the satchel](https://ember-leather.example/satchel)**
"""


@pytest.fixture(autouse=True)
def own_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(spool, "folder", lambda: tmp_path / "tracking")
    return tmp_path / "tracking"


@pytest.fixture
def shop(in_scope):
    in_scope.postal_address = "Gerbergasse 1\n1010 Wien"
    in_scope.save()
    return in_scope


@pytest.fixture
def news(shop) -> ContactList:
    return ContactList.objects.create(merchant=shop, name="Leather letters")


@pytest.fixture
def reader(shop, news) -> Callable[..., Contact]:
    """A subscriber; ``measured``: with the separate consent to opens and clicks."""

    def make(email: str, name: str = "", *, measured: bool = False) -> Contact:
        contact = subscribe(
            merchant=shop,
            email=email,
            contact_list=news,
            consent_text="I want news.",
            source=ContactSource.BY_HAND,
            by=SYSTEM,
            name=name,
        )
        if measured:
            agree_to_be_measured(contact)
        return contact

    return make


def agree_to_be_measured(contact: Contact) -> None:
    text = "Measure my opens and clicks."
    records.record_consent(
        merchant=contact.merchant,
        email=contact.email,
        kind=ConsentKind.TRACKING,
        wording=records.wording(merchant=contact.merchant, kind=ConsentKind.TRACKING, text=text),
        source=ContactSource.PREFERENCES,
        confirmed_by=Confirmation.SIGNED_PAGE,
    )


@pytest.fixture
def letter_to(shop, owner, news):
    """A draft that is ready to be sent."""

    def make(**values):
        ready = {
            "name": "Autumn",
            "subject": 'Bags for {{ contact.first_name|fallback:"you" }}',
            "preheader": "The new bags are here",
            "body": BODY,
            "contact_list": news,
        }
        return create_campaign(merchant=shop, by=Actor.user(owner), **ready | values)

    return make


@pytest.fixture
def server():
    with CaptureServer().running() as running:
        yield running


@pytest.fixture
def send_all(server, db):
    """Let the real engine send until nothing is due."""

    def run() -> None:
        with Engine(relay=Relay.from_url(server.url), connections=3) as engine:
            while engine.run_once():
                pass

    return run


@pytest.fixture
def time_machine_in_an_hour():
    """Turns the clock an hour forward when called."""
    travelling = []

    def turn() -> None:
        journey = time_machine.travel(timezone.now() + timedelta(hours=1), tick=True)
        journey.start()
        travelling.append(journey)

    yield turn
    for journey in travelling:
        journey.stop()


# Opens and clicks

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148"
)


@pytest.fixture
def front(own_spool):
    """The handler in front of an application that must not be reached; answers (status, headers)."""
    tracking = handler.Tracking(
        lambda environ, start: [b"django"], signer(), spool.TrackingSpool(own_spool)
    )

    def ask(path, *, method="GET", browser=PHONE, **headers):
        answer = {}
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_USER_AGENT": browser}

        def start_response(status, given):
            answer.update(status=int(status[:3]), headers=dict(given))

        body = tracking(environ | headers, start_response)
        return answer.get("status"), answer.get("headers", {}), b"".join(body)

    yield ask
    tracking.spool.close()


@pytest.fixture
def sent(reader, letter_to, owner):
    """A letter that has started, its measured reader and its unmeasured one."""
    measured = reader("measured@people.example", measured=True)
    other = reader("other@people.example")
    return start(campaign=letter_to(), by=Actor.user(owner)), measured, other


def token(campaign, contact=0, kind=OPEN):
    return signer().token(kind, signer().blocks(campaign.pk, [contact and contact.pk])[0])


def click(campaign, contact=0, link=1):
    block = signer().blocks(campaign.pk, [contact and contact.pk])[0]
    return signer().click_token(block, link, campaign.links[link - 1])


def counts(campaign, dimension="total"):
    rows = Tally.objects.filter(campaign=campaign, dimension=dimension)
    return {(row.key, row.kind): row.count for row in rows}
