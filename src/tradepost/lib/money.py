"""Amounts of money: whole minor units and a currency, so that no cent is lost to binary fractions."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, total_ordering
from typing import Self

from babel.numbers import format_currency, get_currency_precision

from tradepost.lib.amount_text import grouped, may_be_group, number_in, parted, whole_number


class MoneyError(ValueError):
    """Amounts of two currencies were mixed, or a text is not an amount.

    ``text`` with the holes that ``values`` fill, so that an edge can say it in another language.
    """

    def __init__(self, text: str, /, **values: str) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


def decimals_of(currency: str) -> int:
    """Digits behind the point that people use (CLDR): 0 for JPY and RSD, 2 for EUR, 3 for KWD."""
    return get_currency_precision(currency)


def round_minor(amount: Decimal) -> int:
    """Round to a whole minor unit, halves away from zero: the commercial rule, the only one used."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """``minor`` counts the currency's smallest unit: ``Money(1250, "EUR")`` is 12.50 euro."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read what people type: ``12.50``, ``12,50``, ``.99``, ``1.234,50``, ``1,234.50``, ``€ 12``, ``12,-``.

        Raises:
            MoneyError: not an amount (``99c``, ``12 50``, ``12..50``), in another currency, finer than the
                currency's smallest unit, or like ``1.000`` of euros: one to some and a thousand to
                others, and nobody's to guess.
        """
        sign = "-" if text.strip().startswith("-") else ""
        try:
            plain = sign + _plain(number_in(text.strip().removeprefix("-"), currency), currency)
        except _TwoWays:
            raise MoneyError(
                "“%(text)s” can be read in two ways; write it like 12.50 or 1200.", text=text
            ) from None
        except ValueError:
            raise MoneyError(
                "“%(text)s” is not an amount; write it like 12.50.", text=text
            ) from None
        exact = Decimal(plain).scaleb(decimals_of(currency))
        if exact != exact.to_integral_value():
            raise MoneyError(
                "“%(text)s” is finer than the smallest unit of %(currency)s.",
                text=text,
                currency=currency,
            )
        return cls(int(exact), currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    def plain(self) -> str:
        """The number alone with a point, as payment forms and exports want it: ``12.50``."""
        return f"{self.decimal:.{decimals_of(self.currency)}f}"

    def format(self, locale: str = "en") -> str:
        return _written(self.minor, self.currency, locale.replace("-", "_"))

    def percent(self, rate: Decimal) -> Self:
        """``rate`` percent of the amount, rounded once by :func:`round_minor`."""
        return type(self)(round_minor(self.minor * rate / 100), self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise MoneyError(
                "%(one)s and %(other)s cannot be put together.",
                one=self.currency,
                other=other.currency,
            )

    def __add__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.minor - other.minor, self.currency)

    def __mul__(self, count: int) -> Self:
        return type(self)(self.minor * count, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __str__(self) -> str:
        return f"{self.plain()} {self.currency}"


@lru_cache(maxsize=8192)
def _written(minor: int, currency: str, locale: str) -> str:
    """Lists write the same prices over and over, and Babel takes its time."""
    return format_currency(Money(minor, currency).decimal, currency, locale=locale)


class _TwoWays(ValueError):
    pass


def _plain(digits: str, currency: str) -> str:
    """With a point and without grouping; ``1,234`` is a thousand where nobody counts thousandths.

    Raises: ValueError.
    """
    if whole := whole_number(digits):
        return whole
    decimal, groups, thousandths = parted(digits), grouped(digits), decimals_of(currency) == 3
    if decimal and (thousandths or not may_be_group(decimal[0], decimal[2])):
        return f"{decimal[0] or 0}.{decimal[2]}"
    if decimal and decimal[1] == ".":
        raise _TwoWays(digits)
    if groups is None or (len(groups[1]) == 3 and not thousandths):
        raise ValueError(digits)
    return f"{groups[0]}.{groups[1] or 0}"
