"""Which passwords are refused besides short and common ones."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_FEWEST_CHARACTERS = 5
_FEWEST_LETTERS = 4
_LEET = str.maketrans("013457@$!", "oleastasi")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
)
_RUN = 4


class NotGuessedFirst:
    """Refuses what guessing programs try first: a common password made longer, rows of keys, repeats."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        """Raises: ValidationError."""
        typed = password[:200].lower()
        if len(set(typed)) < _FEWEST_CHARACTERS or self._is_common_made_longer(typed):
            raise ValidationError(
                _(
                    "This is a common password made longer. Take four or five words that do not belong together."
                ),
                code="password_too_common",
            )
        if user is not None and _is_made_of(typed, user):
            raise ValidationError(
                _(
                    "This is made of your name or address. Take four or five words that do not belong together."
                ),
                code="password_too_similar",
            )
        if len(_without_runs(typed)) < len(typed) / 2:
            raise ValidationError(
                _(
                    "This follows the keys or the alphabet. Take four or five words that do not belong together."
                ),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Not a common password made longer, and not a row of keys.")

    def _is_common_made_longer(self, typed: str) -> bool:
        """``Password1234!`` and ``p4ssw0rd-p4ssw0rd`` are ``password``."""
        for text in (typed, typed.translate(_LEET)):
            core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
            parts = {part for part in re.split(r"[\W_]+", core) if part}
            half = core[: len(core) // 2]
            repeated = core == half * 2
            if core in self._common or (repeated and half in self._common):
                return True
            if len(parts) == 1 and parts & self._common:
                return True
        return False


def _is_made_of(typed: str, user: object) -> bool:
    """``inesvogel2026``: of the letters, almost none are left without the words of name and address."""
    words = re.findall(
        r"[^\W\d_]{3,}", f"{getattr(user, 'email', '')} {getattr(user, 'name', '')}".lower()
    )
    left = "".join(re.findall(r"[^\W\d_]", typed))
    whole = len(left)
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < whole and len(left) < _FEWEST_LETTERS


def _without_runs(text: str) -> str:
    """The text without stretches of four and more that go along a row, either way."""
    for row in _ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), _RUN - 1, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], "")
    return text
