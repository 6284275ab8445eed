"""Numbers as pages write them. A text that is not clearly a number is refused, never taken as zero."""

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from tradepost.checkout.types import Problem, Refused
from tradepost.lib.money import Money, MoneyError

MAX_MINOR = 10**11
MAX_QUANTITY = 9999
LONGEST_NUMBER = 60
_SIGN = r"(?:[A-Za-z]{1,3}\.?|[A-Za-z]{0,3}[$€£¥₹₺₩₽¢])"
_PRICE = re.compile(rf"{_SIGN}?\s*([0-9][0-9.,'’\s]*+)(?:[.,]?[-–—]{{1,2}}\s*)?{_SIGN}?")
_NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,6})?")
_COUNT = re.compile(r"\+?0*([0-9]{1,12})([.,]0+)?")


def read_price(text: str, currency: str, field: str) -> int:
    """Minor units from ``12.50``, ``12,50``, ``$12.50``, ``1.234,50 EUR``, ``12,-``.

    Raises:
        Refused
    """
    found = _PRICE.fullmatch(text.strip())
    try:
        if found is None or len(text) > LONGEST_NUMBER:
            raise MoneyError(text)
        digits = re.sub(r"['’\s]", "", found[1]).rstrip(".,")
        minor = Money.parse(digits, currency).minor
    except (MoneyError, ValueError, ArithmeticError):
        raise Refused(
            Problem(_("The price of this product cannot be read."), field, text)
        ) from None
    if minor > MAX_MINOR:
        raise Refused(Problem(_("The price of this product is too large."), field, text))
    return minor


def read_quantity(text: str, field: str) -> int:
    """A whole number from 0; empty means 1.

    Raises:
        Refused
    """
    if not text:
        return 1
    found = _COUNT.fullmatch(text[: LONGEST_NUMBER + 1])
    if found is None or len(text) > LONGEST_NUMBER:
        raise Refused(Problem(_("The quantity must be a whole number."), field, text))
    if int(found[1]) > MAX_QUANTITY:
        raise Refused(
            Problem(_("That is more than can be ordered at once: at most 9999."), field, text)
        )
    return int(found[1])


def read_number(text: str, field: str, *, highest: int) -> str | None:
    """A plain decimal such as units or a per cent; empty is None.

    Raises:
        Refused
    """
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    try:
        if not _NUMBER.fullmatch(bare):
            raise InvalidOperation
        number = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise Refused(Problem(_("A number of this product cannot be read."), field, text)) from None
    if number > highest:
        raise Refused(Problem(_("A number of this product is too large."), field, text))
    return str(round(number, 3))


def read_bands(text: str, currency: str, field: str) -> tuple[tuple[int, int], ...]:
    """``3,9.99:4,8.99:0,6.99`` as ``((3, 999), (4, 899), (0, 699))``.

    Raises:
        Refused
    """
    bands = []
    for part in filter(None, (part.strip() for part in text.split(":"))):
        count, _mark, price = part.partition(",")
        if not count.strip().isdecimal() or len(count) > 6:
            raise Refused(Problem(_("The quantity prices cannot be read."), field, text))
        bands.append((int(count), read_price(price, currency, field)))
    zeros = [index for index, (count, _price) in enumerate(bands) if count == 0]
    if not bands or (zeros and zeros != [len(bands) - 1]):
        raise Refused(Problem(_("The quantity prices cannot be read."), field, text))
    return tuple(bands)
