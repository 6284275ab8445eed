"""Months are counted from an anchor; short months and leap years are met as people expect."""

from datetime import date

import pytest

from tradepost.lib.months import LAST_YEAR, months_after


def test_a_month_end_comes_back_after_a_short_month():
    anchor = date(2026, 1, 31)
    days = [months_after(anchor, months).day for months in range(1, 5)]
    assert days == [28, 31, 30, 31]


def test_a_leap_day_comes_back_in_the_next_leap_year():
    anchor = date(2028, 2, 29)
    assert [months_after(anchor, 12 * years) for years in (1, 2, 3, 4)] == [
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 28),
        date(2032, 2, 29),
    ]


def test_a_century_is_no_leap_year():
    assert months_after(date(2096, 2, 29), 48) == date(2100, 2, 28)


def test_a_year_is_twelve_months_from_any_month():
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert months_after(date(2026, 11, 30), 15) == date(2028, 2, 29)


@pytest.mark.parametrize("months", [-1, 12 * LAST_YEAR])
def test_what_no_calendar_has_is_refused(months):
    with pytest.raises(ValueError, match=r"months|year"):
        months_after(date(2026, 1, 1), months)
