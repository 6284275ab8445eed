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


@dataclass(frozen=True, slots=True)
class CardNumber:
    """Where a number stands in the text, and its last four digits: all that may be shown."""

    start: int
    end: int
    last_four: str


def find_card_numbers(text: str, *, whole_words: bool = False) -> Iterator[CardNumber]:
    """Numbers of 13 to 19 digits that a known issuer gives out and whose check digit is right.

    Digits of any script count; spaces, dashes and dots between them do not hide a number. A telephone
    number with its ``+`` and an IBAN with a right checksum are let through. ``whole_words`` also
    lets digits through that touch letters: for scans over keys and hashes rather than people's words.
    """
    for run in _RUN.finditer(text):
        if _is_telephone(text, run) or _is_iban(text, run):
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
    """Longest first from each group of digits: ``12 4111 1111 1111 1111 9`` holds one number."""
    groups = list(_GROUP.finditer(text, run.start(), run.end()))
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + 19) - 1, first - 1, -1):
            digits = "".join(_plain(group.group()) for group in groups[first : last + 1])
            if _is_card_number(digits):
                yield CardNumber(groups[first].start(), groups[last].end(), digits[-4:])
                first = last
                break
        first += 1


def _is_card_number(digits: str) -> bool:
    if not 13 <= len(digits) <= 19 or not passes_luhn(digits):
        return False
    return any(
        low <= int(digits[: len(str(low))]) <= high and len(digits) in lengths
        for low, high, lengths in _ISSUERS
    )


def passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


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


def _touches_letters(text: str, run: re.Match[str]) -> bool:
    around = text[max(run.start() - 1, 0) : run.start()] + text[run.end() : run.end() + 1]
    return any(character.isalpha() or character in "_-" for character in around)
