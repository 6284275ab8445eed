"""Refunds by line and in full, in currencies of none, two and three digits: never too much, and in the end all."""

import pytest
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepost.audit.types import SYSTEM
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.amounts.refundable import LineLeft, refundable_order
from tradepost.orders.amounts.taxes import left_of, split
from tradepost.orders.models import Invoice, Order, OrderLine, OrderRefundLine
from tradepost.orders.tests.test_credit_notes import an_order, drafts, pay_back
from tradepost.orders.types import RefundLine, RefundParts
from tradepost.payments.types import MoreThanPaid

pytestmark = pytest.mark.usefixtures("bank")
orders = {
    "goods": drafts,
    "included": st.booleans(),
    "by_line": st.booleans(),
    "delivery": st.integers(0, 999),
    "off": st.integers(0, 500),
    "currency": st.sampled_from(["JPY", "RSD", "EUR", "KWD"]),
}
some = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def paid(merchant, shape: dict[str, object]) -> Order:
    order = an_order(merchant, f"cart-{Order.objects.count()}", **shape)
    if order.total_minor:
        mark_paid(order=order, by=SYSTEM)
    return Order.objects.get(pk=order.pk)


def refunded(order: Order) -> int:
    return Order.objects.get(pk=order.pk).refunded_minor


def of_lines(order: Order) -> dict[int, list[tuple[int, int]]]:
    """What was paid back of each line: how many, and how much."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for back in OrderRefundLine.objects.filter(line__order=order):
        rows.setdefault(back.line_id, []).append((back.quantity, back.amount_minor))
    return rows


@some
@given(shape=st.fixed_dictionaries(orders), data=st.data())
def test_piece_by_piece_comes_to_what_was_paid(merchant, shape, data) -> None:
    with scope(merchant=merchant):
        order = paid(merchant, shape)
        if not order.total_minor:
            return
        worth = {one.line.pk: one.left_minor for one in refundable_order(order).lines}
        sold = {one.line.pk: one.quantity for one in refundable_order(order).lines}
        for pk in data.draw(st.permutations(list(worth))):
            left = sold[pk]
            while left:
                count = data.draw(st.integers(1, left))
                left -= count
                give_back(order, pk, count)
                assert refunded(order) <= order.paid_minor
        for pk, rows in of_lines(order).items():
            assert sum(amount for _count, amount in rows) == worth[pk]
            assert sum(count for count, _amount in rows) <= sold[pk]
        delivery = refundable_order(order).delivery_minor
        if delivery:
            pay_back(order, RefundParts(delivery_minor=delivery))
        assert sum(worth.values()) + delivery == order.total_minor
        assert refunded(order) == order.paid_minor
        nothing_is_left(order)


def give_back(order: Order, pk: int, count: int) -> None:
    """So many of one line; what is worth nothing cannot be paid back."""
    line = next(one for one in refundable_order(order).lines if one.line.pk == pk)
    parts = RefundParts(lines=[RefundLine(line_id=pk, quantity=count)])
    if count > line.quantity or not line.worth(count):
        with pytest.raises(MoreThanPaid):
            pay_back(order, parts)
    else:
        pay_back(order, parts)


def nothing_is_left(order: Order) -> None:
    """In money, in lines and in the books; and no more can be asked for."""
    left = refundable_order(order)
    assert not left.money
    for parts in (RefundParts(everything=True), RefundParts(other_minor=1)):
        with pytest.raises(MoreThanPaid):
            pay_back(order, parts)
    invoice = Invoice.objects.get(order=order, what="invoice")
    notes = list(invoice.notes.all())
    assert sum(note.total_minor for note in notes) == -invoice.total_minor
    assert all(
        (item["net_minor"], item["tax_minor"]) == (0, 0)
        for item in left_of(invoice.taxes, [note.taxes for note in notes])
    )


@some
@given(shape=st.fixed_dictionaries(orders), data=st.data())
def test_some_first_and_then_all_the_rest_is_what_was_paid(merchant, shape, data) -> None:
    with scope(merchant=merchant):
        order = paid(merchant, shape)
        if not order.total_minor:
            return
        first = data.draw(st.integers(0, order.total_minor))
        if first:
            pay_back(order, RefundParts(other_minor=first))
        with pytest.raises(MoreThanPaid):
            pay_back(order, RefundParts(other_minor=order.total_minor - first + 1))
        if first < order.total_minor:
            pay_back(order, RefundParts(everything=True))
        assert refunded(order) == order.paid_minor == order.total_minor
        nothing_is_left(order)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 60), st.integers(0, 10**9), st.data())
def test_a_line_paid_back_in_pieces_is_worth_what_it_is_worth_whole(quantity, worth, data) -> None:
    left, given_back = quantity, 0
    while left:
        line = LineLeft(
            line=OrderLine(), quantity=left, left_minor=worth - given_back, off_shelf=left
        )
        count = data.draw(st.integers(1, left))
        part = line.worth(count)
        assert 0 <= part <= line.left_minor
        given_back += part
        left -= count
    assert given_back == worth


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=12), st.data())
def test_no_share_is_larger_than_what_it_is_a_share_of(over, data) -> None:
    amount = data.draw(st.integers(0, sum(over)))
    parts = split(amount, over)
    assert sum(parts) == amount or not sum(over)
    assert all(0 <= part <= share for part, share in zip(parts, over, strict=True))
