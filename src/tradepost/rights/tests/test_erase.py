"""Erasing: what goes, what stays, and that it happens once."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django_scopes import scope, scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Subject
from tradepost.identity.models import User
from tradepost.merchants.models import Membership
from tradepost.rights.actions.erase import erase_people, erase_person, preview
from tradepost.rights.models import ErasureRecord, RightsRequest, Stop
from tradepost.rights.restrictions import holds
from tradepost.rights.restrictions.holds import Hold
from tradepost.rights.types import Channel, Right

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"


def customer(merchant, email=ANNA):
    return SubjectRef(Subject.CUSTOMER, email, merchant.pk)


@pytest.fixture
def request_of(merchant):
    def make(shop=merchant, email=ANNA):
        from django.utils import timezone

        with scope(merchant=shop):
            return RightsRequest.objects.create(
                merchant=shop,
                email=email,
                subject_key=email_key(email),
                right=Right.ACCESS,
                channel=Channel.LETTER,
                note="wrote from Lisbon",
                due_at=timezone.now(),
            )

    return make


def held(model):
    with scopes_disabled():
        return list(model._base_manager.all())


def test_fields_are_emptied_and_the_log_of_the_request_stays(merchant, request_of):
    request_of()
    erasure = erase_person(ref=customer(merchant), by=SYSTEM)
    (row,) = held(RightsRequest)
    assert (row.email, row.note) == ("", "")
    assert row.right == Right.ACCESS
    assert erasure.emptied["rights.RightsRequest"] == 1
    assert any("Art. 5(2)" in stays.because for stays in erasure.stays)


def test_another_merchants_customer_of_the_same_address_is_left_alone(
    merchant, other_merchant, request_of
):
    request_of()
    request_of(shop=other_merchant)
    erase_person(ref=customer(merchant), by=SYSTEM)
    assert sorted(row.email for row in held(RightsRequest)) == ["", ANNA]


def test_the_second_time_finds_nothing_and_writes_nothing(merchant, request_of):
    request_of()
    erase_person(ref=customer(merchant), by=SYSTEM)
    entries = Entry.objects.count()
    assert erase_person(ref=customer(merchant), by=SYSTEM).total == 0
    assert Entry.objects.count() == entries
    assert ErasureRecord.objects.count() == 1


def test_the_ledger_and_the_record_name_nobody(merchant, request_of):
    request_of()
    erase_person(ref=customer(merchant), by=SYSTEM)
    written = repr([row.__dict__ for row in ErasureRecord.objects.all()])
    written += repr([row.__dict__ for row in Entry.objects.all()])
    assert "anna" not in written


def test_an_objection_outlives_erasure_under_a_hash(merchant, request_of):
    request_of()
    with scope(merchant=merchant):
        Stop.objects.create(merchant=merchant, subject_key=email_key(ANNA), purpose="newsletters")
    erasure = erase_person(ref=customer(merchant), by=SYSTEM)
    assert len(held(Stop)) == 1
    assert any("Art. 21" in stays.because for stays in erasure.stays)


def test_a_member_goes_with_memberships(owner):
    User.objects.create(email="second@example.org")
    erase_person(ref=SubjectRef(Subject.MEMBER, owner.email), by=SYSTEM)
    assert not User.objects.filter(email=owner.email).exists()
    assert not Membership.objects.filter(user_id=owner.pk).exists()
    assert User.objects.filter(email="second@example.org").exists()


def test_a_hold_keeps_rows_and_says_why(merchant, request_of, monkeypatch):
    dispute = Hold(model=RightsRequest, held=lambda rows: rows, because="a dispute")
    monkeypatch.setattr(holds, "holds", [dispute])
    request_of()
    assert next(stays.because for stays in preview(customer(merchant))) == "a dispute"
    erasure = erase_person(ref=customer(merchant), by=SYSTEM)
    assert held(RightsRequest)[0].email == ANNA
    assert erasure.stays[0].because == "a dispute"


def test_many_are_erased_with_a_constant_number_of_queries(
    merchant, request_of, django_assert_max_num_queries
):
    people = [f"p{number}@example.org" for number in range(60)]
    for email in people:
        request_of(email=email)
    stores_and_places = 12 * len(list(apps.get_models()))
    with django_assert_max_num_queries(stores_and_places):
        done = erase_people(refs=[customer(merchant, email) for email in people], by=SYSTEM)
    assert done.emptied["rights.RightsRequest"] == 60
    assert ErasureRecord.objects.count() == 60


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the other database has no such file")
@pytest.mark.django_db(transaction=True)
def test_the_write_ahead_log_holds_nothing_of_the_erased(merchant, request_of, tmp_path):
    request_of(email="logged-mark@example.org")
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    if not log.exists():
        pytest.fail(f"the tests run without a log: {log}")
    assert b"logged-mark" in log.read_bytes()
    erase_person(ref=customer(merchant, "logged-mark@example.org"), by=SYSTEM)
    assert b"logged-mark" not in log.read_bytes()
