"""Finds payment card numbers in free text, so that none is ever stored (promise collect.no-cards)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# A run of digits with at most two separators between neighbours, as people type card numbers.
_RUN = re.compile(r"\d(?:[\s\-–—.·/_*]{0,2}\d)+")
_GROUP = re.compile(r"\d+")

# Issuer identification numbers (ISO/IEC 7812): first, last prefix and the lengths that issuer uses.
_ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4, 4, frozenset({13, 16, 19})),  # Visa
    (51, 55, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),  # Mastercard
    (34, 34, frozenset({15})),  # American Express
    (37, 37, frozenset({15})),  # American Express
    (300, 305, frozenset(range(14, 20))),  # Diners Club
    (36, 36, frozenset(range(14, 20))),  # Diners Club
    (38, 39, frozenset(range(14, 20))),  # Diners Club
    (3528, 3589, frozenset(range(16, 20))),  # JCB
    (6011, 6011, frozenset(range(16, 20))),  # Discover
    (644, 649, frozenset(range(16, 20))),  # Discover
    (65, 65, frozenset(range(16, 20))),  # Discover, RuPay
    (62, 62, frozenset(range(16, 20))),  # UnionPay
    (2200, 2204, frozenset(range(16, 20))),  # Mir
    (5018, 5018, frozenset(range(13, 20))),  # Maestro
    (5020, 5020, frozenset(range(13, 20))),  # Maestro
    (5038, 5038, frozenset(range(13, 20))),  # Maestro
    (5893, 5893, frozenset(range(13, 20))),  # Maestro
    (6304, 6304, frozenset(range(13, 20))),  # Maestro
    (6759, 6763, frozenset(range(13, 20))),  # Maestro
)
_FEWEST, _MOST = 13, 19
_DOUBLED = {str(digit): sum(divmod(2 * digit, 10)) for digit in range(10)}


def _lengths_by_prefix() -> dict[str, frozenset[int]]:
    """The first four digits → how long the numbers are that are given out with them."""
    found: dict[str, frozenset[int]] = {}
    for low, high, lengths in _ISSUERS:
        width = 10 ** (4 - len(str(low)))
        for prefix in range(low * width, (high + 1) * width):
            found[str(prefix)] = found.get(str(prefix), frozenset()) | lengths
    return found


_LENGTHS = _lengths_by_prefix()
_FIRST_DIGITS = frozenset(prefix[0] for prefix in _LENGTHS)


@dataclass(frozen=True, slots=True)
class CardNumber:
    """Where a number stands in the text, and its last four digits: all that may be shown."""

    start: int
    end: int
    last_four: str


def find_card_numbers(text: str, *, whole_words: bool = False) -> Iterator[CardNumber]:
    """Numbers of 13 to 19 digits that a known issuer gives out and whose check digit is right.

    Digits of any script count; spaces, dashes and dots between them do not hide a number. A telephone
    number with its ``+``, an IBAN and an article's bar code with a right checksum are let through. ``whole_words`` also
    lets digits through that touch letters: for scans over keys and hashes rather than people's words.
    """
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _FEWEST:  # most are: years, amounts, times of day
            continue
        if _is_telephone(text, run) or _is_iban(text, run) or _is_article(run.group()):
            continue
        if whole_words and _touches_letters(text, run):
            continue
        yield from _numbers_in(text, run)


def has_card_number(text: str, *, whole_words: bool = False) -> bool:
    return next(find_card_numbers(text, whole_words=whole_words), None) is not None


def mask_card_numbers(text: str) -> str:
    """The text with every card number replaced by ``[card number …1111 removed]``; else unchanged."""
    parts, kept_from = [], 0
    for found in find_card_numbers(text):
        parts += [text[kept_from : found.start], f"[card number …{found.last_four} removed]"]
        kept_from = found.end
    return "".join([*parts, text[kept_from:]])


def _numbers_in(text: str, run: re.Match[str]) -> Iterator[CardNumber]:
    """Longest first from each group of digits: ``12 4111 1111 1111 1111 9`` holds one number.

    Groups are joined only up to the longest card number, so the work grows with the text and no faster.
    """
    groups = list(_GROUP.finditer(text, run.start(), run.end()))
    plain = [_plain(group.group()) if len(group.group()) <= _MOST else "" for group in groups]
    first = 0
    while first < len(groups):
        for last, digits in reversed(_joined(plain, first)):
            if _is_card_number(digits):
                yield CardNumber(groups[first].start(), groups[last].end(), digits[-4:])
                first = last
                break
        first += 1


def _joined(groups: list[str], first: int) -> list[tuple[int, str]]:
    """What the groups from ``first`` on make together while it is as long as a card number.

    An empty text stands for a group that is longer than any.
    """
    found, digits = [], ""
    if groups[first][:1] not in _FIRST_DIGITS:
        return []
    for last in range(first, min(len(groups), first + _MOST)):
        digits += groups[last]
        if not groups[last] or len(digits) > _MOST:
            break
        if len(digits) >= _FEWEST:
            found.append((last, digits))
    return found


def _is_card_number(digits: str) -> bool:
    return len(digits) in _LENGTHS.get(digits[:4], ()) and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = sum(_DOUBLED[digit] for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _plain(digits: str) -> str:
    return "".join(str(unicodedata.digit(digit)) for digit in digits)


def _is_telephone(text: str, run: re.Match[str]) -> bool:
    """``+`` and at most 15 digits (ITU-T E.164)."""
    count = sum(character.isdigit() for character in run.group())
    return count <= 15 and text[max(run.start() - 1, 0) : run.start()] == "+"


def _is_iban(text: str, run: re.Match[str]) -> bool:
    """Country letters, then digits whose remainder by 97 is 1 (ISO 13616)."""
    country = text[max(run.start() - 2, 0) : run.start()].upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        return False
    body = re.sub(r"\D", "", run.group())
    letters = "".join(str(ord(letter) - 55) for letter in country)
    return 15 <= len(body) <= 34 and int(_plain(body[2:]) + letters + _plain(body[:2])) % 97 == 1


def _is_article(digits: str) -> bool:
    """Thirteen digits in one piece with the check digit of a bar code (EAN-13): German ones begin with a 4
    as cards do, and one in ten would pass for a card of thirteen digits, which nobody has any more."""
    if len(digits) != 13 or not digits.isascii() or not digits.isdecimal():
        return False
    return (sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10 == 0


def _touches_letters(text: str, run: re.Match[str]) -> bool:
    around = text[max(run.start() - 1, 0) : run.start()] + text[run.end() : run.end() + 1]
    return any(character.isalpha() or character in "_-" for character in around)
