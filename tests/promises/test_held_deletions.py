"""Whoever deletes asks the holds: a contact, an order, a shop. And certificates go when their time is over."""

from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from tests.promises.test_holds import held
from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.certificates.actions.certify import certify
from tradepost.certificates.models import Certificate
from tradepost.certificates.queries import kept_for
from tradepost.datamap.registry import keep_rules
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.holds.actions.hold import lift_hold
from tradepost.holds.models import RecordHold
from tradepost.holds.types import HoldClass
from tradepost.lib import clock
from tradepost.merchants.actions.close import ask_closing, close_due, close_one
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Merchant
from tradepost.modules.team import scopes
from tradepost.orders.actions.cancel import delete_order
from tradepost.orders.models import Order, OrderAddress
from tradepost.orders.tests.drafts import place
from tradepost.orders.types import Held

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def person(in_scope):
    ref = SubjectRef(Subject.CUSTOMER, "zora@people.example", in_scope.pk)
    upsert_contact(merchant=in_scope, email=ref.email, source=ContactSource.API, by=SYSTEM)
    return ref


def hold_row(row):
    return RecordHold.objects.create(
        merchant_id=row.merchant_id, label=row._meta.label, number=row.pk, subject_key="x",
        hold_class=HoldClass.CLAIM, until=clock.now() + WEEK, reason="a lawsuit",
    )  # fmt: skip


def test_the_office_says_which_hold_keeps_a_contact_and_until_when(person, office, merchant):
    hold = held(person)
    row = Contact.objects.get(email=person.email)
    page = f"/office/{merchant.handle}/contacts/{row.public_id}/delete/"
    refused = office.post(
        page, {"typed": row.email, "confirm": row.email, "email": row.email}, follow=True
    )
    said = refused.content.decode()
    assert Contact.objects.filter(pk=row.pk).exists()
    assert "a legal claim" in said
    assert f"{hold.until:%Y}" in said
    lift_hold(hold=hold, by=SYSTEM)
    office.post(page, {"typed": row.email, "confirm": row.email, "email": row.email})
    assert not Contact.objects.filter(pk=row.pk).exists()


def test_the_api_answers_409_and_says_why(person, merchant):
    held(person)
    _row, token = create_token(merchant=merchant, by=SYSTEM, name="x", scopes=list(scopes))
    contact = Contact.objects.get(email=person.email)
    answer = Client().delete(
        f"/api/v1/contacts/{contact.public_id}", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 409
    assert "A hold stands on this until" in answer.content.decode()
    assert Contact.objects.filter(pk=contact.pk).exists()


def test_an_order_stays_while_a_record_that_would_go_with_it_is_held(in_scope):
    order = place(in_scope)
    hold = hold_row(OrderAddress.objects.filter(order=order).first())
    with pytest.raises(Held, match="A hold stands on this until"):
        delete_order(order=order, by=SYSTEM)
    with clock.at(hold.until + timedelta(minutes=1)):
        delete_order(order=order, by=SYSTEM)
    assert not Order.objects.filter(pk=order.pk).exists()


def test_a_shop_is_erased_but_for_what_is_held_and_that_when_the_hold_ends(
    merchant, office, run_tasks
):
    with scope(merchant=merchant):
        kept, gone = (
            place(merchant, "one"),
            place(merchant, "two"),
        )
        until = hold_row(kept).until
    shown = office.get(f"/office/{merchant.handle}/settings/close/").content.decode()
    assert "A hold stands on records of your customers until" in shown
    ask_closing(merchant=merchant, by=SYSTEM, typed_name=merchant.name, at_once=True)
    with scopes_disabled():
        close_one.call(merchant.pk)
        assert list(Order.objects.values_list("pk", flat=True)) == [kept.pk]
        assert kept.lines.exists(), "what hangs on it stays, too"
        assert not Order.objects.filter(pk=gone.pk).exists()
        assert Merchant.objects.filter(pk=merchant.pk).exists()
        assert office.get(f"/office/{merchant.handle}/").status_code == 404, "nobody gets in"
        with clock.at(until - timedelta(minutes=1)):
            close_due()
            run_tasks()
            assert Order.objects.filter(pk=kept.pk).exists()
        with clock.at(until + timedelta(minutes=1)):
            close_due()
            run_tasks()
        assert not Order.objects.exists()
        assert not Merchant.objects.filter(pk=merchant.pk).exists()


def test_certificates_go_when_their_years_are_over():
    row = certify(kind="erasure", statement={})
    rule = keep_rules["certificates.certificate"]
    assert rule.due(row.made_at + kept_for() - timedelta(minutes=1)) == 0
    assert rule.purge(row.made_at + kept_for() + timedelta(minutes=1)) == 1
    assert not Certificate.objects.exists()
