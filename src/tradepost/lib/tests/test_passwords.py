import time

import pytest

from tradepost.lib.passwords import REMOVED, mask_passwords


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2",
        "My Password is hunter2.",
        "Passwort = Blume",
        "Das Kennwort lautet Sommer2026",
        "PIN: 4711",
        "mot de passe : abc!def",
        "pwd:\nhunter2",
        "the password is hUnter",
    ],
)
def test_what_is_called_a_password_goes(text):
    masked = mask_passwords(text)
    assert masked.endswith(REMOVED)
    assert mask_passwords(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "my password is wrong",
        "I forgot the password and cannot sign in",
        "Das Passwort ist falsch",
        "shipping: tomorrow",
        "the spinning wheel: red",
    ],
)
def test_plain_words_stay(text):
    assert mask_passwords(text) == text


def test_the_time_grows_with_the_text_alone():
    for piece in ("password ", "password:", "password is ", "pin\n \n"):
        start = time.perf_counter()
        mask_passwords(piece * 20_000)
        assert time.perf_counter() - start < 2
