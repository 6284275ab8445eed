"""Somebody stopped all use of their data: every way out is shut, and every page says so."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact, Segment
from tradepost.audience.segments import definition_queryset, segment_count
from tradepost.audience.segments.evaluate import everybody
from tradepost.audience.types import ContactSource
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.delivery.models import Mail
from tradepost.merchants.actions.tokens import create_token
from tradepost.orders.actions.announce import BY_MAIL
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import INES, place
from tradepost.rights.actions.rights import lift_restriction, object_to, restrict

pytestmark = pytest.mark.django_db
OTHER = "bo@customer.example"
SCOPES = ["orders:read", "orders:write", "contacts:read", "contacts:write"]


@pytest.fixture
def ines(merchant):
    return SubjectRef(Subject.CUSTOMER, INES, merchant.pk)


@pytest.fixture
def shop(merchant, order, owner):
    """Ines and Bo have both ordered and paid, and are both contacts."""
    mark_paid(order=order, by=Actor.user(owner))
    mark_paid(order=place(merchant, "cart-2", customer={"email": OTHER}), by=Actor.user(owner))
    for email in (INES, OTHER):
        upsert_contact(merchant=merchant, email=email, source=ContactSource.CHECKOUT, by=SYSTEM)
    return merchant


@pytest.fixture
def api(shop, owner):
    _row, text = create_token(merchant=shop, by=Actor.user(owner), name="sync", scopes=SCOPES)

    def call(method, path, body=None):
        return Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"},
        )

    return call


def test_the_api_hands_neither_order_nor_contact_out_until_it_is_lifted(api, ines, order) -> None:
    contact = Contact.objects.get(email=INES).public_id
    ways = (f"/orders/{order.public_id}", f"/contacts/{contact}")
    lists = ("/orders", "/contacts")
    assert all(INES in api("GET", way).text for way in ways + lists)
    restrict(ref=ines, by=PERSON)
    for way in ways + lists:
        answer = api("GET", way)
        assert INES not in answer.text, way
        assert way in lists or answer.status_code == 403
    assert all(OTHER in api("GET", way).text for way in lists)
    for verb in ("accept", "dispatch", "archive"):
        assert api("POST", f"{ways[0]}/{verb}").status_code == 403
    assert api("POST", "/contacts", {"email": INES, "name": "X"}).status_code == 422
    lift_restriction(ref=ines, by=PERSON)
    assert all(INES in api("GET", way).text for way in ways + lists)


def test_money_that_is_owed_is_given_back_and_the_customer_told_how(api, ines, order) -> None:
    restrict(ref=ines, by=PERSON)
    way = f"/orders/{order.public_id}/refund"
    answer = api("POST", way, {"key": "restricted-1", "amount": "1.00"})
    assert answer.status_code == 200
    assert answer.json()["order"] is None
    assert INES not in answer.text
    with scopes_disabled():
        told = Mail.objects.get(template="orders/refund_due", address=INES)
    assert told.due_at
    back = answer.json()["id"]
    done = api("POST", f"{way}s/{back}/sent")
    assert (done.status_code, done.json()["order"]) == (200, None)
    lift_restriction(ref=ines, by=PERSON)
    assert api("POST", way, {"key": "restricted-1", "amount": "1.00"}).json()["order"]


def test_no_export_holds_the_person(shop, office, ines) -> None:
    restrict(ref=ines, by=PERSON)
    for rows in ("order", "line"):
        query = f"?format=csv&rows={rows}"
        answer = office.get(f"/office/{shop.handle}/orders/export/{query}")
        body = b"".join(answer) if answer.streaming else answer.content
        assert INES.encode() not in body


def test_staff_cannot_change_or_dispatch_and_the_pages_say_why(shop, office, ines, order) -> None:
    contact = Contact.objects.get(email=INES)
    restrict(ref=ines, by=PERSON)
    named = [shop.handle, contact.public_id]
    page = office.get(reverse("audience_office:contact", args=named))
    assert "stopped all use of their data" in page.text
    changed = office.post(
        reverse("audience_office:edit_contact", args=named), {"email": INES, "name": "Changed"}
    )
    assert "stopped this use" in changed.text
    assert Contact.objects.get(pk=contact.pk).name == ""
    named = [shop.handle, order.public_id]
    page = office.get(reverse("orders_office:order", args=named))
    assert "stopped all use of their data" in page.text
    refused = office.post(reverse("orders_office:dispatch", args=named), follow=True)
    assert "stopped this use" in refused.text
    assert Order.objects.get(pk=order.pk).dispatched_at is None
    for word in ("accept", "archive"):
        office.post(reverse("orders_office:act", args=named), {"do": word})
    after = Order.objects.get(pk=order.pk)
    assert (after.accepted_at, after.archived_at) == (None, None)


def test_staff_s_segments_count_nobody_who_stopped_it(shop, office, ines) -> None:
    """A count is a statistic: whoever stopped all use, or objected to statistics, is not in it."""
    segment = Segment.objects.create(merchant=shop, name="All", definition=everybody())
    people = Contact.objects.filter(merchant=shop).count()
    assert segment_count(segment) == people
    assert definition_queryset(shop, everybody()).count() == people
    restrict(ref=ines, by=PERSON)
    assert segment_count(segment) == definition_queryset(shop, everybody()).count() == people - 1
    bo = SubjectRef(Subject.CUSTOMER, OTHER, shop.pk)
    object_to(ref=bo, purposes=[Purpose.STATISTICS], by=PERSON)
    assert segment_count(segment) == definition_queryset(shop, everybody()).count() == people - 2
    page = office.get(reverse("audience_office:segment", args=[shop.handle, segment.public_id]))
    assert page.context["outcome"].count == people - 2


def test_mails_stop_those_that_wait_too_and_letters_about_rights_go_on(shop, ines, order) -> None:
    with scopes_disabled():
        waiting = Mail.objects.filter(address=INES, due_at__isnull=False)
        assert waiting.exists()
        restrict(ref=ines, by=PERSON)
        assert {mail.template for mail in waiting} == {"rights/changed"}
        order.dispatched_at = timezone.now()
        BY_MAIL.dispatched(order, None)
        kept = Mail.objects.get(template="orders/dispatched", address=INES)
        assert (kept.state, kept.due_at) == ("no_consent", None)
        assert Mail.objects.filter(address=OTHER, due_at__isnull=False).exists()
