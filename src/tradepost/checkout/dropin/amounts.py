"""Numbers as pages write them. A text that is not clearly a number is refused, never taken as zero.

Every text is bounded before a pattern sees it, and every pattern reads it in one pass.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.types import NotTaken, PostRefused
from tradepost.lib.amount_text import (
    LONGEST,
    grouped,
    may_be_group,
    number_in,
    parted,
    whole_number,
)
from tradepost.lib.money import decimals_of

MAX_MINOR = 10**11
MAX_QUANTITY = 9999
MAX_BANDS = 50
LONGEST_NUMBER = 24
# Endings that a price in thousands has as often as a computed one: 1.299, 2.495, 1.000.
_LIKE_THOUSANDS = re.compile(r"[0-9](?:[0-9]0|99|95|49)")
_NUMBER = re.compile(r"[0-9]{0,9}(?:[.,][0-9]{1,6})?")
_COUNT = re.compile(r"\+?0*([0-9]{1,12})(?:[.,]0{1,2})?")
_COUNT_OF_BAND = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class ReadPrice:
    """``rounded``: the page said more decimals than the currency has; halves went up."""

    minor: int
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Prices:
    """Reads prices of one form.

    ``decimal_mark`` tells ``11.655`` from eleven thousand: the mark in front of decimals, as the other
    prices of the form show it (``is_shown``), else as the shop's language writes it.
    """

    currency: str
    decimal_mark: str
    is_shown: bool = False

    def read(self, text: str, field: str) -> ReadPrice:
        """``12.50``, ``12,50``, ``.99``, ``$12.50``, ``1.234,50 EUR``, ``12,-``, ``16.9575``.

        Raises: PostRefused, where a text is no price or could mean two.
        """
        try:
            exact = self._exact(text)
        except (ValueError, InvalidOperation):
            raise PostRefused(
                NotTaken(_("The price of this product cannot be read."), field, text)
            ) from None
        if exact > MAX_MINOR:
            raise PostRefused(NotTaken(_("The price of this product is too large."), field, text))
        whole = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        if exact and not whole:
            raise PostRefused(
                NotTaken(_("The price of this product is less than can be paid."), field, text)
            )
        return ReadPrice(whole, rounded=whole != exact)

    def _exact(self, text: str) -> Decimal:
        """Raises: ValueError."""
        plain = self._plain(number_in(text, self.currency))
        return Decimal(plain).scaleb(decimals_of(self.currency))

    def _plain(self, digits: str) -> str:
        """The number with a point and without grouping. Raises: ValueError."""
        if whole := whole_number(digits):
            return whole
        decimal, groups = parted(digits), grouped(digits)
        if decimal and not self._may_be_grouping(*decimal):
            return f"{decimal[0] or 0}.{decimal[2]}"
        if groups and self._is_grouping(digits, *groups[1:]):
            return f"{groups[0]}.{groups[1] or 0}"
        raise ValueError(digits)

    def _may_be_grouping(self, whole: str, mark: str, decimals: str) -> bool:
        """Whether ``1.234`` could mean a thousand."""
        if not may_be_group(whole, decimals) or decimals_of(self.currency) == 3:
            return False
        if mark != self.decimal_mark:
            return True
        in_doubt = not self.is_shown and _LIKE_THOUSANDS.fullmatch(decimals) is not None
        return in_doubt or decimals[-1] == "0"

    def _is_grouping(self, digits: str, decimals: str, mark: str, decimal_mark: str) -> bool:
        if decimal_mark:
            return len(decimals) <= max(decimals_of(self.currency), 2)
        if mark in "'’ " or digits.count(mark) > 1:
            return True
        return mark == "," and self.decimal_mark != ","


def decimal_mark_of(texts: Iterable[str]) -> str:
    """The decimal mark that these prices show beyond doubt; empty without any, or with both."""
    marks = set()
    for text in texts:
        found = parted(text.strip()) if len(text) <= LONGEST else None
        if found and len(found[2]) != 3:
            marks.add(found[1])
    return marks.pop() if len(marks) == 1 else ""


def signed_prices(text: str, currency: str, decimal_mark: str) -> Prices:
    """For a line with a good hash, whose price or quantity prices are ``text``.

    Whoever changes a link could add a row whose price has another mark, and turn the signed ``1,299`` into
    1.30: what is not signed must not decide what the price means.
    """
    shown = decimal_mark_of(part.partition(",")[2] for part in text.split(":", MAX_BANDS))
    return Prices(currency, shown or decimal_mark, is_shown=bool(shown))


def read_quantity(text: str, field: str) -> int:
    """A whole number from 0; empty means 1. ``1,000`` is one to some and a thousand to others.

    Raises:
        PostRefused
    """
    if not text:
        return 1
    found = _COUNT.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        raise PostRefused(NotTaken(_("The quantity must be a whole number."), field, text))
    if int(found[1]) > MAX_QUANTITY:
        raise PostRefused(
            NotTaken(_("That is more than can be ordered at once: at most 9999."), field, text)
        )
    return int(found[1])


def read_units(text: str, field: str, decimal_mark: str) -> str | None:
    """Shipping units. Where decimals have a point, ``1,000`` is one to some and a thousand to others.

    Raises:
        PostRefused
    """
    number = parted(text) if len(text) <= LONGEST_NUMBER else None
    if number and number[1] == "," != decimal_mark and may_be_group(number[0], number[2]):
        raise PostRefused(NotTaken(_("A number of this product cannot be read."), field, text))
    return read_number(text, field, highest=10**8)


def read_number(text: str, field: str, *, highest: int) -> str | None:
    """A plain decimal such as a per cent; empty is None.

    Raises:
        PostRefused
    """
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    try:
        if len(bare) > LONGEST_NUMBER or not _NUMBER.fullmatch(bare):
            raise InvalidOperation  # noqa: TRY301  one way out for all that is no number
        number = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise PostRefused(
            NotTaken(_("A number of this product cannot be read."), field, text)
        ) from None
    if number > highest:
        raise PostRefused(NotTaken(_("A number of this product is too large."), field, text))
    return str(round(number, 3))


def read_bands(text: str, prices: Prices, field: str) -> tuple[tuple[tuple[int, int], ...], bool]:
    """``3,9.99:4,8.99:0,6.99`` as ``((3, 999), (4, 899), (0, 699))``, and whether any was rounded.

    Raises:
        PostRefused
    """
    bands, rounded = [], False
    parts = list(filter(None, (part.strip() for part in text.split(":", MAX_BANDS + 1))))
    if len(parts) > MAX_BANDS:
        raise PostRefused(
            NotTaken(_("There are too many quantity prices: at most 50."), field, text)
        )
    for part in parts:
        count, _mark, price = part.partition(",")
        if not _COUNT_OF_BAND.fullmatch(count.strip()):
            raise PostRefused(NotTaken(_("The quantity prices cannot be read."), field, text))
        read = prices.read(price, field)
        rounded = rounded or read.rounded
        bands.append((int(count), read.minor))
    zeros = [index for index, (count, _price) in enumerate(bands) if count == 0]
    if not bands or (zeros and zeros != [len(bands) - 1]):
        raise PostRefused(NotTaken(_("The quantity prices cannot be read."), field, text))
    return tuple(bands), rounded
