"""People join by an embedded form; a merchant imports a file. In a browser, end to end."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django_scopes import scope, scopes_disabled

from tradepost.audience.models import Contact, Import
from tradepost.delivery.models import Mail
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job


@pytest.fixture
def signed_in(visit, site, merchant, owner):
    """The visit, signed in as the owner."""
    client = Client()
    client.force_login(owner)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    visit.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}]
    )
    return visit


@pytest.fixture(autouse=True)
def own_address(site, monkeypatch):
    """Links in mails and snippets lead to this test's server."""
    monkeypatch.setattr(type(settings.TRADEPOST), "base_url", property(lambda self: site))


def office(merchant, path):
    return f"/office/{merchant.handle}/{path}"


def make_list(visit, merchant):
    page = visit.goto(office(merchant, "lists/new/"))
    page.locator("#id_name").fill("News")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="News", exact=True).wait_for()
    visit.look()


def test_from_a_pasted_form_to_a_contact(signed_in, plain_visit, merchant, tmp_path):
    visit = signed_in
    make_list(visit, merchant)
    page = visit.goto(office(merchant, "opt-in-forms/new/"))
    page.locator("#id_name").fill("Footer")
    page.locator("#id_contact_list").select_option(label="News")
    page.locator("#id_heading").fill("Join the bench")
    page.get_by_label("What people agree to").fill("Yes, write to me once a month.")
    page.get_by_role("button", name="Save").click()
    snippet = page.locator("#snippet").input_value()
    visit.look()

    elsewhere = tmp_path / "shop.html"
    elsewhere.write_text(f"<!doctype html><title>My site</title>{snippet}")
    stranger = plain_visit.page
    stranger.goto(elsewhere.as_uri())
    stranger.get_by_label("E-mail address").fill("ines@example.com")
    stranger.get_by_label("Yes, write to me once a month.").check()
    stranger.get_by_role("button", name="Subscribe").click()
    stranger.get_by_role("heading", name="Look into your mailbox").wait_for()
    with scopes_disabled():
        assert not Contact.objects.exists()
        mail = Mail.objects.get(address="ines@example.com")

    link = re.search(r"http\S+/subscriptions/\S+", mail.text)[0]
    visit.goto(link)
    stranger.goto(link)
    stranger.get_by_role("button", name="Yes, subscribe me").click()
    stranger.get_by_role("heading", name="Thank you").wait_for()
    stranger.get_by_role("link", name="Choose what you receive").click()
    stranger.get_by_role("heading", name="Your choices").wait_for()
    visit.goto(stranger.url)
    visit.goto(re.search(r'action="([^"]+)"', snippet)[1])

    page = visit.goto(office(merchant, "contacts/"))
    page.get_by_role("link", name="ines@example.com").click()
    page.get_by_text("link in a mail, then a button").wait_for()
    visit.look()


def test_an_import_is_previewed_watched_and_reported(signed_in, merchant):
    visit = signed_in
    make_list(visit, merchant)
    page = visit.goto(office(merchant, "contact-imports/"))
    lines = "E-mail;Name\nines@example.com;Ines Vogel\nnobody;No One\n"
    page.get_by_label("File").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.get_by_role("button", name="Upload").click()
    with scopes_disabled():  # what the worker does while the page waits: the file is read
        run_job.func(Job.objects.get(kind="audience.read_upload").pk)
    page.reload()
    page.locator("#id_contact_list").select_option(label="News")
    page.get_by_label("Where the consents come from").fill("Ticked in our old shop.")
    visit.look()
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Ines Vogel").wait_for()
    visit.look()
    page.get_by_role("button", name="Start the import").click()
    page.get_by_role("button", name="Cancel").wait_for()
    visit.look()
    with scopes_disabled():
        run_job.func(Job.objects.get(kind="audience.import").pk)
    page.reload()
    page.get_by_text("The row", exact=False).or_(page.get_by_text("@-sign")).first.wait_for()
    visit.look()
    with scope(merchant=merchant):
        assert Import.objects.get().added == 1
        assert Contact.objects.get().email == "ines@example.com"


def test_a_segment_is_built_by_pressing_buttons(signed_in, merchant):
    visit = signed_in
    make_list(visit, merchant)
    page = visit.goto(office(merchant, "segments/new/"))
    page.get_by_label("Name").fill("Readers")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("button", name="Add group").click()
    page.get_by_role("group", name="Group").wait_for()
    visit.look()
    page.get_by_label("Name").press("Enter")
    page.get_by_role("group", name="Group").wait_for()
    assert page.locator(".segment-condition").count() == 1
    page.get_by_role("button", name="Remove group").click()
    page.get_by_role("button", name="Remove group").wait_for(state="detached")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("People who are subscribed to “News”.").wait_for()
    visit.look()
