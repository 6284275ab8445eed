import pytest

from tradepost.lib.money import Money, MoneyError


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("12.50", 1250),
        ("12,50", 1250),
        ("$12.50", 1250),
        ("€ 12", 1200),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1,234", 123400),
        ("12,5", 1250),
        ("-3.20", -320),
        ("1 234,50 €", 123450),
        ("1'234.50", 123450),
        ("EUR 12", 1200),
        ("12EUR", 1200),
        ("12 zł", 1200),
        ("R12", 1200),
        (".99", 99),
        ("12,-", 1200),
        ("1\u202f234,50\u00a0€", 123450),
        ("0,500", 50),
        ("1,234,567", 123456700),
    ],
)
def test_people_write_amounts_in_many_ways(typed, minor):
    assert Money.parse(typed, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "free",
        "12.345",
        "1-2",
        ".",
        "1.000",
        "12.500",
        "€1.230",
        "12,5o",
        "1O0",
        "1e9",
        "12x50",
        "12 50",
        "12..50",
        "12,,50",
        "99c",
        "99ct",
        "99 cents",
        "99¢",
        "12 GBP",
        "12USD",
        "1,23,456",
        "12.50.",
        "1 23",
        "12 or 13",
        "12.50 12.50",
        "9" * 41,
        "٣",
    ],
)
def test_what_is_not_an_amount_is_refused(typed):
    with pytest.raises(MoneyError):
        Money.parse(typed, "EUR")


def test_currencies_without_and_with_three_decimals():
    assert Money.parse("1200", "JPY").minor == 1200
    assert Money.parse("1.234", "KWD").minor == 1234
    assert Money(1234, "KWD").plain() == "1.234"


def test_currencies_do_not_mix():
    with pytest.raises(MoneyError):
        Money(1, "EUR") + Money(1, "USD")
