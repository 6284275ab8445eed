"""``{br}`` and ``{b}…{/b}`` of the old cart: line break and bold, and nothing else."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_BOLD = re.compile(r"\{b\}((?:(?!\{b\}).)*?)\{/b\}", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"\{br ?/?\}", re.IGNORECASE)
_STRAY = re.compile(r"\{/?b\}", re.IGNORECASE)


def product_words(text: str) -> SafeString:
    """Safe HTML: everything escaped first, then the marks; a bold that is not closed is dropped."""
    words = _BREAK.sub("<br>", _BOLD.sub(r"<strong>\1</strong>", str(escape(text))))
    return mark_safe(_STRAY.sub("", words))  # noqa: S308  escaped above


def plain_words(text: str) -> str:
    """The same without formatting, for orders and mails."""
    return _STRAY.sub("", _BREAK.sub(", ", text))
