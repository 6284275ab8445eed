"""Lists of names stand as a reader of the language looks for them."""

import pytest
from babel import Locale

from tradepost.lib.collation import collation_key, sorted_choices


def in_order(names: list[str], language: str) -> list[str]:
    return sorted(names, key=lambda name: collation_key(name, language))


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("de", ["Afghanistan", "Ägypten", "Ålandinseln", "Albanien", "Zypern"]),
        ("de", ["Norwegen", "Oman", "Österreich", "Osttimor", "Pakistan"]),
        ("de", ["Mass", "Maß", "Masse"]),
        ("en", ["Congo", "Costa Rica", "Côte d’Ivoire", "Croatia", "Czechia"]),
        ("en", ["Reunion", "Réunion", "Romania"]),
        ("en", ["Türkiye", "Turks & Caicos", "Tuvalu"]),
        ("fr", ["Égypte", "Émirats", "Équateur", "Espagne", "États-Unis", "Zambie"]),
        ("sv", ["Zambia", "Åland", "Ägypten", "Österrike"]),
        ("da", ["Zambia", "Ægypten", "Østrig", "Åland"]),
        ("es", ["Nuno", "Nuñez", "Oman"]),
        ("tr", ["Sudan", "Şili", "Tonga"]),
        ("is", ["Zambía", "Þýskaland"]),
    ],
)
def test_accents_do_not_send_a_name_behind_z(language: str, names: list[str]) -> None:
    assert in_order(names[::-1], language) == names


def test_no_country_stands_apart_from_its_letter_in_german() -> None:
    names = [name for _code, name in sorted_choices(Locale("de").territories.items(), "de")]
    plain = str.maketrans("ÄÅÖÜÉ", "AAOUE")
    first = [name[0].translate(plain) for name in names if name[0].isalpha()]
    assert first == sorted(first)


def test_cyrillic_letters_with_marks_stay_letters_of_their_own() -> None:
    assert in_order(["Йемен", "Кения", "Израиль"], "ru") == ["Израиль", "Йемен", "Кения"]
