from pathlib import Path

import pytest

from tradepost.datamap.rooms import MailTemplate
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions import open_mailing, receive, start_mailing
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.outgoing import sources
from tradepost.delivery.testing import CaptureServer
from tradepost.delivery.tests.sources import Hello
from tradepost.lib.smtp import Relay
from tradepost.modules.mail_templates import mail_templates

OWN = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def receipt_template(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mail templates of this room's tests: a receipt (service mail) and news (none)."""
    settings.TEMPLATES = [dict(settings.TEMPLATES[0]) | {"DIRS": [OWN]}]
    receipt = MailTemplate(name="delivery/receipt", purpose=Purpose.ORDERS, service=True)
    monkeypatch.setitem(mail_templates, receipt.name, receipt)
    news = MailTemplate(name="delivery/news", purpose=Purpose.NEWSLETTERS)
    monkeypatch.setitem(mail_templates, news.name, news)


@pytest.fixture(autouse=True)
def nobody_above_takes_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the post does by itself is looked at here."""
    monkeypatch.setattr(receive, "letter_takers", [])


@pytest.fixture
def hello(monkeypatch):
    """The test source, as kind ``hello``."""
    source = Hello()
    monkeypatch.setitem(sources.sources, "hello", source)
    return source


@pytest.fixture
def mailing_of(in_scope, hello):
    """A running mailing to so many people, ``p1@people.example`` and so on."""

    def make(count):
        mailing = open_mailing(merchant=in_scope, kind="hello", source_id=1)
        Handover.objects.bulk_create(
            Handover(mailing=mailing, contact_id=n, address=f"p{n}@people.example")
            for n in range(1, count + 1)
        )
        Mailing.objects.filter(pk=mailing.pk).update(total=count)
        start_mailing(mailing=mailing)
        return mailing

    return make


@pytest.fixture
def server():
    with CaptureServer().running() as running:
        yield running


@pytest.fixture
def engine(server, db):
    with Engine(relay=Relay.from_url(server.url), connections=3) as running:
        yield running
