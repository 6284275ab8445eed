"""Log lines that name nobody (promise collect.logs-without-identity) and open nothing.

What is secret in an address of this installation, only its map of addresses knows: ``SecretPaths`` is
made of that map, so a new address with a token in it is covered without anybody thinking of it.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# An address in any dress: plain, in a path, with its @ percent-encoded, also more than once.
_ADDRESS = re.compile(
    r"[^\s/=<>\"'(),:;?&\[\]]{1,64}(?:@|%(?:25){0,3}40)[\w-]++(?:\.[\w-]++)+", re.IGNORECASE
)
# PostgreSQL prints the values of the row that it refuses.
_VALUES = re.compile(r"^(DETAIL:\s+).*$", re.MULTILINE)
# What stands behind a name in a query or a form: "?cart=…&qty=…".
_QUERY = re.compile(r"([?&;][\w.%\[\]-]{1,60}=)[^&\s\"'<>;]+")
# Random texts as this house and its libraries make them, wherever they stand: 128 bits and more in
# base64url, with capitals, small letters and digits among them; hex digests and names have not all three.
_RANDOM = re.compile(
    r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,}(?::[\w-]+)*(?![\w-])", re.ASCII
)
_WITHHELD = "(secret)"
_SLASH = "/{1,4}"
LONGEST = 60_000


def without_people(text: str) -> str:
    """The text with e-mail addresses, and what a database says of a row's values, left out."""
    return _ADDRESS.sub("(address)", _VALUES.sub(r"\1(left out)", text))


def without_random(text: str) -> str:
    """The text without the values of queries, and without what looks like a key or token."""
    return _RANDOM.sub(_WITHHELD, _QUERY.sub(rf"\1{_WITHHELD}", text))


@dataclass(frozen=True)
class Part:
    """One part of an address between slashes: a fixed word, an open argument, or a secret one."""

    text: str = ""
    secret: bool = False


class SecretPaths:
    """Takes the secret parts out of addresses. ``routes`` are the map's, part by part."""

    def __init__(self, routes: Iterable[Sequence[Part]]) -> None:
        words: dict[str, set[str]] = {}
        hidden: set[str] = set()
        for route in routes:
            before = _SLASH
            for part in route:
                if part.secret:
                    hidden.add(before)
                elif part.text:
                    words.setdefault(before, set()).add(part.text)
                before += (re.escape(part.text) if part.text else r"[^/\s?#\"'<>]+") + _SLASH
        self._rules = [
            (_rule(before), frozenset(words.get(before, ())))
            for before in sorted(hidden, key=len, reverse=True)
        ]

    def hide(self, text: str) -> str:
        for rule, words in self._rules:
            text = rule.sub(lambda found, words=words: _kept(found, words), text)  # type: ignore[misc]  # bound now
        return text


def _rule(before: str) -> re.Pattern[str]:
    """Also where capitals or doubled slashes made an address that leads nowhere: its token is good."""
    return re.compile(rf"({before})([^/\s?#\"'<>,;()]+)", re.IGNORECASE)


def _kept(found: re.Match[str], words: frozenset[str]) -> str:
    """A fixed word that stands where others have a secret stays: ``orders/export``."""
    return found[0] if found[2] in words else f"{found[1]}{_WITHHELD}"


class NamingNobody(logging.Formatter):
    """Formats as its parent does, tracebacks included, then takes people and secrets out."""

    def format(self, record: logging.LogRecord) -> str:
        return self.quiet(super().format(record))

    def quiet(self, text: str) -> str:
        return without_random(without_people(text[:LONGEST]))
