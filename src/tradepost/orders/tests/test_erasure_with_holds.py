"""An erasure that meets an order on its way: begun, shown, carried out when the order is gone."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.models import Mail
from tradepost.jobs import storage
from tradepost.jobs.models import Job
from tradepost.orders.actions.export import FOLDER, KIND, export_file
from tradepost.orders.actions.handle import dispatch
from tradepost.orders.actions.hold import hold_order
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.models import Order, OrderAddress
from tradepost.orders.tests.drafts import INES, place
from tradepost.rights.actions.pending import finish_erasures
from tradepost.rights.actions.rights import erase_on_request, restrict
from tradepost.rights.models import RightsRequest, Stop
from tradepost.rights.queries import overdue_requests, unanswered_requests

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(merchant):
    return SubjectRef(Subject.CUSTOMER, INES, merchant.pk)


def asked():
    with scopes_disabled():
        return RightsRequest.objects.get()


def mails(mailbox):
    return [mail.text for mail in mailbox("rights/erased")]


def test_it_is_finished_when_the_order_is_dispatched(ines, owner, order, mailbox) -> None:
    mark_paid(order=order, by=Actor.user(owner))
    erase_on_request(ref=ines, by=PERSON)
    assert asked().done_at is None
    (first,) = mails(mailbox)
    assert "one more mail" in first
    assert finish_erasures() == 0
    assert Order.objects.get().email == INES
    dispatch(order=order, by=Actor.user(owner))
    assert finish_erasures() == 1
    row = Order.objects.get()
    assert (row.email, row.name, row.telephone) == ("", "", "")
    assert not OrderAddress.objects.exists()
    assert asked().done_at
    assert asked().email == ""
    assert len(mailbox("orders/dispatched")) == 0, "what was written meanwhile goes as well"
    (last,) = mails(mailbox)
    assert "the last mail" in last
    assert finish_erasures() == 0


def test_a_dispute_ends_at_its_date_and_asking_again_makes_no_second_request(
    ines, owner, order
) -> None:
    until = timezone.now() + timedelta(days=20)
    hold_order(order=order, reason="not what I ordered", until=until, by=Actor.user(owner))
    erase_on_request(ref=ines, by=PERSON)
    erase_on_request(ref=ines, by=PERSON)
    assert asked().waits["orders.Order"] == [order.pk]
    with time_machine.travel(timezone.now() + timedelta(days=19)):
        assert finish_erasures() == 0
    with time_machine.travel(timezone.now() + timedelta(days=22)):
        assert finish_erasures() == 1
    assert Order.objects.get().email == ""


def test_one_order_of_two_goes_as_soon_as_it_may(ines, merchant, owner, order) -> None:
    other = place(merchant, "cart-2")
    for row in (order, other):
        mark_paid(order=row, by=Actor.user(owner))
    erase_on_request(ref=ines, by=PERSON)
    dispatch(order=other, by=Actor.user(owner))
    assert finish_erasures() == 0
    assert [row.email for row in Order.objects.order_by("pk")] == [INES, ""]
    assert asked().waits["orders.Order"] == [order.pk]


def test_what_somebody_orders_afterwards_is_theirs_to_keep(ines, merchant, owner, order) -> None:
    mark_paid(order=order, by=Actor.user(owner))
    erase_on_request(ref=ines, by=PERSON)
    later = place(merchant, "cart-2")
    dispatch(order=order, by=Actor.user(owner))
    assert finish_erasures() == 1
    assert Order.objects.get(pk=order.pk).email == ""
    assert Order.objects.get(pk=later.pk).email == INES


def test_it_is_answered_though_not_done_and_the_desk_shows_why(
    ines, merchant, owner, order, office
) -> None:
    mark_paid(order=order, by=Actor.user(owner))
    erase_on_request(ref=ines, by=PERSON)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert overdue_requests() == 0
        assert unanswered_requests() == []
        office.force_login(owner)
        page = f"/office/{merchant.handle}/privacy/requests/"
        assert "waits for a hold to end" in office.get(page).text
        assert "on their way" in office.get(f"{page}{asked().public_id}/").text


def test_a_restriction_goes_on_while_something_is_held_and_ends_with_it(ines, owner, order) -> None:
    mark_paid(order=order, by=Actor.user(owner))
    restrict(ref=ines, by=SYSTEM)
    with scopes_disabled():
        RightsRequest.objects.all().delete()
    erase_on_request(ref=ines, by=PERSON)
    with scopes_disabled():
        assert Stop.objects.get().lifted_at is None
        Order.objects.update(dispatched_at=timezone.now())
        finish_erasures()
        stop = Stop.objects.get()
        assert stop.lifted_at
        assert stop.email == ""
        assert not Mail.objects.filter(address=INES).exclude(template="rights/erased").exists()


def test_an_erasure_takes_the_export_files_of_that_shop_alone(
    ines, merchant, other_merchant, order, tmp_path
) -> None:
    kept = {}
    for shop in (merchant, other_merchant):
        with scope(merchant=shop):
            job = Job.objects.create(
                merchant=shop, kind=KIND, title="Export", details={"format": "csv"}
            )
        draft = tmp_path / shop.handle
        draft.write_text(INES)
        storage.files().put(export_file(job), draft)
        kept[shop] = export_file(job)
    erase_on_request(ref=ines, by=PERSON)
    left = [file.name for file in storage.files().list(FOLDER)]
    assert kept[other_merchant] in left
    assert kept[merchant] not in left
