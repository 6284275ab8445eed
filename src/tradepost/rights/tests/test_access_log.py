import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import PERSON, Actor
from tradepost.rights.models import RightsRequest
from tradepost.rights.record.words import kind_in_words, names_of_rows, who_for_person

pytestmark = pytest.mark.django_db


def log_of(office, merchant):
    """The page without the names that its cells carry for a phone."""
    page = office.get(reverse("rights_office:access-log", args=[merchant.handle])).text
    return re.sub(r'(<td) data-label="[^"]*"', r"\1", page)


def test_the_access_log_names_people_and_says_what_they_did(office, merchant, owner):
    owner.name = "Ines Ahrendt"
    owner.save()
    record(actor=Actor.user(owner), action="orders.look", merchant_id=merchant.pk, target="order:7")
    record(actor=Actor.parse("user:999999"), action="audience.export", merchant_id=merchant.pk)
    record(actor=PERSON, action="audience.confirm", merchant_id=merchant.pk)
    page = log_of(office, merchant)
    assert "Ines Ahrendt</td><td>looked at orders" in page
    assert "an account that is gone</td><td>exported contacts" in page
    assert "the person concerned</td><td>confirmed a subscription" in page


def test_a_damaged_entry_is_said_to_be_one(office, merchant, owner):
    owner.name = "Ines Ahrendt"
    owner.save()
    record(actor=Actor.user(owner), action="orders.look", merchant_id=merchant.pk)
    entry = record(actor=PERSON, action="audience.confirm", merchant_id=merchant.pk)
    Entry.objects.filter(pk=entry.pk).update(actor="us:r?")
    page = log_of(office, merchant)
    assert "Ines Ahrendt</td><td>looked at orders" in page
    assert "somebody whom the entry does not name any more</td><td>confirmed" in page


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        ("user:17", "Staff, member 17"),
        ("token:5", "A program of the shop"),
        ("person", "You"),
        ("system", "This program"),
        ("job:orders.retention", "This program"),
        ("us:r?", "This program"),
    ],
)
def test_the_portal_says_who_it_was(actor, words):
    assert who_for_person(actor) == words


def test_the_access_log_asks_as_often_for_many_entries_as_for_one(office, merchant, make_user):
    log = reverse("rights_office:access-log", args=[merchant.handle])

    def asked(count: int) -> int:
        for number in range(count):
            person = make_user(f"{count}-{number}@staff.example")
            record(actor=Actor.user(person), action="orders.look", merchant_id=merchant.pk)
        with CaptureQueriesContext(connection) as queries:
            office.get(log)
        return len(queries)

    assert asked(1) == asked(3)


def test_the_log_speaks_in_words_of_rows_lists_and_accounts(office, merchant, owner):
    """No name of a table, no label of a model, no bare number of a row."""
    owner.name = "Ines Ahrendt"
    owner.save()
    by = Actor.user(owner)
    told = {"actor": by, "action": "orders.look", "merchant_id": merchant.pk}
    record(**told, target=owner)
    record(**told, target="rights.rightsrequest:5", reason="reads a request")
    record(**told, target="gone.table:5")
    record(**told, target="a text")
    note_sighting(record(**told), RightsRequest, [5, 6])
    page = log_of(office, merchant)
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "<td>Request about own data</td><td>reads a request</td>" in rows
    assert "<td>Requests about own data</td>" in rows
    assert "<td>Ines Ahrendt</td><td>looked at orders</td><td>Ines Ahrendt</td>" in rows
    assert not re.search(r"[a-z]+\.[a-z]+[:<]|(user|token|job|system):|<code", rows)


def test_a_table_that_went_has_no_words():
    assert kind_in_words("gone.table:5") == ""
    assert kind_in_words("nonsense") == ""
    assert names_of_rows(["gone.table:5", "rights.rightsrequest:5"]) == {}
