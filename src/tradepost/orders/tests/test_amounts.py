"""Tax by rate and what can be paid back, in sums that can be checked with paper and pencil."""

from decimal import Decimal
from typing import Any

import pytest

from tradepost.audit.types import SYSTEM
from tradepost.lib.money import Money
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.refund import refund, refund_called_off
from tradepost.orders.amounts.refundable import (
    LineLeft,
    RefundableOrder,
    check_lines,
    everything_left,
    refundable_order,
)
from tradepost.orders.amounts.taxes import credit, left_of, plain_rate, row, split, tax_lines
from tradepost.orders.models import Order, OrderLine
from tradepost.orders.tests.drafts import line, place
from tradepost.orders.types import (
    RefundLine,
    RefundParts,
    TaxPart,
    Totals,
)
from tradepost.payments.types import MoreThanPaid

NINETEEN, SEVEN = Decimal(19), Decimal(7)


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(Decimal("19.000"), "19"), (Decimal("25.500"), "25.5"), (Decimal(100), "100"), (0, "0")],
)
def test_a_rate_is_written_without_needless_zeros(rate: Decimal, shown: str) -> None:
    assert plain_rate(rate) == shown


def taxes_of(lines: list[Any], **sums: Any) -> list[dict[str, Any]]:
    """Of an order that came with sums, but not with its taxes by rate."""

    class Draft:
        totals = Totals(currency="EUR", **sums)

    Draft.lines = lines  # type: ignore[attr-defined]
    return tax_lines(Draft)  # type: ignore[arg-type]


TWO_RATES = [
    line(total_minor=1190, tax_rate=19, tax_minor=190),
    line(total_minor=1070, tax_rate=7, tax_minor=70),
    line(total_minor=595, tax_rate=19, tax_minor=95),
]


def test_taxes_by_rate_are_the_checkout_s_where_it_gave_them() -> None:
    given = [TaxPart(NINETEEN, 100, 19)]
    rows = taxes_of(TWO_RATES, goods_minor=119, total_minor=119, tax_minor=19, taxes=given)
    assert rows == [{"rate": "19", "net_minor": 100, "tax_minor": 19}]


def test_taxes_by_rate_are_worked_out_highest_first_delivery_among_them() -> None:
    rows = taxes_of(
        TWO_RATES,
        goods_minor=2855,
        delivery_minor=214,
        delivery_tax_rate=SEVEN,
        tax_minor=369,
        total_minor=3069,
    )
    assert rows == [row(NINETEEN, 1500, 285), row(SEVEN, 1200, 84)]


def test_delivery_may_have_a_rate_of_its_own() -> None:
    rows = taxes_of(
        TWO_RATES[:1],
        goods_minor=1190,
        delivery_minor=107,
        delivery_tax_rate=SEVEN,
        tax_minor=197,
        total_minor=1297,
    )
    assert rows == [row(NINETEEN, 1000, 190), row(SEVEN, 100, 7)]


def test_a_cent_of_delivery_counts() -> None:
    rows = taxes_of(
        TWO_RATES[:1], goods_minor=1190, delivery_minor=1, delivery_tax_rate=SEVEN,
        tax_minor=190, total_minor=1191,
    )  # fmt: skip
    assert rows == [row(NINETEEN, 1000, 190), row(SEVEN, 1, 0)]


def test_discount_and_what_rounding_leaves_go_to_the_largest_amount() -> None:
    rows = taxes_of(
        TWO_RATES, goods_minor=2855, discount_minor=595, tax_minor=261, total_minor=2260
    )
    assert rows == [row(NINETEEN, 999, 191), row(SEVEN, 1000, 70)]


def test_the_largest_amount_may_be_of_the_lower_rate() -> None:
    books = [line(total_minor=5350, tax_rate=7), line(total_minor=1190, tax_rate=19)]
    rows = taxes_of(books, goods_minor=6540, discount_minor=1070, tax_minor=470, total_minor=5470)
    assert rows == [row(NINETEEN, 1000, 190), row(SEVEN, 4000, 280)]


def test_taxes_on_top_leave_the_amounts_as_they_are() -> None:
    rows = taxes_of(
        TWO_RATES,
        goods_minor=2855,
        tax_minor=414,
        total_minor=3269,
        prices_include_tax=False,
    )
    assert rows == [row(NINETEEN, 1785, 339), row(SEVEN, 1070, 75)]


def test_what_an_invoice_still_holds_after_its_credit_notes() -> None:
    taxes = [row(NINETEEN, 1000, 190), row(SEVEN, 1000, 70)]
    notes = [[row(NINETEEN, -400, -76)], [row(NINETEEN, -100, -19), row(SEVEN, -1000, -70)]]
    assert left_of(taxes, notes) == [row(NINETEEN, 500, 95), row(SEVEN, 0, 0)]


def test_a_credit_note_of_a_rate_that_the_invoice_has_not_is_seen_as_taken_from_it() -> None:
    assert left_of([row(NINETEEN, 100, 19)], [[row(SEVEN, -10, -1)]]) == [
        row(NINETEEN, 100, 19),
        row(SEVEN, -10, -1),
    ]


LEFT = [row(NINETEEN, 1000, 190), row(SEVEN, 1000, 70), row(Decimal(0), 0, 0)]


def test_the_last_credit_note_takes_exactly_what_is_left() -> None:
    assert credit(LEFT, 2260) == LEFT[:2]
    assert credit([row(NINETEEN, 1, 0), row(SEVEN, 0, 1)], 2) == [
        row(NINETEEN, 1, 0),
        row(SEVEN, 0, 1),
    ]


def test_a_credit_note_is_spread_over_the_rates() -> None:
    assert credit(LEFT, 226) == [row(NINETEEN, 100, 19), row(SEVEN, 100, 7)]


def test_a_cent_that_nobody_wants_of_a_rate_goes_to_the_larger_one() -> None:
    assert credit(LEFT, 1) == [row(NINETEEN, 1, 0)]


def test_a_credit_note_takes_what_is_wanted_of_a_rate_first() -> None:
    assert credit(LEFT, 107, {"7": 107}) == [row(SEVEN, 100, 7)]
    assert credit(LEFT, 1190, {"19": 5000}) == [row(NINETEEN, 1000, 190)]
    # 10.70 € of the reduced rate as wanted; 10 € more come from what the rates hold then.
    assert credit(LEFT, 1070 + 119, {"7": 1070}) == [row(NINETEEN, 100, 19), row(SEVEN, 1000, 70)]
    assert credit(LEFT, 226, {"19": -50}) == [row(NINETEEN, 100, 19), row(SEVEN, 100, 7)]


def test_a_cent_is_credited_too() -> None:
    assert credit(LEFT, 1, {"7": 1}) == [row(SEVEN, 1, 0)]


def test_shares_are_rounded_by_the_running_total() -> None:
    assert split(100, [1, 1, 1]) == [33, 34, 33]
    assert split(5, [1, 1]) == [3, 2]
    assert split(10, [0, 0]) == [0, 0]
    assert split(10, [1, 0, 1]) == [5, 0, 5]
    assert split(0, [1]) == [0]


def left_over(quantity: int = 3, minor: int = 1000, shelf: int = 3, number: int = 7) -> LineLeft:
    sold = OrderLine(
        pk=number, order=Order(currency="KWD"), tax_rate=Decimal("7.500"), quantity=quantity
    )
    return LineLeft(line=sold, quantity=quantity, left_minor=minor, off_shelf=shelf)


def test_some_of_a_line_are_worth_their_share_and_the_last_whatever_is_left() -> None:
    three = left_over()
    assert [three.worth(count) for count in (0, 1, 2, 3)] == [0, 333, 667, 1000]
    assert (three.left, three.rate) == (Money(1000, "KWD"), "7.5")


def order_left(*lines: LineLeft, delivery: int = 490, money: int = 5000) -> RefundableOrder:
    return RefundableOrder(lines=lines, delivery_minor=delivery, money=Money(money, "KWD"))


def test_everything_left_is_lines_delivery_and_the_rest_of_the_money() -> None:
    left = order_left(left_over(), left_over(quantity=0, minor=300, number=8))
    assert left.delivery == Money(490, "KWD")
    assert everything_left(left) == RefundParts(
        lines=(RefundLine(line_id=7, quantity=3),), delivery_minor=490, other_minor=3510
    )


def test_a_single_piece_and_not_a_cent_more_is_everything_too() -> None:
    left = order_left(left_over(quantity=1, minor=10), delivery=0, money=10)
    assert everything_left(left) == RefundParts(lines=(RefundLine(line_id=7, quantity=1),))


def test_where_less_money_is_left_than_goods_only_the_money_is_paid_back() -> None:
    assert everything_left(order_left(left_over(), money=1489)) == RefundParts(other_minor=1489)


@pytest.mark.parametrize(
    "wanted",
    [
        [RefundLine(line_id=8, quantity=1)],
        [RefundLine(line_id=7, quantity=4)],
        [RefundLine(line_id=7, quantity=0)],
        [RefundLine(line_id=7, quantity=1, restock=3)],
        [RefundLine(line_id=7, quantity=1), RefundLine(line_id=7, quantity=1)],
    ],
)
def test_more_of_a_line_than_is_left_is_refused(wanted: list[RefundLine]) -> None:
    with pytest.raises(MoreThanPaid):
        check_lines(order_left(left_over(shelf=2)), wanted)


def test_what_is_left_of_a_line_can_be_had_whole() -> None:
    one, two = left_over(shelf=2), left_over(number=8, shelf=1)
    wanted = [
        RefundLine(line_id=8, quantity=1, restock=1),
        RefundLine(line_id=7, quantity=3, restock=2),
    ]
    assert check_lines(order_left(one, two), wanted) == [(two, wanted[0]), (one, wanted[1])]


def an_order(merchant: Any, **sums: Any) -> Order:
    goods = [
        line(sku="A", quantity=2, unit_price_minor=1000, total_minor=2000, tax_rate=19),
        line(sku="B", quantity=1, unit_price_minor=1000, total_minor=1000, tax_rate=7),
    ]
    return place(
        merchant,
        lines=goods,
        totals=Totals(currency="EUR", goods_minor=3000, **sums),
    )


def worths(order: Order) -> tuple[list[int], int]:
    left = refundable_order(order)
    return [one.left_minor for one in left.lines], left.delivery_minor


def test_tax_on_top_is_paid_back_with_its_line(bank, in_scope) -> None:
    order = an_order(
        in_scope, delivery_minor=100, delivery_tax_rate=19, tax_minor=469, total_minor=3569,
        prices_include_tax=False,
    )  # fmt: skip
    assert worths(order) == ([2380, 1070], 119)


def test_a_discount_lowers_every_line_and_not_the_delivery(bank, in_scope) -> None:
    order = an_order(
        in_scope, discount_minor=300, delivery_minor=490, delivery_tax_rate=19, total_minor=3190
    )
    assert worths(order) == ([1800, 900], 490)


def test_an_order_of_free_goods_holds_its_delivery_alone(bank, in_scope) -> None:
    free = [line(quantity=1, unit_price_minor=0, total_minor=0, tax_minor=0)]
    order = place(
        in_scope,
        lines=free,
        totals=Totals(currency="EUR", goods_minor=0, delivery_minor=490, total_minor=490),
    )
    assert worths(order) == ([0], 490)


def test_what_was_paid_back_called_off_and_put_on_the_shelf_again_is_counted(
    bank, in_scope
) -> None:
    from tradepost.orders.tests.test_credit_notes import pay_back

    order = an_order(in_scope, delivery_minor=490, delivery_tax_rate=19, total_minor=3490)
    mark_paid(order=order, by=SYSTEM)
    first = order.lines.get(sku="A")
    OrderLine.objects.filter(pk=first.pk).update(restocked=1)
    pay_back(
        order, RefundParts(lines=(RefundLine(line_id=first.pk, quantity=1),), delivery_minor=90)
    )
    left = refundable_order(order)
    assert [(one.line.sku, one.quantity, one.left_minor, one.off_shelf) for one in left.lines] == [
        ("A", 1, 1000, 1),
        ("B", 1, 1000, 1),
    ]
    assert (left.delivery_minor, left.money) == (400, Money(2400, "EUR"))


def test_lines_and_delivery_of_a_refund_that_was_called_off_can_be_paid_back_again(
    bank, in_scope
) -> None:
    order = an_order(in_scope, delivery_minor=490, delivery_tax_rate=19, total_minor=3490)
    mark_paid(order=order, by=SYSTEM)
    wanted = RefundLine(line_id=order.lines.get(sku="A").pk, quantity=2)
    asked, _outcome = refund(
        order=order, parts=RefundParts(lines=(wanted,), delivery_minor=490), by=SYSTEM
    )
    assert worths(order) == ([0, 1000], 0)
    refund_called_off(order=order, refund=asked, by=SYSTEM)
    assert worths(order) == ([2000, 1000], 490)
