"""Which passwords are refused; whoever invents a long one is let through."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tradepost.identity.models import User

PERSON = User(email="ines.vogel@ember.example", name="Ines Vogel-Lindqvist")


@pytest.mark.parametrize(
    "password",
    [
        *("short-one-1", "warm paper", "password", "letmein"),
        *("password1234", "Password12345!", "p4ssw0rd1234", "!!!!dragon!!!!", "sunshine20262026"),
        *("passwordpassword", "password-password", "dragon_dragon_dragon"),
        *("aaaaaaaaaaaa", "abababababab", "123123123123", "000000000000"),
        *("qwertyuiop12", "abcdefghijkl", "zyxwvutsrqpo", "123456789012", "asdfghjkl123"),
        *("ines.vogel@ember", "Ines Vogel-Lindqvist", "inesvogel2026"),
    ],
)
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, PERSON)


@pytest.mark.parametrize(
    "password",
    [
        *("bottle-green-ledger-7", "warm-paper-dark-ink-9", "correct horse battery staple"),
        *("Vx9#kQ2!mZ7w", "grüne flasche im regal", "бутылка-стол-лампа", "x7 q2 lamp orange"),
    ],
)
def test_a_long_one_of_ones_own_is_taken(password):
    validate_password(password, PERSON)


def test_a_very_long_one_is_judged_in_no_time():
    from time import process_time

    began = process_time()
    validate_password("warm paper dark ink " * 5000, PERSON)
    assert process_time() - began < 2
