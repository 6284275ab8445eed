"""Whoever changes or deletes a person's data, the person gets one mail; who does it alone gets none."""

import pytest
from django.urls import reverse

from tradepost.audience import queries
from tradepost.audience.actions.contacts import change_contact, upsert_contact
from tradepost.audience.consent.records import record_consent
from tradepost.audience.models import Contact
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.rights.actions.rights import object_to

INES = "ines@example.com"
TEMPLATE = "rights/changed_by_shop"


@pytest.fixture
def ines(in_scope):
    return upsert_contact(
        merchant=in_scope, email=INES, name="Ines", source=ContactSource.FORM, by=SYSTEM
    )


def told(mailbox):
    return [(mail.address, mail.about == "rights.deleted") for mail in mailbox(TEMPLATE)]


def test_staff_who_change_and_delete_a_contact_cause_one_mail_each(ines, office, mailbox) -> None:
    page = reverse("audience_office:edit_contact", args=[ines.merchant.handle, ines.public_id])
    office.post(page, {"email": INES, "name": "Ines V."})
    assert told(mailbox) == [(INES, False)]
    office.post(page, {"email": INES, "name": "Ines V."})
    assert told(mailbox) == [(INES, False)], "nothing was changed"
    gone = reverse("audience_office:delete_contact", args=[ines.merchant.handle, ines.public_id])
    office.post(gone, {"confirm": INES})
    assert not Contact.objects.exists()
    assert told(mailbox) == [(INES, False), (INES, True)]


def test_a_new_address_is_told_to_the_old_one(ines, office, mailbox) -> None:
    page = reverse("audience_office:edit_contact", args=[ines.merchant.handle, ines.public_id])
    office.post(page, {"email": "other@example.com", "name": "Ines"})
    assert told(mailbox) == [(INES, False)]


def test_a_program_with_a_token_causes_one_mail_and_a_new_contact_none(ines, call, mailbox) -> None:
    call("POST", "/contacts", {"email": "new@example.com", "name": "N"})
    assert told(mailbox) == []
    call("POST", "/contacts", {"email": INES, "language": "de"})
    call("DELETE", f"/contacts/{ines.public_id}")
    assert told(mailbox) == [(INES, False), (INES, True)]


def test_what_the_person_does_needs_no_mail(ines, mailbox) -> None:
    change_contact(contact=ines, by=PERSON, name="Me")
    assert told(mailbox) == []


def test_an_objection_to_statistics_ends_the_measuring(ines, in_scope, optin) -> None:
    record_consent(
        merchant=in_scope,
        email=INES,
        kind=ConsentKind.TRACKING,
        wording=optin.wording,
        source=ContactSource.FORM,
        confirmed_by=Confirmation.DOUBLE_OPT_IN,
    )
    assert queries.tracked_contacts(merchant=in_scope, contact_ids=[ines.pk]) == {ines.pk}
    ref = SubjectRef(Subject.CUSTOMER, INES, in_scope.pk)
    object_to(ref=ref, purposes=[Purpose.STATISTICS], by=PERSON)
    assert queries.tracked_contacts(merchant=in_scope, contact_ids=[ines.pk]) == set()
