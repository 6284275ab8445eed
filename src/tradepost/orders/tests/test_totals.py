"""What is kept of each customer is what a plain reading of the orders says, after every way of writing orders."""

import random
from functools import partial

import pytest
from django.db import connection, transaction
from django_scopes import scopes_disabled
from tests.together import together

from tradepost.audience.actions.contacts import change_contact, delete_contact, upsert_contact
from tradepost.audience.models import Contact
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.orders.actions.totals import KEPT, add_up_again
from tradepost.orders.models import CustomerTotal, Order
from tradepost.orders.tests.drafts import INES, place
from tradepost.rights.actions.erase import erase_person

BO, CY = "bo@people.example", "cy@people.example"


def kept():
    with scopes_disabled():
        return {
            (row.merchant_id, row.email, row.currency): (row.orders, row.spent_minor)
            for row in CustomerTotal.objects.all()
        }


def there():
    """Added up in Python, from the rows."""
    sums = {}
    with scopes_disabled():
        for row in Order.objects.filter(cancelled_at=None).exclude(email=""):
            key = (row.merchant_id, row.email, row.currency)
            orders, spent = sums.get(key, (0, 0))
            sums[key] = (orders + 1, spent + row.paid_minor - row.refunded_minor)
    return sums


def linked():
    """Address and the address of the contact beside it."""
    with scopes_disabled():
        emails = dict(Contact.objects.values_list("pk", "email"))
        rows = CustomerTotal.objects.values_list("email", "contact_id")
        return {email: emails.get(number, number) for email, number in rows}


def known(merchant, email):
    return upsert_contact(merchant=merchant, email=email, source=ContactSource.API, by=SYSTEM)


@pytest.fixture
def orders(in_scope):
    """Three of Ines, one of Bo."""
    for number, email in enumerate((INES, INES, INES, BO)):
        place(in_scope, f"cart-{number}", customer={"email": email})
    Order.objects.update(paid_minor=5000)
    return Order.objects.filter(merchant=in_scope).order_by("pk")


@pytest.mark.django_db
def test_every_way_of_writing_orders_is_added_up(in_scope, orders):
    ines, bo = (in_scope.pk, INES, "EUR"), (in_scope.pk, BO, "EUR")
    assert kept() == there() == {ines: (3, 15000), bo: (1, 5000)}
    orders.filter(pk=orders[0].pk).update(refunded_minor=1200)
    orders.filter(pk=orders[1].pk).update(cancelled_at=clock.now())
    assert kept() == there() == {ines: (2, 8800), bo: (1, 5000)}
    orders.filter(pk=orders[1].pk).update(cancelled_at=None, currency="CHF")
    one = orders[2]
    one.note = "by hand"
    one.paid_minor = 100
    one.save()
    assert kept() == there()
    orders.filter(email=BO).update(email=INES)
    assert kept() == there()
    assert set(kept()) == {ines, (in_scope.pk, INES, "CHF")}
    Order.objects.bulk_create(_copies(orders[0], 3))
    orders.filter(currency="CHF").delete()
    assert kept() == there() == {ines: (6, 5000 - 1200 + 100 + 5000 + 3 * (5000 - 1200))}
    orders.update(email="")
    assert kept() == there() == {}
    assert add_up_again() == 0


def _copies(order, count):
    for number in range(count):
        order.pk, order.number = None, order.number + 100
        order.key, order.token = f"copy-{number}", f"copy-{number}"
        yield Order(
            **{
                field.attname: getattr(order, field.attname)
                for field in Order._meta.concrete_fields
            }
        )


@pytest.mark.django_db
def test_any_sequence_of_writes_is_added_up(in_scope, orders):
    chance = random.Random(11)
    for _step in range(60):
        some = orders.filter(pk__in=chance.sample([row.pk for row in orders], 2))
        what = chance.choice(["paid", "back", "gone", "cancelled", "again", "moves", "new"])
        if what == "paid":
            some.update(paid_minor=chance.randrange(9000))
        elif what == "back":
            some.update(refunded_minor=chance.randrange(900))
        elif what == "gone" and orders.count() > 4:
            some.delete()
        elif what in {"cancelled", "again"}:
            some.update(cancelled_at=clock.now() if what == "cancelled" else None)
        elif what == "moves":
            some.update(email=chance.choice([INES, BO, CY, ""]))
        else:
            place(in_scope, f"more-{_step}", customer={"email": chance.choice([BO, CY])})
        assert kept() == there(), what


@pytest.mark.django_db
def test_the_contact_beside_a_total_comes_changes_and_goes(in_scope, orders):
    assert linked() == {INES: None, BO: None}
    ines = known(in_scope, INES)
    known(in_scope, CY)
    place(in_scope, "late", customer={"email": CY})
    assert linked() == {INES: INES, BO: None, CY: CY}
    change_contact(contact=ines, by=SYSTEM, email=BO, fields={}, name="", language="")
    assert linked() == {INES: None, BO: BO, CY: CY}
    delete_contact(contact=ines, by=SYSTEM)
    assert linked() == {INES: None, BO: None, CY: CY}


@pytest.mark.django_db
def test_an_erasure_leaves_no_total(in_scope, orders):
    orders.update(accepted_at=clock.now(), dispatched_at=clock.now())
    known(in_scope, INES)
    ref = SubjectRef(Subject.CUSTOMER, INES, in_scope.pk)
    erase_person(ref=ref, by=SYSTEM)
    assert [email for _merchant, email, _currency in kept()] == [BO]
    assert kept() == there()


@pytest.mark.django_db
def test_a_missing_trigger_is_mended_by_the_daily_turn_which_says_so(in_scope, orders, caplog):
    name = next(one for one in KEPT.triggers if one.startswith("orders_totalled_comes"))
    on = "" if connection.vendor == "sqlite" else " ON orders_order"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")
    place(in_scope, "unseen", customer={"email": CY})
    place(in_scope, "unseen too", customer={"email": INES})
    assert kept() != there()
    assert add_up_again() == 2
    assert f"orders were not added up: {name} were missing" in caplog.text
    assert "2 totals of customers were not those of their orders" in caplog.text
    assert kept() == there()
    place(in_scope, "seen", customer={"email": CY})
    assert kept() == there()
    assert add_up_again() == 0


@pytest.mark.django_db
def test_what_is_kept_wrongly_is_put_right(in_scope, orders):
    known(in_scope, BO)
    CustomerTotal.objects.filter(email=INES).update(spent_minor=1, contact_id=4711)
    CustomerTotal.objects.filter(email=BO).update(email="ghost@people.example")
    assert add_up_again() == 3
    assert kept() == there()
    assert linked() == {INES: None, BO: BO}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_connections_at_once_lose_nothing(in_scope):
    """Both write orders of the same customers in many transactions; a third adds up again meanwhile."""
    numbers = [
        place(in_scope, f"two-{n}", customer={"email": [INES, BO, CY][n % 3]}).pk for n in range(12)
    ]

    def write(seed):
        chance = random.Random(seed)
        for _turn in range(80):
            with transaction.atomic():
                row = Order._base_manager.filter(pk=chance.choice(numbers))
                row.update(
                    paid_minor=chance.randrange(9000),
                    cancelled_at=clock.now() if chance.random() < 0.3 else None,
                    email=chance.choice([INES, BO, CY]),
                )

    def count():
        for _turn in range(15):
            add_up_again()

    assert together(partial(write, 1), partial(write, 2), count) == []
    assert kept() == there()
    assert add_up_again() == 0
