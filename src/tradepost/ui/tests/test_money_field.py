"""One field for amounts: what people type, and what stands in it before they do."""

import pytest
from django import forms

from tradepost.ui.money_field import MoneyField


class PriceForm(forms.Form):
    price = MoneyField(currency="EUR", most_minor=10_000_00)
    former = MoneyField(currency="KWD", required=False)


@pytest.mark.parametrize(
    ("typed", "minor"), [("12,50", 1250), ("€ 12.5", 1250), ("0", 0), ("10000", 1_000_000)]
)
def test_an_amount_is_read_as_minor_units(typed: str, minor: int) -> None:
    form = PriceForm({"price": typed, "former": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"price": minor, "former": None}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12.505", "two ways"),
        ("1O.50", "not an amount"),
        ("12,5055", "finer than the smallest unit"),
        ("-1", "Not below zero."),
        ("10000,01", "too large"),
        ("9" * 41, "at most 40"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(typed: str, words: str) -> None:
    form = PriceForm({"price": typed})
    assert words in str(form.errors["price"])


def test_an_amount_that_is_kept_is_shown_with_the_digits_of_its_currency() -> None:
    form = PriceForm(initial={"price": 1250, "former": 1250})
    assert 'value="12.50"' in str(form["price"])
    assert 'value="1.250"' in str(form["former"])


def test_the_same_amount_is_no_change() -> None:
    same = PriceForm({"price": "12.50", "former": ""}, initial={"price": 1250, "former": None})
    other = PriceForm({"price": "12.51", "former": ""}, initial={"price": 1250, "former": None})
    assert (same.changed_data, other.changed_data) == ([], ["price"])
