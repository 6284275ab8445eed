"""Every page of the room is drawn, and keeps what the Content-Security-Policy demands."""

import re
from pathlib import Path

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from tradepost.ui import gallery, sheets
from tradepost.ui.types import NavigationLink, NavigationSection

ROOM = Path(sheets.__file__).parent
TEMPLATES = sorted(
    str(p.relative_to(ROOM / "templates")) for p in (ROOM / "templates").rglob("*.html")
)
ERRORS = ["400.html", "403.html", "404.html", "429.html", "500.html", "ui/cookies_needed.html"]
ADDRESSES = ["/ui/", "/ui/office/", "/ui/plain/", "/ui/shop/"]
FORBIDDEN = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|https?://(?!example|www\.w3)"
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_can_be_read(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", ERRORS)
def test_a_page_about_an_error_needs_no_context(name: str) -> None:
    html = render_to_string(name)
    assert html.count("<h1") == 1
    assert "Privacy</a>" in html


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_write_no_style_no_script_and_ask_no_other_host(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    html = response.content.decode().replace("https://example.test", "")
    assert not FORBIDDEN.search(html), FORBIDDEN.search(html)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_id_comes_twice_and_every_reference_leads_somewhere(
    client: Client, address: str
) -> None:
    html = client.get(address).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    named = re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', html)
    assert {one for names in named for one in names.split()} <= set(ids)


@pytest.mark.django_db
def test_the_back_office_shows_where_one_is_and_who_one_is(client: Client) -> None:
    html = client.get("/ui/office/").content.decode()
    assert re.search(r'href="\?details">.*Ines Vogel', html)
    assert re.search(r'class="side-link" href="\?orders" aria-current="page"', html)
    assert html.count("<nav") >= 2


def test_a_group_of_one_needs_no_heading_and_an_entry_may_stand_alone() -> None:
    one, two = NavigationLink("Orders", "/o/", current=True), NavigationLink("Stock", "/s/")
    groups = [NavigationSection([one], "Orders"), NavigationSection([one, two], "Products"), two]
    html = render_to_string("ui/navigation.html", {"navigation": groups})
    assert re.findall("<summary>(.*?)<svg", html) == ["Products"]
    assert html.count("<a ") == 4


def test_groups_fold_one_at_a_time_and_the_one_in_use_stands_open() -> None:
    groups = [
        NavigationSection(
            [NavigationLink("Orders", "/o/"), NavigationLink("Invoices", "/i/")], "Orders"
        ),
        NavigationSection(
            [NavigationLink("Stock", "/s/", current=True), NavigationLink("Import", "/p/")],
            "Products",
        ),
    ]
    html = render_to_string("ui/navigation.html", {"navigation": groups, "fold": "main"})
    folds = re.findall('<details class="side-group" name="main"( open)?>', html)
    assert folds == ["", " open"]


@pytest.mark.django_db
def test_the_shop_loads_no_script(client: Client) -> None:
    assert "<script" not in client.get("/ui/shop/").content.decode()


def test_a_right_to_left_language_turns_the_page_round() -> None:
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in render_to_string("404.html")


def test_a_failure_is_announced_at_once() -> None:
    bad, good = Message(constants.ERROR, "Refused"), Message(constants.SUCCESS, "Saved")
    html = render_to_string("ui/messages.html", {"messages": [bad, good]})
    assert html.count('role="alert"') == 1
    assert "notice-bad" in html
    assert "notice-good" in html


def test_a_job_under_way_asks_again_and_one_that_is_over_does_not() -> None:
    running, done, _failed = gallery._jobs()
    polled = {"poll_url": "/job/1/", "cancel_url": "/job/1/cancel/"}
    request = RequestFactory().get("/")
    under_way = render_to_string("ui/job.html", {"job": running, **polled}, request)
    over = render_to_string("ui/job.html", {"job": done, **polled}, request)
    assert 'data-progress="/job/1/"' in under_way
    assert "about 39 seconds left" in under_way
    assert "data-progress" not in over
    assert "data-announce" in over


def test_every_sheet_of_the_folder_is_served() -> None:
    files = {path.stem for path in sheets.FOLDER.glob("*.css")}
    assert files == {*sheets.NAMES, "fonts", "gallery"}


@pytest.mark.django_db
def test_the_sheet_is_kept_for_a_year_under_its_own_digest_only(client: Client) -> None:
    current = sheets.current()
    kept = client.get(f"/ui/sheet-{current.digest}.css", headers={"accept-encoding": "gzip"})
    assert kept.content == current.zipped
    assert "immutable" in kept["Cache-Control"]
    assert "immutable" not in client.get("/ui/sheet-old.css")["Cache-Control"]


def test_the_first_page_of_a_shop_is_light() -> None:
    """Sheet and one web face; a page's HTML and its icons need the rest of the 100 kB."""
    face = ROOM / "static/ui/vendor/fraunces-5.3.0/fraunces-latin-wght-normal.woff2"
    assert len(sheets.current().zipped) + face.stat().st_size < 60_000
