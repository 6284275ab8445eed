"""Whoever stands on a list that somebody opened reads of it in their own record; nobody else does."""

import pytest
from django.urls import reverse
from django_scopes import scope

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.suppressions import add_suppressions
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.breaches.actions.record import record_incident
from tradepost.breaches.models import Affected
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.actions.keep_incoming import keep_incoming
from tradepost.delivery.types import Kept, SuppressionReason
from tradepost.lib import clock
from tradepost.rights.actions.rights import log_request
from tradepost.rights.queries import looks_at
from tradepost.rights.types import Right

pytestmark = pytest.mark.django_db
WHO, ELSE = "mara@people.example", "else@people.example"


def _ref(email, merchant):
    return SubjectRef(Subject.CUSTOMER, email, merchant.pk if merchant else None)


def _asks(merchant, email):
    log_request(ref=_ref(email, merchant), right=Right.ACCESS, by=SYSTEM)
    return "rights_office:requests"


def _writes(merchant, email):
    content = f"From: {email}\nSubject: Hello\n\nHello".encode()
    keep_incoming(
        recipient="shop@post.example",
        content=content,
        why=Kept.LETTER,
        sender=email,
        merchant_id=merchant.pk,
        forward=False,
    )
    return "audience_office:incoming"


def _is_suppressed(merchant, email):
    upsert_contact(merchant=merchant, email=email, source=ContactSource.API, by=SYSTEM)
    reason = SuppressionReason.COMPLAINT
    add_suppressions(merchant=merchant, addresses=[email], cause=reason, by=SYSTEM)
    return "audience_office:suppressions"


def _is_exported(merchant, email):
    _is_suppressed(merchant, email)
    return "audience_office:export_suppressions"


def _is_affected(merchant, email):
    incident = record_incident(merchant=merchant, title="Lost", known_at=clock.now(), by=SYSTEM)
    key = email_key(email)
    Affected.objects.create(incident=incident, merchant=merchant, subject_key=key, email=email)
    return "breaches_office:people", incident.public_id


LISTS = {
    "rights.look_list": _asks,
    "audience.look_incoming_list": _writes,
    "audience.look_suppressions": _is_suppressed,
    "audience.export_suppressions": _is_exported,
    "breaches.look": _is_affected,
}


@pytest.mark.parametrize("action", LISTS)
def test_a_list_is_on_the_record_of_whoever_it_showed(office, merchant, other_merchant, action):
    with scope(merchant=merchant):
        found = LISTS[action](merchant, WHO)
    with scope(merchant=other_merchant):
        LISTS[action](other_merchant, ELSE)
    name, *more = (found,) if isinstance(found, str) else found
    url = reverse(name, args=[merchant.handle, *more])
    answer = office.post(url) if action.endswith("export_suppressions") else office.get(url)
    assert answer.status_code == 200
    assert action in {entry.action for entry in looks_at(_ref(WHO, merchant))}
    assert action not in {entry.action for entry in looks_at(_ref(ELSE, other_merchant))}


def test_mail_to_the_operator_is_on_its_writers_record(console):
    content = f"From: {WHO}\nSubject: Hello\n\nHello".encode()
    keep_incoming(
        recipient="privacy@host.example",
        content=content,
        why=Kept.LETTER,
        sender=WHO,
        forward=False,
    )
    assert console.get(reverse("console:mail")).status_code == 200
    ref = SubjectRef(Subject.MEMBER, WHO, None)
    assert "console.look_mail" in {entry.action for entry in looks_at(ref)}
