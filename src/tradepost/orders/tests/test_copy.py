"""The customer's copy of an order says all that was agreed and done, in words and for machines."""

import csv
import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.actions.exports import start_export
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.models import ContactList
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.jobs.runner import run_job
from tradepost.merchants.actions.tokens import create_token
from tradepost.orders.actions.handle import dispatch
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.tests.drafts import INES, place
from tradepost.rights.actions.export import export
from tradepost.rights.queries import looks_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(merchant, owner, order):
    """Ines ordered, paid, got her parcel, and reads the newsletter."""
    mark_paid(order=order, by=Actor.user(owner))
    dispatch(order=order, by=Actor.user(owner), carrier="DHL", tracking_number="0034")
    news = ContactList.objects.create(merchant=merchant, name="Leather letters")
    subscribe(
        merchant=merchant,
        email=INES,
        contact_list=news,
        consent_text="Yes, write to me once a month.",
        source=ContactSource.BY_HAND,
        by=SYSTEM,
    )
    ref = SubjectRef(Subject.CUSTOMER, INES, merchant.pk)
    return lambda form: export(ref=ref, form=form)[2]


def test_dates_sums_payment_and_lines_are_in_it(copy, order) -> None:
    order.refresh_from_db()
    records = json.loads(copy("json"))["records"]
    (row,) = records["orders.Order"]["rows"]
    assert row["placed_at"] == order.placed_at.isoformat()
    assert row["dispatched_at"] == order.dispatched_at.isoformat()
    assert (row["total_minor"], row["delivery_minor"]) == ("62.90 EUR", "4.90 EUR")
    assert (row["payment_state"], row["payment_method"]) == ("paid", "bank_transfer")
    (line,) = records["orders.OrderLine"]["rows"]
    assert (line["quantity"], line["unit_price_minor"], line["title"]) == (
        2,
        "29.00 EUR",
        "Card wallet",
    )
    (invoice,) = records["orders.Invoice"]["rows"]
    assert invoice["total_minor"] == "62.90 EUR"
    assert any(
        one["amount_minor"] == "62.90 EUR" for one in records["payments.PaymentEvent"]["rows"]
    )


def test_the_words_agreed_to_and_the_list_are_in_it(copy) -> None:
    records = json.loads(copy("json"))["records"]
    (consent,) = records["audience.ConsentRecord"]["rows"]
    assert "once a month" in consent["wording"]
    (on,) = records["audience.ListMembership"]["rows"]
    assert on["contact_list"] == "Leather letters"


def test_a_person_can_read_it_as_a_page_and_open_it_as_a_table(copy) -> None:
    page = copy("html").decode()
    for words in ("62.90 EUR", "Card wallet", "Leather letters", "once a month", "0034"):
        assert words in page
    for outside in ("<script", "src=", "<link"):
        assert outside not in page
    packed = zipfile.ZipFile(io.BytesIO(copy("csv")))
    table = csv.DictReader(io.StringIO(packed.read("orders.Order.csv").decode("utf-8-sig")))
    assert next(table)["total_minor"] == "62.90 EUR"
    assert zipfile.ZipFile(io.BytesIO(copy("xlsx"))).testzip() is None


def test_no_credential_is_in_any_form(copy, order) -> None:
    order.refresh_from_db()
    for form in ("json", "html"):
        assert order.token.encode() not in copy(form)


def test_lists_exports_and_programs_stand_among_those_who_saw_it_and_why(
    merchant, owner, order, office
) -> None:
    place(merchant, "cart-2", customer={"email": "bo@customer.example"})
    upsert_contact(merchant=merchant, email=INES, source=ContactSource.FORM, by=SYSTEM)
    ref = SubjectRef(Subject.CUSTOMER, INES, merchant.pk)
    stranger = SubjectRef(Subject.CUSTOMER, "nobody@customer.example", merchant.pk)
    before = looks_at(ref).count()
    _row, text = create_token(
        merchant=merchant, by=Actor.user(owner), name="x", scopes=["orders:read", "contacts:read"]
    )
    program = Client(headers={"Authorization": f"Bearer {text}"})
    base = f"/office/{merchant.handle}"
    for open_page in (
        lambda: office.get(f"{base}/orders/"),
        lambda: office.get(f"{base}/orders/export/?format=csv&rows=order"),
        lambda: office.get(reverse("audience_office:contacts", args=[merchant.handle])),
        lambda: program.get("/api/v1/orders"),
        lambda: program.get("/api/v1/contacts"),
        lambda: run_job.func(start_export(merchant=merchant, form="csv", by=SYSTEM).pk),
    ):
        open_page()
        assert looks_at(ref).count() == before + 1
        assert looks_at(ref).first().reason
        before += 1
    assert looks_at(stranger).count() == 0
    office.get(f"{base}/orders/?q=bo@customer")
    assert looks_at(ref).count() == before, "a list that did not hold her is no look at her"
