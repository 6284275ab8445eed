"""Arithmetic that must hold for every cart there can be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.checkout.pricing.totals import Taxed, split_by_bands, spread, work_out
from tradepost.lib.money import Money, decimals_of
from tradepost.orders.types import Totals

rates = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "19", "20", "25.5", "100")])
lines = st.lists(st.tuples(st.integers(0, 10**9), rates), min_size=1, max_size=12)
delivery = st.none() | st.tuples(st.integers(0, 10**6), rates)


@given(lines, delivery, st.integers(0, 10**9), st.booleans(), st.booleans())
def test_total_is_lines_less_discount_plus_tax_plus_delivery(
    goods: list[Taxed], sent: Taxed | None, discount: int, includes_tax: bool, by_line: bool
) -> None:
    totals = work_out(
        goods,
        currency="EUR",
        delivery=sent,
        discount_minor=discount,
        includes_tax=includes_tax,
        by_line=by_line,
    )
    added = 0 if includes_tax else totals.tax_minor
    plain = sum(amount for amount, _rate in goods) - min(discount, totals.goods_minor)
    assert totals.total_minor == plain + (sent[0] if sent else 0) + added
    assert totals.total_minor >= 0
    assert_rates_add_up(totals)


def assert_rates_add_up(totals: Totals) -> None:
    assert sum(part.base_minor + part.tax_minor for part in totals.taxes) == totals.total_minor
    assert sum(part.tax_minor for part in totals.taxes) == totals.tax_minor
    assert all(part.base_minor >= 0 and part.tax_minor >= 0 for part in totals.taxes)


@given(lines, st.booleans())
def test_the_two_ways_of_rounding_differ_by_less_than_a_unit_a_line(
    goods: list[Taxed], includes_tax: bool
) -> None:
    by_line = work_out(
        goods, currency="EUR", delivery=None, includes_tax=includes_tax, by_line=True
    )
    by_total = work_out(
        goods, currency="EUR", delivery=None, includes_tax=includes_tax, by_line=False
    )
    assert abs(by_line.tax_minor - by_total.tax_minor) <= len(goods)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_parts_of_a_discount_add_up(amount: int, over: list[int]) -> None:
    amount = min(amount, sum(over))
    parts = spread(amount, over)
    assert sum(parts) == amount
    assert all(0 <= part <= share for part, share in zip(parts, over, strict=True))


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 119), ("EUR", 11900), ("KWD", 119000)])
def test_currencies_with_none_two_and_three_decimals(currency: str, minor: int) -> None:
    net = Money(minor * 100 // 119, currency)
    totals = work_out(
        [(net.minor, Decimal(19))],
        currency=currency,
        delivery=None,
        includes_tax=False,
        by_line=True,
    )
    assert Money(totals.total_minor, currency).plain() == f"{119:.{decimals_of(currency)}f}"


def test_tax_inside_and_on_top() -> None:
    goods: list[Taxed] = [(11900, Decimal(19))]
    inside = work_out(goods, currency="EUR", delivery=None, includes_tax=True, by_line=True)
    on_top = work_out(goods, currency="EUR", delivery=None, includes_tax=False, by_line=True)
    assert (inside.total_minor, inside.tax_minor) == (11900, 1900)
    assert (on_top.total_minor, on_top.tax_minor) == (14161, 2261)


@given(st.integers(1, 500))
def test_quantity_prices_add_up_step_by_step(quantity: int) -> None:
    bands = [(3, 999), (4, 899), (0, 699)]
    parts = split_by_bands(bands, quantity)
    assert sum(count for count, _price in parts) == quantity
    assert parts == [
        (count, price)
        for count, price in (
            (min(quantity, 3), 999),
            (min(quantity - 3, 4), 899),
            (quantity - 7, 699),
        )
        if count > 0
    ]


def test_the_last_quantity_price_goes_on() -> None:
    assert split_by_bands([(3, 999), (4, 899)], 20) == [(3, 999), (17, 899)]
