"""What the merchant sees and does."""

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.delivery.models import Mail
from tradepost.merchants.types import Role
from tradepost.orders.actions import handle
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.models import Invoice, Order
from tradepost.orders.tests.drafts import INES, place


def url(merchant, name, *more):
    return reverse(f"orders_office:{name}", args=[merchant.handle, *more])


def act(office, merchant, order, do):
    office.post(url(merchant, "act", order.public_id), {"do": do})
    order.refresh_from_db()
    return order


def test_the_list_finds_filters_and_sorts(office, merchant, order) -> None:
    other = place(merchant, "cart-2", customer={"email": "b@c.example", "name": "Bo Lund"})
    handle.accept(order=other, by=SYSTEM)

    def numbers(query: str) -> list[int]:
        page = office.get(f"{url(merchant, 'orders')}?{query}").context["page"]
        return [row.number for row in page]

    assert numbers("") == [1002, 1001]
    assert numbers("sort=number") == [1001, 1002]
    assert numbers("state=waiting") == [1001]
    assert numbers("q=bo+lund") == [1002]
    assert numbers(f"q={INES}") == [1001]
    assert numbers("q=1002") == [1002]
    assert numbers("payment=paid") == []
    assert numbers("since=2999-01-01") == []
    assert numbers("sort=nonsense&state=nonsense&since=x&page=99") == [1002, 1001]


def test_the_list_costs_the_same_with_one_order_and_with_many(
    office, merchant, order, django_assert_max_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            office.get(url(merchant, "orders"))
        return len(seen)

    with_one = count()
    for n in range(2, 6):
        place(merchant, f"cart-{n}")
    assert count() == with_one


def test_the_order_page_costs_the_same_with_one_line_and_with_many(office, merchant, bank) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tradepost.orders.tests.drafts import line

    def count(order: Order) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert office.get(url(merchant, "order", order.public_id)).status_code == 200
        return len(seen)

    with scope(merchant=merchant):
        small = place(merchant, "small")
        large = place(merchant, "large", lines=[line()] * 12)
        mark_paid(order=large, by=SYSTEM)
        handle.accept(order=large, by=SYSTEM)
    assert count(large) == count(small)


def test_looking_at_an_order_is_recorded_and_names_nobody(office, merchant, order) -> None:
    office.get(url(merchant, "order", order.public_id))
    entry = Entry.objects.filter(action="orders.look").first()
    assert entry.target == f"orders.order:{order.pk}"
    assert INES not in str(entry.detail)


def test_an_order_is_accepted_dispatched_and_each_is_taken_back(office, merchant, order) -> None:
    assert act(office, merchant, order, "accept").state == "accepted"
    assert order.accepted_by.name == "Owner of ember-leather"
    assert act(office, merchant, order, "put_back").state == "waiting"
    office.post(
        url(merchant, "dispatch", order.public_id),
        {"carrier": "DHL", "tracking_number": "00340434"},
    )
    order.refresh_from_db()
    assert (order.state, order.tracking_number) == ("dispatched", "00340434")
    mail = Mail.objects.get(template="orders/dispatched")
    assert (mail.address, "00340434" in mail.text) == (INES, True)
    assert act(office, merchant, order, "undo_dispatch").state == "accepted"
    assert act(office, merchant, order, "archive").state == "archived"
    assert act(office, merchant, order, "unarchive").state == "accepted"


def test_dispatching_twice_sends_one_mail(merchant, order) -> None:
    handle.dispatch(order=order, by=SYSTEM)
    handle.dispatch(order=order, by=SYSTEM)
    assert Mail.objects.filter(template="orders/dispatched").count() == 1


def test_many_orders_are_accepted_at_once_and_the_filter_stays(office, merchant, order) -> None:
    other = place(merchant, "cart-2")
    answer = office.post(
        url(merchant, "bulk"),
        {
            "do": "accept",
            "order": [order.public_id, other.public_id],
            "address": "state=waiting",
        },
    )
    assert answer.headers["location"].endswith("?state=waiting")
    assert {row.state for row in Order.objects.all()} == {"accepted"}


def test_a_bank_transfer_is_marked_paid_once_and_invoiced(office, merchant, order) -> None:
    act(office, merchant, order, "mark_paid")
    act(office, merchant, order, "mark_paid")
    assert (order.payment_state, order.paid_minor) == ("paid", 6290)
    assert Invoice.objects.count() == 1
    assert order.events.filter(what="paid").count() == 1


def test_cancelling_asks_for_the_number(office, merchant, order) -> None:
    address = url(merchant, "cancel", order.public_id)
    assert "Type 1001" in office.post(address, {"number": "1002"}).text
    office.post(address, {"number": "1001", "restock": "on"})
    office.post(address, {"number": "1001", "restock": "on"})
    order.refresh_from_db()
    assert order.state == "cancelled"
    mail = Mail.objects.get(template="orders/cancelled", address=INES)
    assert "You need not pay anything." in mail.text
    assert act(office, merchant, order, "accept").state == "cancelled"


def test_deleting_takes_payments_along_and_leaves_the_invoice(office, merchant, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    office.post(url(merchant, "delete", order.public_id), {"number": "1001"})
    assert not Order.objects.exists()
    invoice = Invoice.objects.get()
    assert (invoice.order_id, invoice.order_number) == (None, 1001)
    assert office.get(url(merchant, "invoice", invoice.public_id)).status_code == 200


def test_a_held_order_cannot_be_deleted_until_the_hold_ends(office, merchant, order) -> None:
    until = "2999-01-01"
    office.post(url(merchant, "hold", order.public_id), {"reason": "broken", "until": until})
    delete = url(merchant, "delete", order.public_id)
    assert "dispute" in office.post(delete, {"number": "1001"}).text
    act(office, merchant, order, "lift_holds")
    office.post(delete, {"number": "1001"})
    assert not Order.objects.exists()


@pytest.mark.parametrize("role", ["campaigns", Role.READ_ONLY])
def test_only_those_who_handle_orders_change_them(member, merchant, order, role) -> None:
    client: Client = member(role)
    assert client.post(url(merchant, "act", order.public_id), {"do": "accept"}).status_code == 403
    seen = client.get(url(merchant, "order", order.public_id)).status_code
    assert seen == (200 if role is Role.READ_ONLY else 403)


def test_another_shops_order_is_not_there(office, merchant, other_merchant) -> None:
    with scope(merchant=other_merchant):
        theirs = place(other_merchant)
    assert office.get(url(merchant, "order", theirs.public_id)).status_code == 404
    bulk = office.post(url(merchant, "bulk"), {"do": "archive", "order": [theirs.public_id]})
    assert bulk.status_code == 404


def test_pages_stand_with_everything_on_them(office, merchant, order) -> None:
    mark_paid(order=order, by=SYSTEM)
    invoice = Invoice.objects.get()
    pages = [
        ("orders",),
        ("order", order.public_id),
        ("refund", order.public_id),
        ("cancel", order.public_id),
        ("delete", order.public_id),
        ("hold", order.public_id),
        ("invoices",),
        ("invoice", invoice.public_id),
        ("settings",),
        ("calls",),
    ]
    for name, *more in pages:
        answer = office.get(url(merchant, name, *more))
        assert answer.status_code == 200, name
        assert "{%" not in answer.text
