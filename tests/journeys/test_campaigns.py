"""A letter is written, looked at, tried, sent, opened, clicked, reported and left. In a browser, end to end."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django_scopes import scope

from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.consent import records
from tradepost.audience.models import ContactList
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.campaigns.actions.control import follow_mailings
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.tracking import handler, spool
from tradepost.campaigns.tracking.loader import load
from tradepost.campaigns.tracking.tokens import signer
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.testing import CaptureServer
from tradepost.lib.smtp import Relay

PROGRAM = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
PICTURES = Path(os.environ.get("JOURNEY_PICTURES", ""))


@pytest.fixture
def signed_in(visit, site, merchant, owner):
    client = Client()
    client.force_login(owner)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    visit.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}]
    )
    return visit


@pytest.fixture(autouse=True)
def own_surroundings(site, monkeypatch, tmp_path):
    """Addresses in letters lead to this test's server; opens go to this test's spool."""
    monkeypatch.setattr(type(settings.TRADEPOST), "base_url", property(lambda self: site))
    monkeypatch.setattr(spool, "folder", lambda: tmp_path / "tracking")


@pytest.fixture
def server():
    """Playwright's loop runs in this thread; another loop needs a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        running = CaptureServer().running()
        yield thread.submit(running.__enter__).result()
        thread.submit(running.__exit__, None, None, None).result()


@pytest.fixture
def readers(merchant):
    """Two subscribers; Ida agreed to be measured."""
    with scope(merchant=merchant):
        merchant.postal_address = "Gerbergasse 1\n1010 Wien"
        merchant.save()
        news = ContactList.objects.create(merchant=merchant, name="Leather letters")
        for email, name in (("ida@people.example", "Ida Blum"), ("jon@people.example", "")):
            subscribe(
                merchant=merchant,
                email=email,
                name=name,
                contact_list=news,
                consent_text="Yes.",
                source=ContactSource.BY_HAND,
                by=SYSTEM,
            )
        words = records.wording(merchant=merchant, kind=ConsentKind.TRACKING, text="Measure me.")
        records.record_consent(
            merchant=merchant,
            email="ida@people.example",
            kind=ConsentKind.TRACKING,
            wording=words,
            source=ContactSource.PREFERENCES,
            confirmed_by=Confirmation.SIGNED_PAGE,
        )
    return news


def send_everything(server):
    def run() -> None:
        with Engine(relay=Relay.from_url(server.url), connections=2) as engine:
            while engine.run_once():
                pass
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()
    follow_mailings()


def ask(address: str) -> dict[str, str]:
    """As a mail program does it, through the handler that stands in front of Django."""
    tracking = handler.Tracking(
        lambda environ, begin: [], signer(), spool.TrackingSpool(spool.folder())
    )
    answer: dict[str, str] = {}
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": urlsplit(address).path,
        "HTTP_USER_AGENT": PROGRAM,
    }
    list(tracking(environ, lambda status, headers: answer.update(headers, status=status)))
    tracking.spool.close()
    return answer


def keep_picture(page, name: str) -> None:
    """For people who look at the pages; off unless JOURNEY_PICTURES names a folder."""
    if str(PICTURES) == ".":
        return
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def write_letter(visit, page):
    page.get_by_label("Name", exact=False).first.fill("Autumn bags")
    page.locator("#id_to").select_option(label="Leather letters")
    page.locator("#id_subject").fill('Bags for {{ contact.first_name|fallback:"you" }}')
    page.locator("#id_frame").select_option("announcement")
    page.locator("#id_body").fill(
        "Hello {{ contact.shoe }} *|FNAME|*\n\n![Bag](https://cdn.example/b.png)"
    )
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_text("Line 1, column 7: There is no field “contact.shoe”").wait_for()
    visit.look()
    keep_picture(page, "editor")
    page.get_by_role("button", name="Use our fields instead").click()
    page.get_by_text("“contact.shoe”").wait_for()
    assert (
        page.locator("#id_body")
        .input_value()
        .startswith("Hello {{ contact.shoe }} {{ contact.first_name }}\n")
    )
    page.locator("#id_preheader").fill("Made for the rain")
    page.locator("#id_body").fill(
        'Hello {{ contact.first_name|fallback:"friend" }},\n\nthe **new bags** are here.\n\n'
        "**[To the bags](https://ember-leather.example/bags)**\n"
    )
    page.get_by_role("button", name="Save and preview").click()


def test_a_letter_from_the_first_word_to_the_report(signed_in, merchant, readers, server):
    visit, home = signed_in, f"/office/{merchant.handle}/campaigns/"
    page = visit.goto(home)
    keep_picture(page, "empty")
    page.get_by_role("link", name="Write a campaign").first.click()
    write_letter(visit, page)

    page.get_by_text("What they will see").wait_for()
    page.get_by_label("Show it as").select_option(label="Ida Blum")
    page.get_by_role("button", name="Show").click()
    wide = page.frame_locator("iframe").first
    wide.get_by_text("Hello Ida,").wait_for()
    visit.look()
    keep_picture(page, "preview")
    page.get_by_role("button", name="Send a test copy").click()
    page.get_by_text("1 test copy is on its way.").wait_for()

    page.get_by_role("link", name="On to sending").click()
    page.get_by_text("would get it now").wait_for()
    visit.look()
    keep_picture(page, "send")
    page.get_by_role("button", name="Send to 2 people").click()
    page.get_by_text("sending").first.wait_for()
    visit.look()
    send_everything(server)
    got = {captured.recipient: captured for captured in server.messages}
    assert got[f"owner@{merchant.handle}.example"].subject.startswith("[Test] ")
    assert got["ida@people.example"].subject == "Bags for Ida"

    for reader in ("ida@people.example", "jon@people.example"):
        html = got[reader].html
        assert ask(re.search(r'src="([^"]+/o/[^"]+)"', html)[1])["status"] == "200 OK"
    link = re.search(r'href="([^"]+/c/[^"]+)"', got["ida@people.example"].html)[1]
    assert ask(link)["Location"] == "https://ember-leather.example/bags"
    age_of_delivery(merchant)
    load()

    with scope(merchant=merchant):
        campaign = Campaign.objects.get()
    page = visit.goto(f"{home}{campaign.public_id}/report/")
    keep_picture(page, "report")
    for title, name, figures in (
        ("From recipients to readers", "Opened, as far as measured", "1"),
        ("From recipients to readers", "Clicked, as far as measured", "1"),
        ("Requests that name nobody", "Anonymous readers", "1 0"),
    ):
        figure = page.locator("figure", has_text=title)
        if figure.locator("details:not([open])").count():
            figure.get_by_text("Figures as a table").click()
        row = " ".join(figure.get_by_role("row", name=name).inner_text().split())
        assert row == f"{name} {figures}"
    visit.goto(f"{home}{campaign.public_id}/recipients/")
    keep_picture(page, "recipients")
    leaving(visit, page, got["jon@people.example"].message)
    page = visit.goto(home)
    keep_picture(page, "list")
    visit.goto(f"{home}settings/")
    keep_picture(page, "settings")
    visit.goto(f"{home}pictures/")


def age_of_delivery(merchant):
    """Opens within two seconds of the hand-over count as machines; these readers took longer."""
    from datetime import timedelta

    from django.db.models import F

    from tradepost.delivery.models import Handover

    with scope(merchant=merchant):
        Handover.objects.update(settled_at=F("settled_at") - timedelta(minutes=5))


def leaving(visit, page, message):
    path = re.search(r"<https?://[^/]+(/u/[^>]+)>", message["List-Unsubscribe"])[1]
    visit.goto(path)
    keep_picture(page, "leave")
    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_text("Done:").wait_for()
    assert "people.example" not in page.content()
