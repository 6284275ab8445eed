from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from tradepost.audience.actions.activity import note_activity
from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.retention import inactive_due, purge_inactive
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM


@pytest.fixture
def silent():
    """Somebody last heard of four years ago."""

    def make(merchant, email):
        contact = upsert_contact(
            merchant=merchant, email=email, source=ContactSource.FORM, by=SYSTEM
        )
        contact.last_active_at = timezone.now() - timedelta(days=4 * 365)
        contact.save()
        return contact

    return make


def heard_of(contact):
    contact.refresh_from_db()
    return contact.last_active_at


def test_who_was_heard_of_stays_and_who_was_not_goes(in_scope, silent):
    now = timezone.now()
    active, gone = silent(in_scope, "active@example.com"), silent(in_scope, "gone@example.com")
    assert inactive_due(now) == 2
    assert note_activity(merchant=in_scope, emails=["active@example.com", "x@y.example"], at=now)
    assert inactive_due(now) == 1
    purge_inactive(now)
    assert list(Contact.objects.values_list("pk", flat=True)) == [active.pk]
    assert gone.pk != active.pk


def test_it_never_moves_back(in_scope, silent):
    contact, now = silent(in_scope, "a@example.com"), timezone.now()
    assert note_activity(merchant=in_scope, contact_ids=[contact.pk], at=now) == 1
    earlier = now - timedelta(days=1)
    assert note_activity(merchant=in_scope, contact_ids=[contact.pk], at=earlier) == 0
    assert heard_of(contact) == now


def test_the_same_address_at_another_merchant_is_somebody_else(in_scope, other_merchant, silent):
    with scope(merchant=other_merchant):
        theirs = silent(other_merchant, "a@example.com")
        before = theirs.last_active_at
    number, now = theirs.pk, timezone.now()
    assert note_activity(merchant=in_scope, emails=["a@example.com"], at=now) == 0
    assert note_activity(merchant=in_scope, contact_ids=[number], at=now) == 0
    with scope(merchant=other_merchant):
        assert heard_of(theirs) == before


def test_many_cost_as_many_queries_as_one(in_scope, silent, django_assert_num_queries):
    people = [silent(in_scope, f"p{n}@example.com").pk for n in range(30)]
    now = timezone.now()
    with django_assert_num_queries(2):
        assert note_activity(merchant=in_scope, contact_ids=people, at=now) == 30
    with django_assert_num_queries(1):
        assert note_activity(merchant=in_scope, contact_ids=people, at=now) == 0
