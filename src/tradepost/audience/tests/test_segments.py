"""And, or, not; over fields, lists, consents and dates; safe and in words."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.models import Contact, Segment
from tradepost.audience.segments import (
    InvalidDefinition,
    check,
    definition_queryset,
    explain,
    narrowing,
)
from tradepost.audience.types import ContactSource
from tradepost.audience.views import contacts as views
from tradepost.audit.types import SYSTEM
from tradepost.ui import paging


@pytest.fixture
def people(in_scope, city):
    for email, fields in (
        ("a@x.eu", {"city": "Graz"}),
        ("b@x.eu", {"city": "Linz"}),
        ("c@y.eu", {}),
    ):
        upsert_contact(
            merchant=in_scope, email=email, source=ContactSource.API, by=SYSTEM, fields=fields
        )
    Contact.objects.filter(email="c@y.eu").update(created_at=timezone.now() - timedelta(days=40))
    return in_scope


def field(how, value=""):
    return {"kind": "audience.field", "values": {"key": "city", "how": how, "value": value}}


def found(merchant, op, *parts):
    definition = check(merchant, {"op": op, "of": list(parts)})
    rows = definition_queryset(merchant, definition)
    return "".join(sorted(email[0] for email in rows.values_list("email", flat=True)))


def test_and_or_and_not_nest(people):
    graz, linz = field("is", "Graz"), field("is", "Linz")
    domain = {"kind": "audience.property", "values": {"what": "domain", "value": "x.eu"}}
    assert found(people, "all", graz, domain) == "a"
    assert found(people, "any", graz, linz) == "ab"
    assert found(people, "none", graz) == "bc"
    assert found(people, "all", domain, {"op": "none", "of": [graz]}) == "b"
    assert found(people, "all", field("empty")) == "c"


def test_dates_are_relative_to_today(people):
    old = {"kind": "audience.joined", "values": {"how": "before", "days": 30}}
    new = {"kind": "audience.joined", "values": {"how": "within", "days": 30}}
    assert (found(people, "all", old), found(people, "all", new)) == ("c", "ab")


def test_an_empty_group_inside_says_nothing(people):
    assert found(people, "any", field("is", "Graz"), {"op": "any", "of": []}) == "a"


@pytest.mark.parametrize(
    "node",
    [
        None, [], "x", {"op": "all"}, {"op": "drop", "of": []}, {"op": "all", "of": [{"kind": "no.such"}]},
        {"op": "all", "of": [{"kind": ["x"]}]}, {"op": "all", "of": [field("is", "")]},
        {"op": "all", "of": [{"kind": "audience.field", "values": {"key": "city__x", "how": "is"}}]},
        {"op": "all", "of": [field("at_least", "3")]}, {"op": "all", "of": [field("is", "x")] * 51},
    ],
)  # fmt: skip
def test_what_is_no_segment_is_refused_in_words(people, node):
    with pytest.raises(InvalidDefinition) as refused:
        check(people, node)
    assert str(refused.value)


def test_groups_may_be_five_deep_and_no_deeper(people):
    node = {"op": "all", "of": [field("is", "Graz")]}
    for _level in range(3):
        node = {"op": "all", "of": [node]}
    check(people, node)
    with pytest.raises(InvalidDefinition):
        check(people, {"op": "all", "of": [{"op": "all", "of": [node]}]})


def test_a_segment_is_told_in_words(people):
    definition = check(
        people, {"op": "all", "of": [field("is", "Graz"), {"op": "none", "of": [field("empty")]}]}
    )
    assert (
        explain(people, definition)
        == "People who have a “City” that is Graz and do not match: (have a “City” that is empty)."
    )


@pytest.fixture
def few_at_a_time(monkeypatch):
    """Walks along an index in slices of two and four."""
    monkeypatch.setattr(narrowing, "FEW", 0)
    monkeypatch.setattr(paging, "_FIRST_SLICE", 2)
    monkeypatch.setattr(paging, "_LARGEST_SLICE", 4)


def turned(client, address, step):
    """The addresses of each page, from the first on or from the last back."""
    pages = []
    while address:
        page = client.get(address)
        pages.append(re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', page.text))
        said = re.findall(r"<p>(\d+ to \d+ of [^<]*)</p>", page.text)
        found = re.search(rf'href="(\?[^"]+)" rel="{step}"', page.text)
        address = found and address.partition("?")[0] + unescape(found[1])
    return pages, said


@pytest.mark.parametrize("sort", ["", "since", "email"])
def test_pages_of_a_segment_hold_everybody_once_whichever_way(
    client, owner, in_scope, news, monkeypatch, few_at_a_time, sort
):
    """Every third of thirty is on the list: those between are walked over, and counted not at all."""
    monkeypatch.setattr(views, "PER_PAGE", 4)
    for number in range(30):
        put = subscribe if number % 3 == 0 else upsert_contact
        on = {"contact_list": news, "consent_text": "Yes."} if number % 3 == 0 else {}
        email = f"p{number:02}@x.eu"
        put(merchant=in_scope, email=email, source=ContactSource.API, by=SYSTEM, **on)
    definition = {
        "op": "all",
        "of": [
            {"kind": "audience.list", "values": {"how": "subscribed", "list": news.public_id}},
            {"kind": "audience.property", "values": {"what": "domain", "value": "x.eu"}},
        ],
    }
    segment = Segment.objects.create(merchant=in_scope, name="Listed", definition=definition)
    expected = [f"p{number:02}@x.eu" for number in range(0, 30, 3)]
    if not sort:
        expected.reverse()
    client.force_login(owner)
    address = reverse("audience_office:contacts", args=[in_scope.handle])
    asked = f"{address}?segment={segment.public_id}&sort={sort}"
    pages, said = turned(client, asked, "next")
    assert pages == [expected[:4], expected[4:8], expected[8:]]
    assert said == ["9 to 10 of 10"]
    back, said = turned(client, f"{asked}&page=last", "prev")
    assert back == [expected[6:], expected[2:6], expected[:4]]
