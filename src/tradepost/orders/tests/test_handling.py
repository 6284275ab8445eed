"""The states of an order: who did what and when is written down, each thing once, and nothing that may not be."""

from datetime import UTC, datetime, timedelta

import pytest

from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM, Actor
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.lib.money import Money
from tradepost.orders.actions import handle
from tradepost.orders.actions.announce import Announcer
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.events import OrderDispatched
from tradepost.orders.models import Invoice, Order, OrderSettings
from tradepost.orders.models.order import in_state, new_token
from tradepost.orders.tests.drafts import place
from tradepost.orders.types import DeliveryKind, OrderState, OrderStateError

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def by(owner):
    return Actor.user(owner)


def stamped(order: Order, name: str) -> tuple[object, object]:
    row = Order.objects.get(pk=order.pk)
    return getattr(row, f"{name}_at"), getattr(row, f"{name}_by_id")


def story(order: Order) -> list[tuple[str, int | None]]:
    return list(order.events.values_list("what", "by_id"))[-2:]


def record(order: Order) -> list[tuple[str, str, int | None]]:
    rows = Entry.objects.filter(target=order.reference).order_by("pk")
    return list(rows.values_list("action", "actor", "merchant_id"))[-2:]


@pytest.mark.parametrize(
    ("do", "undo", "state", "told"),
    [
        (handle.accept, handle.put_back, "accepted", ("accepted", "put_back")),
        (handle.archive, handle.unarchive, "archived", ("archived", "unarchived")),
        (handle.dispatch, handle.undo_dispatch, "dispatched", ("dispatched", "dispatch_undone")),
    ],
)
def test_who_did_it_and_when_is_kept_until_it_is_taken_back(
    merchant, order, owner, by, do, undo, state, told
) -> None:
    with clock.at(NOON):
        done = do(order=order, by=by)
    assert done.state == state
    assert stamped(order, state) == (NOON, owner.pk)
    again = do(order=order, by=SYSTEM)
    assert stamped(again, state) == (NOON, owner.pk), "twice is once, and stays the first one's"
    back = undo(order=order, by=by)
    assert stamped(back, state) == (None, None)
    undo(order=order, by=SYSTEM)
    assert story(order) == [(told[0], owner.pk), (told[1], owner.pk)]
    assert record(order) == [
        (f"orders.{do.__name__}", by.spelling, merchant.pk),
        (f"orders.{undo.__name__}", by.spelling, merchant.pk),
    ]


@pytest.mark.parametrize("do", [handle.dispatch, handle.archive])
def test_dispatching_and_archiving_accept_the_order_in_the_same_name(order, owner, by, do) -> None:
    with clock.at(NOON):
        do(order=order, by=by)
    assert stamped(order, "accepted") == (NOON, owner.pk)


@pytest.mark.parametrize("do", [handle.dispatch, handle.archive])
def test_an_order_accepted_before_stays_accepted_by_whoever_did_it(order, owner, by, do) -> None:
    with clock.at(NOON):
        handle.accept(order=order, by=by)
    do(order=order, by=SYSTEM)
    assert stamped(order, "accepted") == (NOON, owner.pk)


def test_taking_a_dispatched_order_back_needs_the_dispatch_taken_back_first(order) -> None:
    handle.dispatch(order=order, by=SYSTEM)
    with pytest.raises(OrderStateError, match="take that back first"):
        handle.put_back(order=order, by=SYSTEM)
    handle.undo_dispatch(order=order, by=SYSTEM)
    assert handle.put_back(order=order, by=SYSTEM).state == "waiting"


def test_an_archived_order_is_neither_put_back_nor_is_its_dispatch_undone(order) -> None:
    handle.dispatch(order=order, by=SYSTEM)
    handle.archive(order=order, by=SYSTEM)
    for undo in (handle.put_back, handle.undo_dispatch):
        with pytest.raises(OrderStateError):
            undo(order=order, by=SYSTEM)
    assert Order.objects.get().dispatched_at


def test_an_archived_order_that_was_never_dispatched_is_not_put_back(order) -> None:
    handle.archive(order=order, by=SYSTEM)
    with pytest.raises(OrderStateError):
        handle.put_back(order=order, by=SYSTEM)


@pytest.mark.parametrize("do", [handle.accept, handle.dispatch])
def test_a_cancelled_order_is_not_sent(order, do) -> None:
    cancel(order=order, by=SYSTEM)
    with pytest.raises(OrderStateError, match="cancelled"):
        do(order=order, by=SYSTEM)


@pytest.mark.parametrize("do", [handle.accept, handle.dispatch])
def test_an_order_whose_price_waits_for_the_merchant_is_not_sent(order, do) -> None:
    Order.objects.update(approval_asked_at=NOON)
    with pytest.raises(OrderStateError, match="price"):
        do(order=order, by=SYSTEM)


def test_what_the_carrier_is_called_and_its_number_are_kept(order) -> None:
    handle.dispatch(order=order, by=SYSTEM, carrier="P" * 70, tracking_number=" 00340434 ")
    row = Order.objects.get()
    assert (row.carrier, row.tracking_number) == ("P" * 60, "00340434")


def test_a_parcel_without_a_number_has_none(order) -> None:
    handle.dispatch(order=order, by=SYSTEM)
    row = Order.objects.get()
    assert (row.carrier, row.tracking_number) == ("", "")


def test_a_dispatch_is_told_to_the_customer_with_the_invoice_due_then(merchant, order) -> None:
    OrderSettings.objects.create(merchant=merchant, invoice_when="dispatched")
    handle.dispatch(order=order, by=SYSTEM)
    mail = Mail.objects.get(template="orders/dispatched")
    assert str(Invoice.objects.get().public_id) in mail.text


def test_old_news_is_not_announced(order) -> None:
    before = Mail.objects.count()
    handle.dispatch(order=order, by=SYSTEM, announce=Announcer())
    assert Mail.objects.count() == before


def test_the_rooms_above_hear_of_a_dispatch_once(order, merchant, hear) -> None:
    heard = hear(OrderDispatched)
    handle.dispatch(order=order, by=SYSTEM)
    handle.dispatch(order=order, by=SYSTEM)
    assert heard == [(OrderDispatched(order_id=order.pk), merchant.pk)]


def test_leaving_the_archive_keeps_who_accepted_it_before(order, owner, by) -> None:
    with clock.at(NOON):
        handle.accept(order=order, by=by)
    with clock.at(NOON + timedelta(days=1)):
        handle.archive(order=order, by=SYSTEM)
    handle.unarchive(order=order, by=SYSTEM)
    assert stamped(order, "accepted") == (NOON, owner.pk)


def test_leaving_the_archive_takes_back_what_archiving_accepted(order) -> None:
    with clock.at(NOON):
        handle.archive(order=order, by=SYSTEM)
    assert handle.unarchive(order=order, by=SYSTEM).state == "waiting"


@pytest.mark.parametrize(
    ("sums", "owes"),
    [
        ({}, False),
        ({"paid_minor": 6290, "payment_state": "paid"}, True),
        ({"paid_minor": 6290, "refunded_minor": 6289}, True),
        ({"paid_minor": 6290, "refunded_minor": 6290}, False),
        ({"payment_state": "pending"}, True),
        ({"payment_state": "failed"}, False),
        ({"total_minor": 0}, True),
        ({"payment_method": "on_delivery"}, True),
        ({"payment_method": "no longer here"}, False),
        ({"paid_minor": 6290, "dispatched_at": NOON}, False),
        ({"paid_minor": 6290, "cancelled_at": NOON}, False),
        ({"paid_minor": 6290, "archived_at": NOON}, False),
    ],
)
def test_who_has_paid_or_will_at_the_door_is_owed_goods(order, sums, owes) -> None:
    Order.objects.update(**sums)
    assert handle.owes_goods(Order.objects.get()) is owes


def test_many_are_told_apart_into_done_so_already_and_refused(merchant, order) -> None:
    accepted, cancelled = place(merchant, "cart-2"), place(merchant, "cart-3")
    handle.accept(order=accepted, by=SYSTEM)
    cancel(order=cancelled, by=SYSTEM)
    orders = list(Order.objects.order_by("number"))
    handled = handle.handle_many(orders=orders, action=handle.accept, by=SYSTEM)
    assert (handled.changed, handled.same, handled.refused) == (
        [order],
        [accepted],
        [cancelled],
    )
    assert handled.changed[0].accepted_at, "as it is now"


def test_one_that_somebody_else_changed_in_another_way_is_not_called_the_same(order) -> None:
    moments = handle.stamps(Order(accepted_at=NOON, dispatched_at=None, archived_at=NOON))
    assert moments == (NOON, None, NOON)


STATES = [
    ({}, "waiting"),
    ({"accepted_at": NOON}, "accepted"),
    ({"accepted_at": NOON, "dispatched_at": NOON}, "dispatched"),
    ({"dispatched_at": NOON}, "dispatched"),
    ({"cancelled_at": NOON}, "cancelled"),
    ({"cancelled_at": NOON, "accepted_at": NOON, "dispatched_at": NOON}, "cancelled"),
    ({"archived_at": NOON}, "archived"),
    ({"archived_at": NOON, "accepted_at": NOON, "dispatched_at": NOON}, "archived"),
    ({"archived_at": NOON, "cancelled_at": NOON}, "archived"),
]


@pytest.mark.parametrize(("moments", "state"), STATES)
def test_each_order_is_in_the_one_state_that_the_list_finds_it_by(order, moments, state) -> None:
    Order.objects.update(**moments)
    assert Order.objects.get().state == state
    found = {one for one in OrderState.values if Order.objects.filter(in_state(one)).exists()}
    assert found == {state}


@pytest.mark.parametrize(
    ("moments", "waits"),
    [
        ({}, False),
        ({"approval_asked_at": NOON}, True),
        ({"approval_asked_at": NOON, "approved_at": NOON}, False),
        ({"approval_asked_at": NOON, "cancelled_at": NOON}, False),
    ],
)
def test_only_a_price_asked_about_and_not_answered_waits(moments, waits) -> None:
    assert Order(**moments).waits_for_approval is waits


def test_a_parcel_is_brought_and_a_collected_order_is_not() -> None:
    kinds = [Order(delivery_kind=kind) for kind in DeliveryKind.values]
    assert [one.is_brought for one in kinds] == [True, False, False]
    assert [one.is_collected for one in kinds] == [False, True, False]


@pytest.mark.parametrize(
    ("total", "paid", "due", "is_paid"),
    [(100, 0, 100, False), (100, 99, 1, False), (100, 100, 0, True), (100, 101, 0, True)],
)
def test_an_order_is_paid_when_nothing_is_due(total, paid, due, is_paid) -> None:
    one = Order(number=7, total_minor=total, paid_minor=paid, currency="KWD")
    assert (one.due, one.is_paid) == (Money(due, "KWD"), is_paid)
    assert (one.total, str(one)) == (Money(total, "KWD"), "7")


def test_the_address_of_an_order_cannot_be_guessed() -> None:
    """32 random bytes, written in 43 characters."""
    assert len(new_token()) == 43
    assert new_token() != new_token()


def test_the_payments_room_finds_an_order_by_its_reference(order) -> None:
    assert order.reference == f"orders.order:{order.pk}"
    mark_paid(order=order, by=SYSTEM)
    assert Order.objects.get().is_paid
