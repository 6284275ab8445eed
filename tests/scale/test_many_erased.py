"""Many people of a shop are erased at once with every guarantee that one has: rows, files, mail, holds, ledger, certificate."""

from datetime import timedelta

import pytest

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import ConsentRecord, Contact
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.certificates.models import Certificate
from tradepost.datamap.registry import stores
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.actions.keep_incoming import keep_incoming
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.personal_files import caught, damaged
from tradepost.delivery.types import Kept
from tradepost.holds.actions.hold import hold_record
from tradepost.holds.types import HoldClass
from tradepost.lib import clock
from tradepost.lib.files import DAMAGED
from tradepost.rights.actions.erase import erase_people
from tradepost.rights.models import ErasureRecord
from tradepost.rights.queries import held_about

pytestmark = pytest.mark.django_db
NAMES = ("anna", "ben", "carla", "dora")
STAYS = "zoe@others.example"


@pytest.fixture
def people(in_scope, settings):
    refs = [SubjectRef(Subject.CUSTOMER, f"{name}@people.example", in_scope.pk) for name in NAMES]
    for email in [STAYS, *(ref.email for ref in refs)]:
        upsert_contact(merchant=in_scope, email=email, source=ContactSource.API, by=SYSTEM)
        caught.keep(sender=None, to=[email], content=f"To: {email}\r\n\r\nHello".encode())
        _damaged(settings, email)
        for is_listed in (True, False):
            _write_about(in_scope, email, is_listed)
    return refs


def _damaged(settings, email):
    folder = settings.TRADEPOST.data / "spool" / DAMAGED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{email.partition('@')[0]}.1").write_bytes(b"550 no such " + email.encode())


def _write_about(merchant, email, is_listed):
    content = f"From: y@others.example\r\nSubject: {is_listed}\r\n\r\nAsk {email.upper()}".encode()
    row = keep_incoming(
        recipient="shop@mail.example", content=content, why=Kept.UNREAD, merchant_id=merchant.pk,
        sender="y@others.example", forward=False,
    )  # fmt: skip
    IncomingMail.objects.filter(pk=row.pk).update(is_listed=is_listed)


def hold(ref):
    (contact,) = [group for group in held_about(ref) if group.id == "audience.Contact"]
    return hold_record(
        ref=ref, reference=contact.rows[0].reference, hold_class=HoldClass.CLAIM,
        reason="a claim", until=clock.now() + timedelta(days=7), by=SYSTEM,
    )  # fmt: skip


def found(email):
    """What still names the address, in a form that a test can show."""
    needle = email.encode()
    yield from (where for store in stores.values() for where in store.scan(needle))
    yield from (f"contact {row.pk}" for row in Contact.objects.filter(email=email))
    for row in IncomingMail.objects.all():
        if needle in bytes(row.content).lower():
            yield f"incoming {row.pk}"


def test_nothing_of_them_is_left_and_everything_of_another(people):
    before = sorted(found(STAYS))
    assert len(before) >= 5
    assert all(list(found(ref.email)) for ref in people)
    erasure = erase_people(refs=people, by=SYSTEM)
    assert [list(found(ref.email)) for ref in people] == [[]] * len(people)
    assert sorted(found(STAYS)) == before
    assert erasure.deleted["audience.Contact"] == len(people)
    assert ErasureRecord.objects.count() == len(people)
    assert Certificate.objects.filter(kind="erasure").count() == 1
    assert not ConsentRecord.objects.filter(withdrawn_at=None).exists()
    assert not list(damaged.scan(people[0].email.encode()))


def test_a_hold_on_one_keeps_that_record_and_no_other(people):
    hold(people[1])
    erasure = erase_people(refs=people, by=SYSTEM)
    emails = set(Contact.objects.values_list("email", flat=True))
    assert emails == {STAYS, people[1].email}
    assert any("end date" in line.because and line.rows == 1 for line in erasure.stays)


def test_of_very_many_each_table_is_asked_for_itself(people, monkeypatch):
    monkeypatch.setattr("tradepost.holds.queries._FEW", 0)
    hold(people[2])
    erase_people(refs=people, by=SYSTEM)
    assert set(Contact.objects.values_list("email", flat=True)) == {STAYS, people[2].email}
