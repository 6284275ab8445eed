"""The start page of the console and the navigation at its side."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.breaches.models import Incident
from tradepost.console.navigation import GROUPS
from tradepost.jobs.models import Alarm
from tradepost.lib import clock
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState
from tradepost.rights.models import RightsRequest

OVERVIEW = reverse("console:overview")
ENTRIES = [entry for _label, entries in GROUPS for entry in entries]


def _request(due_in: timedelta) -> RightsRequest:
    with scopes_disabled():
        return RightsRequest.objects.create(
            merchant=None,
            email="pat@people.example",
            subject_key="k",
            right="access",
            channel="mail",
            due_at=clock.now() + due_in,
        )


def _incident(due_in: timedelta, *, drill: bool = False) -> Incident:
    with scopes_disabled():
        return Incident.objects.create(
            title="A lost disk", known_at=clock.now(), due_at=clock.now() + due_in, is_drill=drill
        )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.page)
def test_each_entry_of_the_navigation_opens_and_is_the_current_one(entry, console):
    url = reverse(entry.page, args=entry.args)
    answer = console.get(url)
    assert answer.status_code == 200
    current = set(re.findall(r'class="side-link" href="([^"]+)" aria-current="page"', answer.text))
    assert current == {url}


def test_a_page_below_an_entry_keeps_it_current(console):
    row = _request(timedelta(days=3))
    page = console.get(reverse("console:request", args=[row.public_id])).text
    assert f'href="{reverse("console:requests")}" aria-current="page"' in page


def test_the_back_office_keeps_its_own_navigation(office, merchant):
    page = office.get(f"/office/{merchant.handle}/").text
    assert reverse("console:health") not in page
    assert f"/office/{merchant.handle}/orders/" in page


def test_what_waits_leads_to_where_it_is_mended(console):
    late, soon = _request(-timedelta(days=1)), _request(timedelta(days=9))
    incident = _incident(timedelta(hours=5))
    Alarm.objects.create(name="backup", text="There is no backup since Monday.")
    Alarm.objects.create(name="promise share.no-sale", text="The promise is broken.")
    Alarm.objects.create(name="queue 3", text="Mail waits.", over_at=clock.now())
    page = console.get(OVERVIEW).text
    for row in (late, soon):
        assert reverse("console:request", args=[row.public_id]) in page
    assert reverse("console:incident", args=[incident.public_id]) in page
    assert f'<a href="{reverse("console:backups")}">There is no backup' in page
    assert f'<a href="{reverse("assurance:proof")}">The promise is broken' in page
    assert "Mail waits." not in page
    assert "1 is overdue" in page
    assert "5 hours left" in page
    assert "pat@people.example" not in page, "the start page names nobody"


def test_broken_promises_are_counted_and_lead_to_the_proof(console):
    for promise, state in (("a", PromiseState.KEPT), ("b", PromiseState.BROKEN)):
        PromiseResult.objects.create(
            promise=promise,
            check_name="",
            evidence_class="tested",
            state=state,
            evidence="",
            commit="",
        )
    page = console.get(OVERVIEW).text
    assert "1 is broken" in page
    assert reverse("assurance:proof") in page


def test_a_drill_past_its_time_is_no_red_alert(console):
    _incident(-timedelta(hours=1), drill=True)
    page = console.get(OVERVIEW).text
    assert "drill" in page


def test_nothing_to_do_is_said(console):
    assert "Nothing waits for you" in console.get(OVERVIEW).text


def _queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["console:overview", "console:merchants"])
def test_as_many_queries_for_three_shops_as_for_one(name, console, make_merchant):
    url = reverse(name)
    make_merchant("one-shop")
    before = _queries(console, url)
    make_merchant("two-shop")
    make_merchant("three-shop")
    assert _queries(console, url) == before


def test_the_overview_names_no_shop_and_takes_no_form(console, merchant):
    assert merchant.name not in console.get(OVERVIEW).text
    assert console.post(OVERVIEW).status_code == 405
