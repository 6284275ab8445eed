"""What goes when, what is held, and what erasing a customer leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from tradepost.audience.models import Contact
from tradepost.audience.segments import definition_queryset
from tradepost.audit.types import SYSTEM, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.handle import accept, archive, dispatch
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.models import Invoice, Order, OrderAddress
from tradepost.orders.retention import accounting_ends, count_due_orders, purge_orders
from tradepost.orders.tests.drafts import INES, line, place
from tradepost.payments.models import PaymentIntent
from tradepost.rights.actions.choose_period import choose_period
from tradepost.rights.actions.erase import erase_person

DAY = timedelta(days=1)


def test_each_shop_chooses_how_long_and_no_shop_touches_anothers(
    merchant, other_merchant, owner, order
) -> None:
    choose_period(merchant=merchant, rule_id="orders.order", days=30, by=Actor.user(owner))
    accept(order=order, by=Actor.user(owner))
    with scope(merchant=other_merchant):
        theirs = place(other_merchant)
        accept(order=theirs, by=SYSTEM)
    now = timezone.now()
    assert count_due_orders(now + 31 * DAY) == 1
    assert purge_orders(now + 31 * DAY) == 1
    assert list(Order._base_manager.values_list("pk", flat=True)) == [theirs.pk]
    assert purge_orders(now + 91 * DAY) == 1


def test_payments_go_with_their_order_and_the_archive_stays(merchant, owner, order) -> None:
    mark_paid(order=order, by=Actor.user(owner))
    kept = place(merchant, "cart-2")
    archive(order=kept, by=Actor.user(owner))
    cancelled = place(merchant, "cart-3")
    cancel(order=cancelled, by=Actor.user(owner))
    dispatch(order=order, by=Actor.user(owner))
    purge_orders(timezone.now() + 91 * DAY)
    assert [row.pk for row in Order.objects.all()] == [kept.pk]
    assert not PaymentIntent.objects.filter(reference=order.reference).exists()


def test_an_erased_customer_is_nowhere_in_a_delivered_order(merchant, owner, order) -> None:
    mark_paid(order=order, by=Actor.user(owner))
    ref = SubjectRef(Subject.CUSTOMER, INES, merchant.pk)
    erase_person(ref=ref, by=SYSTEM)
    assert Order.objects.get(pk=order.pk).email == INES, "paid and on its way: not yet"
    dispatch(order=order, by=Actor.user(owner))
    erase_person(ref=ref, by=SYSTEM)
    row = Order.objects.get(pk=order.pk)
    assert (row.email, row.name, row.telephone, row.token) == ("", "", "", None)
    assert (row.total_minor, row.number) == (6290, 1001)
    assert not OrderAddress.objects.exists()
    assert INES not in str(PaymentIntent.objects.values())
    invoice = Invoice.objects.get()
    assert (invoice.buyer_name, invoice.buyer_email) == ("Ines Vogel", "")
    assert erase_person(ref=ref, by=SYSTEM).total == 0


def test_two_erased_orders_do_not_get_in_each_others_way(merchant, order) -> None:
    other = place(merchant, "cart-2")
    dispatch(order=other, by=SYSTEM)
    erase_person(ref=SubjectRef(Subject.CUSTOMER, INES, merchant.pk), by=SYSTEM)
    assert set(Order.objects.values_list("token", flat=True)) == {None}


def test_the_accounting_term_runs_from_the_end_of_the_year(order) -> None:
    mark_paid(order=order, by=SYSTEM)
    Invoice.objects.update(issued_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert accounting_ends(Invoice.objects.get()).isoformat() == "2037-01-01"


def people(merchant, kind: str, **values: object) -> set[str]:
    definition = {"op": "all", "of": [{"kind": kind, "values": values}]}
    found = definition_queryset(merchant, definition)
    return set(found.values_list("email", flat=True))


@pytest.fixture
def three_people(merchant, bank, in_scope):
    """Ines bought a belt for 90 €, Bo a card wallet for 12 €, Cy nothing."""
    from tradepost.audience.actions.contacts import upsert_contact
    from tradepost.audience.types import ContactSource
    from tradepost.orders.actions.pay import request_payment

    for name in ("ines.vogel@customer.example", "bo@customer.example", "cy@customer.example"):
        upsert_contact(merchant=merchant, email=name, source=ContactSource.API, by=SYSTEM)
    belt = line(product_id=7, total_minor=9000, tax_minor=0, quantity=1)
    wallet = line(product_id=8, total_minor=1200, tax_minor=0, quantity=1)
    first = place(merchant, "a", lines=[belt])
    second = place(merchant, "b", lines=[wallet], customer={"email": "bo@customer.example"})
    for made in (first, second):
        request_payment(order=made)
        mark_paid(order=made, by=SYSTEM)
    Order.objects.filter(pk=second.pk).update(placed_at="2020-01-01T00:00Z")
    return merchant


def test_segments_know_who_bought_spent_and_stayed_away(three_people) -> None:
    merchant = three_people
    assert Contact.objects.count() == 3
    assert people(merchant, "orders.bought", product="7") == {INES}
    assert people(merchant, "orders.spent", amount="50.00") == {INES}
    assert people(merchant, "orders.none-since", since="2021-01-01") == {
        "bo@customer.example",
        "cy@customer.example",
    }


def test_another_shops_sales_count_for_nothing(three_people, other_merchant) -> None:
    with scope(merchant=other_merchant):
        place(
            other_merchant,
            "x",
            lines=[line(product_id=7)],
            customer={"email": "cy@customer.example"},
        )
    assert people(three_people, "orders.bought", product="7") == {INES}
