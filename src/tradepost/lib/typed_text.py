"""The one door for text that people type: bounded, without card numbers and control characters."""

import re

from tradepost.lib.card_numbers import mask_card_numbers

LONGEST = 10_000
# As much again as a card number can be written in, so that none is cut in half and so overlooked.
_BEYOND = 100
# Everything that is no letter, mark or line break; directions of writing, which can hide what is written.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def typed(text: str, longest: int = LONGEST) -> str:
    """What may be kept of it (promise collect.no-cards). The length is that of the text kept."""
    return without_secrets(text[: longest + _BEYOND]).strip()[:longest]


def without_secrets(text: str) -> str:
    """The text whole, but without card numbers and control characters; line ends are made one kind.

    For columns (``datamap.columns.typed``), which hold long texts and never cut them.
    """
    return mask_card_numbers(_CONTROL.sub("", text.replace("\r\n", "\n")))


def card_numbers_masked(text: str) -> str:
    """For what a program sent and gets back as it was: nothing but card numbers is taken out."""
    return mask_card_numbers(text)
