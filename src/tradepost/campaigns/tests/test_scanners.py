"""Gateways that fetch a whole letter at once are machines, whatever they call themselves."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tradepost.audit.types import Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.models import Event
from tradepost.campaigns.queries import with_behaviour
from tradepost.campaigns.reports import report_of
from tradepost.campaigns.tests.conftest import PHONE, click, counts, token
from tradepost.campaigns.tracking import spool
from tradepost.campaigns.tracking.bursts import LEAVE, Request, bursts
from tradepost.campaigns.tracking.loader import load
from tradepost.delivery.models import Handover

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
FOUR_LINKS = " ".join(f"[{n}](https://shop.example/{n})" for n in range(1, 5))
A_MACHINE_ONLY = {("machine", "open"): 1, ("machine", "click"): 4}


@pytest.fixture
def clock():
    """Stands five seconds after the letter was handed over; ``clock.shift`` moves it."""
    with time_machine.travel(datetime(2026, 6, 1, 10, 0, tzinfo=UTC), tick=False) as moving:
        yield moving


@pytest.fixture
def letter(clock, reader, letter_to, owner, send_all):
    """A letter with four links that a measured person has got."""
    person = reader("p@people.example", measured=True)
    campaign = start(campaign=letter_to(body=FOUR_LINKS), by=Actor.user(owner))
    send_all()
    clock.shift(5)
    return campaign, person


def fetch_everything(front, clock, campaign, person, *, pause=0.03, browsers=(CHROME,)):
    front(f"/o/{token(campaign, person)}", browser=browsers[0])
    for link in range(1, len(campaign.links) + 1):
        clock.shift(pause)
        front(f"/c/{click(campaign, person, link)}", browser=browsers[link % len(browsers)])


def way_out(server, person):
    """The path of the unsubscribe page in the letter that this person got."""
    (html,) = [mail.html for mail in server.messages if mail.recipient == person.email]
    return re.search(r"/u/[\w-]+", html)[0]


def is_nobody_in_segments_and_lists(campaign):
    row = Handover.objects.get()
    (shown,) = with_behaviour(campaign, [row])
    return not Event.objects.exists() and not shown.opened and not shown.clicked


@pytest.mark.parametrize("pause", [0, 0.03, 1, 2.4])
@pytest.mark.parametrize("browsers", [(CHROME,), (CHROME, PHONE), (PHONE, CHROME, "curl/8.5.0")])
def test_all_links_within_seconds_are_a_machines(front, clock, letter, pause, browsers):
    campaign, person = letter
    fetch_everything(front, clock, campaign, person, pause=pause, browsers=browsers)
    load()
    assert is_nobody_in_segments_and_lists(campaign)
    assert counts(campaign) == A_MACHINE_ONLY
    assert report_of(campaign).opened == report_of(campaign).clicked == 0


def test_most_of_the_links_are_enough(front, clock, letter):
    campaign, person = letter
    for link in (1, 3, 4):
        front(f"/c/{click(campaign, person, link)}", browser=CHROME)
    load()
    assert counts(campaign) == {("machine", "click"): 3}


def test_what_was_counted_already_is_taken_back(front, clock, letter):
    campaign, person = letter
    front(f"/o/{token(campaign, person)}", browser=CHROME)
    clock.shift(0.1)
    front(f"/c/{click(campaign, person, 1)}", browser=CHROME)
    clock.shift(1)
    front(f"/c/{click(campaign, person, 2)}", browser=CHROME)
    load()
    assert counts(campaign) == {("people", "open"): 1, ("people", "click"): 1}
    for link in (3, 4):
        clock.shift(1)
        front(f"/c/{click(campaign, person, link)}", browser=CHROME)
    load()
    assert is_nobody_in_segments_and_lists(campaign)
    assert {key: n for key, n in counts(campaign).items() if n} == A_MACHINE_ONLY
    for dimension in ("link", "client", "device", "hour"):
        people = {
            k: n for k, n in counts(campaign, dimension).items() if "people" in k[1] or ":p" in k[1]
        }
        families = counts(campaign, dimension) if dimension in {"client", "device"} else {}
        assert not any(people.values()), dimension
        assert not any(families.values()), dimension


def test_the_person_behind_the_gateway_counts_when_they_read(front, clock, letter):
    campaign, person = letter
    fetch_everything(front, clock, campaign, person)
    load()
    clock.shift(timedelta(minutes=20))
    front(f"/o/{token(campaign, person)}", browser=PHONE)
    clock.shift(4)
    front(f"/c/{click(campaign, person, 2)}", browser=PHONE)
    load()
    assert counts(campaign) == A_MACHINE_ONLY | {("people", "open"): 1, ("people", "click"): 1}


def test_two_clicks_of_a_person_stay_a_persons(front, clock, letter):
    campaign, person = letter
    front(f"/o/{token(campaign, person)}")
    clock.shift(1)
    front(f"/c/{click(campaign, person, 1)}")
    front(f"/c/{click(campaign, person, 1)}")
    clock.shift(1)
    front(f"/c/{click(campaign, person, 2)}")
    load()
    clock.shift(60)
    front(f"/c/{click(campaign, person, 3)}")
    load()
    clock.shift(60)
    front(f"/c/{click(campaign, person, 4)}")
    load()
    assert counts(campaign) == {("people", "open"): 1, ("people", "click"): 1}
    assert Event.objects.filter(kind="click", link__gt=0).count() == 4


def test_the_pixel_and_the_unsubscribe_page_at_once_are_a_machines(front, clock, letter, server):
    campaign, person = letter
    front(f"/o/{token(campaign, person)}", browser=CHROME)
    clock.shift(0.2)
    answer = front(way_out(server, person), browser=CHROME)
    assert answer[2] == b"django"  # the page itself is the room's, and comes all the same
    load()
    assert is_nobody_in_segments_and_lists(campaign)
    assert counts(campaign) == {("machine", "open"): 1}
    assert counts(campaign, "drop") == {}


def test_whoever_reads_and_then_unsubscribes_has_read(front, clock, letter, server):
    campaign, person = letter
    front(f"/o/{token(campaign, person)}")
    clock.shift(8)
    front(way_out(server, person))
    load()
    assert counts(campaign) == {("people", "open"): 1}


def test_of_people_who_did_not_agree_nothing_is_concluded_or_noted(
    front,
    clock,
    reader,
    letter_to,
    owner,
    send_all,
    server,
    own_spool,
):
    other = reader("other@people.example")
    campaign = start(campaign=letter_to(body=FOUR_LINKS), by=Actor.user(owner))
    send_all()
    clock.shift(60)
    front(way_out(server, other))
    assert spool.files(own_spool) == []
    fetch_everything(front, clock, campaign, other)
    load()
    assert counts(campaign) == {("anonymous", "open"): 1, ("anonymous", "click"): 4}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 200_000), st.sampled_from(["open", "click", LEAVE]), st.integers(1, 6)
        ),
        max_size=12,
    ),
    st.integers(1, 6),
)
def test_a_burst_always_holds_three_links_or_the_way_out(found, links):
    requests = [Request(at, kind, link if kind == "click" else 0) for at, kind, link in found]
    for span in bursts(requests, links):
        inside = [one for one in requests if span.holds(one.at)]
        distinct = {one.link for one in inside if one.link}
        assert len(distinct) >= 3 or (len(inside) > 1 and any(one.kind == LEAVE for one in inside))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 2)), max_size=20), st.integers(1, 9))
def test_two_links_are_never_a_burst_however_often_they_are_followed(found, links):
    assert bursts([Request(at * 100, "click", link) for at, link in found], links) == []
