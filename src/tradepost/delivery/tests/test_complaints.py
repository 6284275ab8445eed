"""How many call a mailing spam, and the one too many."""

import pytest
from django_scopes import scopes_disabled

from tradepost.delivery.actions import resume_mailing
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.models import Handover, Mail, Mailing
from tradepost.delivery.models.mailings import FEWEST_COMPLAINTS as FEWEST
from tradepost.delivery.models.mailings import TOO_MANY_COMPLAINTS
from tradepost.delivery.tests.test_returned_mail import ARF, address
from tradepost.delivery.types import HandoverState, MailingState

pytestmark = pytest.mark.django_db


@pytest.fixture
def going(mailing_of):
    """A mailing that has reached so many, and goes on."""

    def make(reached, people=12):
        mailing = mailing_of(people)
        Handover.objects.filter(mailing=mailing).update(state=HandoverState.SENT, due_at=None)
        Mailing.objects.filter(pk=mailing.pk).update(sent=reached, total=reached + 1000)
        return mailing

    return make


def complain(count, start=0):
    for row in Handover.objects.order_by("pk")[start : start + count]:
        receive(recipient=address(row), content=ARF.encode())


@pytest.mark.parametrize(
    ("reached", "complaints", "state"),
    [
        (100, FEWEST - 1, MailingState.RUNNING),  # too few to say anything
        (1600, FEWEST, MailingState.PAUSED),  # 0.31 %
        (1700, FEWEST, MailingState.RUNNING),  # 0.29 %
        (10_000, FEWEST + 1, MailingState.RUNNING),  # 0.06 %: fine
    ],
)
def test_a_mailing_stops_from_a_share_of_complaints_on(reached, complaints, state, going):
    mailing = going(reached)
    complain(complaints)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.complained) == (state, complaints)
    assert (mailing.complaint_rate >= TOO_MANY_COMPLAINTS) is (
        state == MailingState.PAUSED or reached == 100
    )


def test_the_merchant_is_told_once_a_day_what_happened_and_what_to_do(going, in_scope):
    mailing = going(1000)
    complain(FEWEST + 2)
    mailing.refresh_from_db()
    assert (mailing.trouble, mailing.state) == ("complaints", MailingState.PAUSED)
    mail = Mail.objects.get()
    assert mail.address == in_scope.contact_email
    assert "5 / 1000 (0.50%)" in mail.text
    assert "reported it as spam" in mail.text
    assert "0.3 %" in mail.text
    with scopes_disabled():
        assert Mail.objects.filter(merchant=None).count() == 0, "no business of the operator's"


def test_one_person_who_complains_twice_is_one_complaint(going):
    mailing = going(1000)
    for _ in range(FEWEST * 2):
        complain(1)
    mailing.refresh_from_db()
    assert (mailing.complained, mailing.state) == (1, MailingState.RUNNING)


def test_whoever_goes_on_is_stopped_by_the_next_complaint(going):
    mailing = going(1000)
    complain(FEWEST)
    mailing.refresh_from_db()
    resume_mailing(mailing=mailing)
    complain(1, start=FEWEST)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED


def test_complaints_about_a_mailing_that_is_done_are_told_too(going):
    mailing = going(1000)
    Mailing.objects.filter(pk=mailing.pk).update(state=MailingState.DONE)
    complain(FEWEST)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.trouble) == (MailingState.DONE, "complaints")
    assert Mail.objects.count() == 1
