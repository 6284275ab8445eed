"""A change of owner is mailed to whoever bought, once, whatever else they are."""

import pytest

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.delivery.models import Mail
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job
from tradepost.notice.actions import tell_people
from tradepost.notice.actions.transition import announce_transition, carry_out_due, first_date
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import place

pytestmark = pytest.mark.django_db
BUYERS = [f"b{number}@buyers.example" for number in range(4)]


def buy(merchant, email, key, language="en"):
    return place(merchant, key=key, customer={"email": email, "language": language})


@pytest.fixture
def shop(bank, in_scope, monkeypatch):
    """Three only bought, one of them twice and last in German; the fourth is a contact, too."""
    monkeypatch.setattr(tell_people, "_A_SLICE", 2)
    for number, email in enumerate((*BUYERS, BUYERS[0])):
        buy(in_scope, email, f"cart-{number}", "de" if email == BUYERS[2] else "en")
    join(in_scope, BUYERS[3])
    announce_transition(
        merchant=in_scope, by=SYSTEM, new_name="Bridle & Sons", new_address="2 Mill Lane",
        new_email="office@bridle.example", reason="The founder retires.", on=first_date(),
    )  # fmt: skip
    return in_scope


def join(merchant, email):
    upsert_contact(merchant=merchant, email=email, source=ContactSource.FORM, by=SYSTEM)


def told():
    for job in Job.objects.filter(kind=tell_people.TELLING, state=Job.State.WAITING):
        run_job.call(job.pk)
    mails = Mail.objects.filter(address__endswith="@buyers.example", template="notice/transition")
    return sorted(mails.values_list("address", "language"))


def test_buyers_are_told_once_in_the_language_of_their_last_order(shop):
    expected = [(email, "de" if email == BUYERS[2] else "en") for email in BUYERS]
    assert told() == expected
    carry_out_due()
    assert told() == expected


def test_who_was_told_as_a_buyer_and_joins_is_not_told_again(shop):
    before = told()
    join(shop, BUYERS[1])
    carry_out_due()
    assert told() == before


def test_a_buyer_who_comes_later_is_told(shop):
    before = told()
    buy(shop, "late@buyers.example", "late")
    carry_out_due()
    assert told() == sorted([*before, ("late@buyers.example", "en")])


def test_an_erased_buyer_is_not_told(shop):
    Order.objects.filter(email=BUYERS[0]).update(email="")
    assert BUYERS[0] not in [address for address, _language in told()]
