"""The number in an amount as people write it: without the currency beside it, without grouping.

Every text is bounded before a pattern sees it, and every pattern reads it in one pass. Anything else
than one number and one currency beside it is refused: ``99c`` and ``12 50`` are nobody's to guess.
"""

import re
from functools import lru_cache

LONGEST = 40
_SYMBOL = r"(?:(?:US|A|AU|C|CA|NZ|HK|S|R|Z)?[$€£¥₹₺₩₽]|R|Fr\.?|kr\.?|Rs\.?|zł|Kč|Ft|lei|{own})"
_AMOUNT = r"((?:[.,'’ ]*+[0-9])++[.,'’]*+)(?:[-–—]{1,2})?"
_BARE = re.compile(r"[0-9]+[.,]?")
_DECIMAL = re.compile(r"([0-9]*)([.,])([0-9]+)")
_GROUPED = re.compile(r"([0-9]{1,3})(?:(\.|,|'|’| )[0-9]{3})(?:\2[0-9]{3})*(?:([.,])([0-9]{1,3}))?")
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))


def number_in(text: str, currency: str) -> str:
    """Digits and marks of ``$12.50``, ``12,-``, ``1.234,50 EUR``; ``currency`` may stand beside them.

    Raises: ValueError, where there is anything else, such as another currency.
    """
    bare = text.strip().translate(_BLANKS)
    found = _pattern(currency).fullmatch(bare) if len(bare) <= LONGEST else None
    if found is None:
        raise ValueError(text)
    return found[1].strip()


def whole_number(digits: str) -> str:
    """``12`` and ``12.``; empty, where there are decimals or groups."""
    return digits.rstrip(".,") if _BARE.fullmatch(digits) else ""


def parted(digits: str) -> tuple[str, str, str] | None:
    """``12.50`` as ``12``, ``.``, ``50``; the whole may be empty. None without exactly one mark."""
    found = _DECIMAL.fullmatch(digits)
    return (found[1], found[2], found[3]) if found else None


def may_be_group(whole: str, decimals: str) -> bool:
    """Whether ``1.234`` could mean a thousand: three digits behind one to three, no nought in front."""
    return len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"


def grouped(digits: str) -> tuple[str, str, str, str] | None:
    """``1.234,50`` as whole ``1234``, decimals ``50``, and the marks ``.`` and ``,``.

    The last two are empty where there is no such thing. None where groups are not of three digits, or
    one mark would mean both.
    """
    found = _GROUPED.fullmatch(digits)
    if found is None or found[3] == found[2]:
        return None
    whole, _mark, decimals = digits.rpartition(found[3]) if found[3] else (digits, "", "")
    return re.sub(r"[^0-9]", "", whole), decimals, found[2], found[3] or ""


@lru_cache(maxsize=400)
def _pattern(currency: str) -> re.Pattern[str]:
    symbol = _SYMBOL.replace("{own}", re.escape(currency))
    return re.compile(rf"(?:{symbol} ?)?{_AMOUNT}(?: ?{symbol})?", re.IGNORECASE)
