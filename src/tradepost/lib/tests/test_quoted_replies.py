import time

import pytest

from tradepost.lib.quoted_replies import said_and_quoted


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, 1 Dec 2026 at 10:00, Shop <a@b.example> wrote:\n> Hello\n>\n> more",
        "On Mon, 1 Dec 2026 at 10:00, Shop <a@b.example>\nwrote:\n> Hello",
        "Am 01.12.2026 um 10:00 schrieb Shop:\n> Hallo",
        "Le 1 déc. 2026 à 10:00, Shop <a@b.example> a écrit :\n> Bonjour",
        "-----Original Message-----\nFrom: Shop\nHello",
        "-----Ursprüngliche Nachricht-----\nHallo",
        "From: Shop <a@b.example>\nSent: Monday\nTo: Ann\nSubject: Wallet\n\nHello",
        "Von: Shop\nGesendet: Montag\nAn: Ann\nBetreff: Geldbeutel\n\nHallo",
        "> Hello\n> more",
    ],
)
def test_what_is_quoted_below_is_folded(below):
    assert said_and_quoted(f"Thanks.\n\n{below}\n") == ("Thanks.", below)


@pytest.mark.parametrize(
    "text",
    [
        "Just words.",
        "> all of it\n> is quoted",
        "> Hello\nNo.\n> more\nYes.",
        "From: the shelf\nI took it.",
        "2 > 1",
        "",
    ],
)
def test_nothing_that_is_said_is_folded(text):
    assert said_and_quoted(text) == (text, "")


def test_the_time_grows_with_the_text_alone():
    for piece in ("On ", "Am Mo schrieb ", "> ", " \n", "From: a\n", "wrote:\n"):
        start = time.perf_counter()
        said_and_quoted(piece * (20_000 // len(piece)))
        assert time.perf_counter() - start < 1
