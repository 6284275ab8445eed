"""Sums that a merchant can check with paper and pencil, one for each rule of the arithmetic."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tradepost.checkout.pricing.totals import Taxed, split_by_bands, spread, tax_of, work_out
from tradepost.orders.types import TaxPart, Totals

NINETEEN, SEVEN = Decimal(19), Decimal(7)


def test_one_price_for_all_is_one_part() -> None:
    assert split_by_bands([(0, 999)], 5) == [(5, 999)]
    assert split_by_bands([(1, 999)], 1) == [(1, 999)]
    assert split_by_bands([(1, 999)], 2) == [(2, 999)]


def test_a_quantity_that_ends_with_a_step_needs_no_further_price() -> None:
    assert split_by_bands([(3, 999), (4, 899), (0, 699)], 3) == [(3, 999)]
    assert split_by_bands([(3, 999), (4, 899), (0, 699)], 4) == [(3, 999), (1, 899)]


def test_steps_at_the_same_price_are_one_line_of_the_order() -> None:
    assert split_by_bands([(3, 999), (4, 999), (0, 699)], 8) == [(7, 999), (1, 699)]
    assert split_by_bands([(1, 700), (2, 699), (4, 699)], 9) == [(1, 700), (8, 699)]


def test_a_price_that_comes_back_later_is_not_mixed_with_the_first() -> None:
    assert split_by_bands([(1, 999), (1, 899), (1, 999)], 3) == [(1, 999), (1, 899), (1, 999)]


def test_a_single_step_for_one_goes_on_for_all() -> None:
    assert split_by_bands([(1, 5), (1, 4)], 4) == [(1, 5), (3, 4)]


def test_the_odd_cent_of_a_discount_goes_to_the_largest_fraction_and_then_to_the_first() -> None:
    assert spread(100, [1000, 1000, 1000]) == [34, 33, 33]
    assert spread(200, [1000, 1000, 1000]) == [67, 67, 66]
    assert spread(10, [100, 50, 30]) == [5, 3, 2]
    assert spread(7, [100, 290]) == [2, 5]


def test_a_discount_of_one_cent_is_taken_from_one_line() -> None:
    assert spread(1, [500, 501]) == [0, 1]
    assert spread(1, [1]) == [1]


def test_goods_for_nothing_take_no_discount() -> None:
    assert spread(100, [0, 0]) == [0, 0]
    assert spread(0, [3, 4]) == [0, 0]
    assert spread(5, [0, 10]) == [0, 5]


def test_tax_is_inside_or_on_top() -> None:
    assert tax_of(11900, NINETEEN, included=True) == 1900
    assert tax_of(11900, NINETEEN, included=False) == 2261
    assert tax_of(100, Decimal(0), included=True) == 0
    assert tax_of(100, Decimal(100), included=True) == 50


GOODS: list[Taxed] = [(1190, NINETEEN), (1070, SEVEN), (595, NINETEEN)]


def worked_out(goods: list[Taxed] = GOODS, *, off: int = 0, **changes: object) -> Totals:
    values: dict[str, object] = {
        "currency": "CHF",
        "delivery": (357, NINETEEN),
        "discount_minor": off,
        "includes_tax": True,
        "by_line": False,
    }
    return work_out(goods, **(values | changes))  # type: ignore[arg-type]


OF_TWO_RATES = Totals(
    currency="CHF",
    goods_minor=2855,
    discount_minor=0,
    delivery_minor=357,
    delivery_tax_rate=NINETEEN,
    tax_minor=412,
    total_minor=3212,
    prices_include_tax=True,
    taxes=(TaxPart(NINETEEN, 1800, 342), TaxPart(SEVEN, 1000, 70)),
    line_taxes=(190, 70, 95),
)


def test_an_order_of_two_rates_with_delivery() -> None:
    assert worked_out() == OF_TWO_RATES


def test_the_same_order_with_tax_on_top() -> None:
    assert worked_out(includes_tax=False) == replace(
        OF_TWO_RATES,
        tax_minor=482,
        total_minor=3694,
        prices_include_tax=False,
        taxes=(TaxPart(NINETEEN, 2142, 407), TaxPart(SEVEN, 1070, 75)),
        line_taxes=(226, 75, 113),
    )


def test_a_discount_lowers_lines_and_their_tax_but_never_the_delivery() -> None:
    totals = worked_out([(1190, NINETEEN), (1190, NINETEEN)], off=1190)
    assert (totals.discount_minor, totals.total_minor, totals.line_taxes) == (1190, 1547, (95, 95))
    assert totals.taxes == (TaxPart(NINETEEN, 1300, 247),)


@pytest.mark.parametrize(("off", "taken"), [(-1, 0), (0, 0), (1, 1), (2855, 2855), (9999, 2855)])
def test_a_discount_is_never_more_than_the_goods_and_never_a_surcharge(
    off: int, taken: int
) -> None:
    totals = worked_out(off=off)
    assert (totals.discount_minor, totals.total_minor) == (taken, 3212 - taken)


def test_without_a_discount_named_none_is_taken() -> None:
    totals = work_out(GOODS, currency="EUR", delivery=None, includes_tax=True, by_line=True)
    assert (totals.discount_minor, totals.total_minor) == (0, 2855)


def test_nothing_to_deliver_costs_nothing_and_has_no_rate() -> None:
    totals = worked_out(delivery=None)
    assert (totals.delivery_minor, totals.delivery_tax_rate) == (0, Decimal(0))
    assert (totals.total_minor, len(totals.line_taxes)) == (2855, 3)


def test_rounding_by_line_and_by_rate_differ_where_cents_are_odd() -> None:
    """Three times 0.03 € at 19 %: 0.0048 € each is 0, but 0.0144 € together is 0.01."""
    small: list[Taxed] = [(3, NINETEEN)] * 3
    by_line = worked_out(small, delivery=None, by_line=True)
    by_rate = worked_out(small, delivery=None, by_line=False)
    assert (by_line.tax_minor, by_line.taxes) == (0, (TaxPart(NINETEEN, 9, 0),))
    assert (by_rate.tax_minor, by_rate.taxes) == (1, (TaxPart(NINETEEN, 8, 1),))


def test_half_a_cent_is_rounded_up() -> None:
    totals = worked_out([(50, Decimal(1))], delivery=None, includes_tax=False)
    assert (totals.tax_minor, totals.total_minor) == (1, 51)
