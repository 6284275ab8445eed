"""And, or, not; over fields, lists, consents and dates; safe and in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.segments import InvalidDefinition, check, definition_queryset, explain
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM


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
