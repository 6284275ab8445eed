"""A change of owner is mailed to everybody whom the shop knows: each once, whatever stops on the way."""

import pytest

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.delivery.models import Mail
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Cancelled, run_job
from tradepost.notice.actions import tell_people
from tradepost.notice.actions.transition import (
    announce_transition,
    carry_out_due,
    first_date,
    withdraw_transition,
)
from tradepost.rights.models import Stop

pytestmark = pytest.mark.django_db
TEMPLATE = "notice/transition"


@pytest.fixture
def contacts(in_scope):
    """Seven, one of whom reads German, and one who stopped all use of their data."""
    for number in range(7):
        upsert_contact(
            merchant=in_scope,
            email=f"p{number}@people.example",
            source=ContactSource.IMPORT,
            by=SYSTEM,
            language="de" if number == 3 else "en",
        )
    stopped = Contact.objects.get(email="p5@people.example")
    Stop.objects.create(merchant=in_scope, subject_key=stopped.email_key, email=stopped.email)
    return in_scope


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(tell_people, "_A_SLICE", 2)


def announce(merchant):
    return announce_transition(
        merchant=merchant, by=SYSTEM, new_name="Bridle & Sons", new_address="2 Mill Lane",
        new_email="office@bridle.example", reason="The founder retires.", on=first_date(),
    )  # fmt: skip


def work():
    for job in Job.objects.filter(kind=tell_people.TELLING, state=Job.State.WAITING):
        run_job.call(job.pk)


def told():
    mails = Mail.objects.filter(template=TEMPLATE, address__endswith="@people.example")
    return list(mails.order_by("address"))


def test_everybody_is_told_once_in_their_language_whatever_they_stopped(contacts):
    row = announce(contacts)
    work()
    mails = told()
    assert [mail.address for mail in mails] == [f"p{number}@people.example" for number in range(7)]
    assert all(mail.due_at and mail.is_service for mail in mails)
    assert all("Bridle & Sons" in mail.text and "/my-data/" in mail.text for mail in mails)
    assert [mail.language for mail in mails].count("de") == 1
    for _again in range(2):
        carry_out_due()
        work()
    assert len(told()) == 7
    assert not Job.objects.filter(state=Job.State.WAITING).exists()
    assert row.effective_date


def test_what_was_stopped_half_way_goes_on_where_it_was(contacts, small_slices, monkeypatch):
    announce(contacts)

    class Ended:
        job = Job.objects.get(kind=tell_people.TELLING)

        def progress(self, done, total):
            raise Cancelled

    with pytest.raises(Cancelled):
        tell_people.write_to_people(Ended())
    assert len(told()) == 2
    Job.objects.update(state=Job.State.CANCELLED)
    carry_out_due()
    work()
    assert [mail.address for mail in told()] == [f"p{n}@people.example" for n in range(7)]


def test_whoever_comes_later_is_told_too(contacts):
    announce(contacts)
    work()
    upsert_contact(
        merchant=contacts, email="late@people.example", source=ContactSource.IMPORT, by=SYSTEM
    )
    carry_out_due()
    work()
    assert [mail.address for mail in told()].count("late@people.example") == 1
    assert len(told()) == 8


def test_taken_back_it_tells_nobody_more(contacts, small_slices):
    row = announce(contacts)
    withdraw_transition(transition=row, by=SYSTEM)
    work()
    assert told() == []


def test_another_shop_s_people_hear_nothing(contacts, other_merchant):
    announce(other_merchant)
    work()
    assert told() == []
