"""Whom one machine erased, the others find in files that they keep by themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.personal_files import caught
from tradepost.merchants.actions.close import close_one
from tradepost.merchants.models import Merchant
from tradepost.rights.actions import erase_here
from tradepost.rights.actions.rights import log_request
from tradepost.rights.models import ErasureRecord
from tradepost.rights.types import Channel, Right

pytestmark = pytest.mark.django_db
INES = "ines.vogel@people.example"


@pytest.fixture
def data(settings, tmp_path, monkeypatch):
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)
    monkeypatch.setattr(erase_here, "_looked", {})
    return tmp_path


def damaged(data, moment, text):
    folder = data / "spool/delivery/damaged"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"1-1-mail.journal.{int(moment.timestamp() * 1e9)}"
    path.write_bytes(text)
    return path


def erased(at=None):
    """As another machine wrote it."""
    key = email_key(INES)
    return ErasureRecord.objects.create(
        subject=Subject.CUSTOMER, subject_key=key, erased_at=at or timezone.now(), tenant=7
    )


def test_a_damaged_journal_that_names_an_erased_person_goes(data):
    before = timezone.now() - timedelta(days=2)
    hers = damaged(data, before, b"\0\xff 17 250 <Ines.Vogel@People.example>: queued\n")
    other = damaged(data, before - timedelta(seconds=1), b"18 250 <bo@people.example>: queued\n")
    assert erase_here.erase_here() == 0
    erased()
    assert erase_here.erase_here() == 1
    assert (hers.exists(), other.exists()) == (False, True)


def test_what_came_after_the_erasure_stays(data):
    """She wrote to us again: that is another matter."""
    erased(at=timezone.now() - timedelta(days=1))
    caught.keep(sender="shop@post.example", to=[INES], content=b"Subject: Hello\r\n\r\nHello")
    assert erase_here.erase_here() == 0
    erased_again = ErasureRecord.objects.get()
    ErasureRecord.objects.update(erased_at=timezone.now() + timedelta(seconds=1))
    assert erased_again.subject_key == email_key(INES)
    assert erase_here.erase_here() == 1
    assert caught.newest() == []


def known_to(merchant, email):
    ref = SubjectRef(Subject.CUSTOMER, email, merchant.pk)
    log_request(ref=ref, right=Right.ACCESS, channel=Channel.LETTER, note="by letter", by=PERSON)


def closed(merchant):
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=timezone.now())
    close_one.call(merchant.pk)


def test_a_shop_takes_caught_mails_and_damaged_lines_of_its_people_along(
    data, merchant, other_merchant
):
    known_to(merchant, INES)
    known_to(other_merchant, "bo@people.example")
    before = timezone.now() - timedelta(days=2)
    hers = damaged(data, before, b"17 250 <Ines.Vogel@people.example>: queued\n")
    his = damaged(data, before - timedelta(seconds=1), b"18 250 <bo@people.example>: queued\n")
    caught.keep(sender="shop@post.example", to=[INES], content=b"Subject: Hello\r\n\r\nHello")
    caught.keep(
        sender="shop@post.example", to=["bo@people.example"], content=b"Subject: x\r\n\r\nx"
    )
    closed(merchant)
    assert (hers.exists(), his.exists()) == (False, True)
    assert [mail.envelope_to for mail in caught.newest()] == ["bo@people.example"]


def test_another_machine_finds_the_people_of_a_shop_that_closed_here(
    data, merchant, tmp_path, monkeypatch
):
    known_to(merchant, INES)
    closed(merchant)
    monkeypatch.setattr(erase_here, "_looked", {})  # as a process of another machine begins
    hers = damaged(data, timezone.now() - timedelta(days=2), f"17 250 <{INES}>: queued\n".encode())
    assert erase_here.erase_here() == 1
    assert not hers.exists()
