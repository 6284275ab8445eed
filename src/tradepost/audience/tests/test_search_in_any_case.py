"""What people type into a search finds names whatever case their letters have, beyond ASCII, too."""

import pytest
from django.db import connection

from tradepost.audience.models import Contact
from tradepost.audience.queries import find_contacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(in_scope):
    for number, name in enumerate(
        ["Kärntner Öl", "KÄRNTEN GmbH", "100% Kern", "Łódź Szkło", "κύριε"]
    ):
        Contact.objects.create(merchant=in_scope, name=name, email=f"p{number}@people.example")
    return in_scope


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("KÄRN", ["Kärntner Öl", "KÄRNTEN GmbH"]),
        ("kärn", ["Kärntner Öl", "KÄRNTEN GmbH"]),
        ("öL", ["Kärntner Öl"]),
        ("łÓDŹ", ["Łódź Szkło"]),
        ("ΚΎΡ", ["κύριε"]),
        ("kern", ["100% Kern"]),
        ("Ä%", []),
        ("Ä_N", []),
    ],
)
def test_a_name_is_found_in_any_case(people, typed, found):
    rows = find_contacts(merchant=people, search=typed).values_list("name", flat=True)
    assert sorted(rows) == sorted(found), connection.vendor
