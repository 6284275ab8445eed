"""A held record outlives its time and the erasure of its person, and goes when the hold ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scope

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.retention import INACTIVE_AFTER, purge_inactive
from tradepost.audience.types import ContactSource
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.holds.actions.hold import hold_record, lift_hold
from tradepost.holds.models import RecordHold
from tradepost.holds.queries import holds_of
from tradepost.holds.types import EndsInThePast, HoldClass
from tradepost.lib import clock
from tradepost.rights.actions.erase import erase_person
from tradepost.rights.actions.rights import NotCorrectable, log_request
from tradepost.rights.models import RightsRequest
from tradepost.rights.queries import held_about
from tradepost.rights.restrictions.holds import holds_set_aside
from tradepost.rights.types import Right

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def person(in_scope):
    ref = SubjectRef(Subject.CUSTOMER, "zora@people.example", in_scope.pk)
    upsert_contact(merchant=in_scope, email=ref.email, source=ContactSource.API, by=SYSTEM)
    return ref


def reference(ref, label):
    (row,) = [row for group in held_about(ref) if group.id == label for row in group.rows]
    return row.reference


def held(ref, label="audience.Contact", until=None):
    return hold_record(
        ref=ref,
        reference=reference(ref, label),
        hold_class=HoldClass.CLAIM,
        reason="a lawsuit over a parcel",
        until=until or clock.now() + WEEK,
        by=SYSTEM,
    )


def is_there(ref):
    return Contact.objects.filter(email=ref.email).exists()


def test_an_erasure_leaves_it_and_says_so_until_it_ends(person):
    hold = held(person)
    erasure = erase_person(ref=person, by=PERSON)
    assert is_there(person)
    assert any("end date" in line.because for line in erasure.stays)
    with clock.at(hold.until + timedelta(minutes=1)):
        erase_person(ref=person, by=PERSON)
    assert not is_there(person)


def test_what_was_erased_before_is_erased_again_and_this_hold_is_not_set_aside(person):
    held(person)
    with holds_set_aside():
        erase_person(ref=person, by=SYSTEM)
    assert is_there(person)


def test_a_minute_before_its_end_retention_leaves_it_and_a_minute_after_it_goes(person):
    Contact.objects.update(last_active_at=clock.now() - INACTIVE_AFTER - WEEK)
    hold = held(person)
    purge_inactive(hold.until - timedelta(minutes=1))
    assert is_there(person)
    with clock.at(hold.until + timedelta(minutes=1)):
        purge_inactive(clock.now())
    assert not is_there(person)


def test_lifted_it_holds_nothing_more(person):
    hold = held(person)
    assert lift_hold(hold=hold, by=SYSTEM)
    assert not lift_hold(hold=hold, by=SYSTEM)
    erase_person(ref=person, by=PERSON)
    assert not is_there(person)


def test_any_kind_of_record_can_be_held(person):
    log_request(ref=person, right=Right.ACCESS, note="a word", by=PERSON)
    held(person, "rights.RightsRequest")
    erase_person(ref=person, by=PERSON)
    assert RightsRequest.objects.get(right=Right.ACCESS).note == "a word"


def test_only_records_of_this_person_and_only_with_an_end(person, other_merchant):
    stranger = SubjectRef(Subject.CUSTOMER, "other@people.example", person.merchant_id)
    said = {"hold_class": HoldClass.AUDIT, "reason": "x", "by": SYSTEM}
    with pytest.raises(NotCorrectable):
        hold_record(ref=stranger, reference=reference(person, "audience.Contact"),
                    until=clock.now() + WEEK, **said)  # fmt: skip
    with pytest.raises(EndsInThePast):
        held(person, until=clock.now())
    now = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordHold.objects.create(
            merchant_id=person.merchant_id, label="x", number=1, since=now, until=now
        )


def test_twice_is_one_hold_and_one_letter(person, mailbox):
    until = clock.now() + WEEK
    assert held(person, until=until) == held(person, until=until)
    (letter,) = mailbox("holds/held")
    assert letter.address == person.email
    assert "lawsuit" not in letter.text


def test_the_person_reads_it_and_the_shop_makes_it_by_its_pages(person, office, merchant):
    page = f"/office/{merchant.handle}/privacy/holds/new/"
    shown = office.post(page, {"email": person.email})
    ref = shown.context["form"].fields["reference"].choices[0][0]
    answer = office.post(page, {
        "email": person.email, "reference": ref, "hold_class": "claim", "reason": "a lawsuit",
        "until": f"{clock.now() + WEEK:%Y-%m-%d}",
    })  # fmt: skip
    assert answer.status_code == 302
    listed = office.get(f"/office/{merchant.handle}/privacy/holds/").content.decode()
    assert "a lawsuit" in listed
    with scope(merchant=merchant):
        (mine,) = holds_of(person)
    assert mine.reason == "a lawsuit"
