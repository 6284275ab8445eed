import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tradepost.audit.actions import record

pytestmark = pytest.mark.django_db


def test_the_access_log_names_people_and_says_what_they_did(office, merchant, owner):
    owner.name = "Ines Ahrendt"
    owner.save()
    record(actor=owner, action="orders.look", merchant_id=merchant.pk, target="order:7")
    record(actor="user:999999", action="audience.export", merchant_id=merchant.pk)
    record(actor="person", action="audience.confirm", merchant_id=merchant.pk)
    page = office.get(reverse("rights_office:access-log", args=[merchant.handle])).text
    assert "Ines Ahrendt</td><td>looked at orders" in page
    assert "user:999999</td><td>exported contacts" in page
    assert "the person concerned</td><td>confirmed a subscription" in page


def test_the_access_log_asks_as_often_for_many_entries_as_for_one(office, merchant, make_user):
    log = reverse("rights_office:access-log", args=[merchant.handle])

    def asked(count: int) -> int:
        for number in range(count):
            person = make_user(f"{count}-{number}@staff.example")
            record(actor=person, action="orders.look", merchant_id=merchant.pk)
        with CaptureQueriesContext(connection) as queries:
            office.get(log)
        return len(queries)

    assert asked(1) == asked(3)
