"""Sorting names as a dictionary of the reader's language does, not by the numbers of characters.

Accents count for little (Österreich under O, Côte d’Ivoire under C), except for the letters that a
language has of its own: in Swedish Å, Ä and Ö come after Z. Enough for lists of names in the scripts
that the product speaks; the whole of the Unicode Collation Algorithm would need a compiled library.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")

# Letters that Unicode does not take apart into a letter and its accent.
_SPELLED = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i",
        "ŋ": "n", "ŧ": "t", "ə": "e", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-",
    }
)  # fmt: skip
# Each letter, and what it comes after; those after the same letter in this order.
_OWN_LETTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "sv": (("z", "åäö"),),
    "fi": (("z", "åäö"),),
    "da": (("z", "æøå"),),
    "nb": (("z", "æøå"),),
    "nn": (("z", "æøå"),),
    "no": (("z", "æøå"),),
    "is": (("z", "þæöå"), ("a", "á"), ("d", "ð"), ("e", "é"), ("i", "í"), ("o", "ó"), ("u", "ú")),
    "et": (("s", "šzž"), ("w", "õäöü")),
    "es": (("n", "ñ"),),
    "pl": (("a", "ą"), ("c", "ć"), ("e", "ę"), ("l", "ł"), ("n", "ń"), ("o", "ó"), ("s", "ś"), ("z", "źż")),
    "cs": (("c", "č"), ("r", "ř"), ("s", "š"), ("z", "ž")),
    "sk": (("c", "č"), ("s", "š"), ("z", "ž"), ("a", "ä"), ("o", "ô")),
    "hr": (("c", "čć"), ("d", "đ"), ("s", "š"), ("z", "ž")),
    "lt": (("c", "č"), ("s", "š"), ("z", "ž")),
    "lv": (("c", "č"), ("g", "ģ"), ("k", "ķ"), ("l", "ļ"), ("n", "ņ"), ("s", "š"), ("z", "ž")),
    "hu": (("o", "öő"), ("u", "üű")),
    "tr": (("c", "ç"), ("g", "ğ"), ("h", "ı"), ("o", "ö"), ("s", "ş"), ("u", "ü")),
    "ro": (("a", "ăâ"), ("i", "î"), ("s", "ș"), ("t", "ț")),
}  # fmt: skip


def collation_key(text: str, language: str = "") -> tuple[str, str]:
    """What to sort by. Names that differ in accents only follow each other, the plain one first."""
    own = _own_letters(language[:2].lower())
    folded = unicodedata.normalize("NFC", text.casefold() if language[:2] != "tr" else text.lower())
    return "".join(own.get(letter) or _plain(letter) for letter in folded), text.lower()


def sorted_by_name[Item](
    items: Iterable[Item], name: Callable[[Item], str], language: str = ""
) -> list[Item]:
    return sorted(items, key=lambda item: collation_key(name(item), language))


def sorted_choices(choices: Iterable[tuple[str, str]], language: str = "") -> list[tuple[str, str]]:
    """Pairs of a form's choice, by what people read."""
    return sorted_by_name(choices, lambda choice: choice[1], language)


def _own_letters(language: str) -> dict[str, str]:
    return {
        letter: f"{before}\U0010ffff{place}"
        for before, letters in _OWN_LETTERS.get(language, ())
        for place, letter in enumerate(letters)
    }


def _plain(letter: str) -> str:
    """Without its accents where it is Latin or Greek; in other scripts marks make letters."""
    if letter.isascii():
        return letter
    spelled = letter.translate(_SPELLED)
    parts = unicodedata.normalize("NFKD", spelled)
    if not unicodedata.name(parts[0], "").startswith(("LATIN", "GREEK")):
        return spelled
    return "".join(part for part in parts if not unicodedata.combining(part))
