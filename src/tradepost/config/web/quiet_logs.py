"""Log lines without the secrets that addresses carry, by the map of addresses itself."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tradepost.lib.quiet_logs import LONGEST, NamingNobody, Part, SecretPaths

# Arguments that anybody may read: names of shops, products, pages, files of pictures. Every other
# argument of an address counts as secret, so that a new one is hidden until somebody says it is not.
OPEN_ARGUMENTS = frozenset(
    {"handle", "slug", "sku", "kind", "accent", "digest", "form", "gateway", "shop", "number"}
)
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>")


@cache
def secret_paths() -> SecretPaths:
    return SecretPaths(routes())


def routes() -> Iterator[list[Part]]:
    """Every address of the map, part by part."""
    for text in _texts(get_resolver(), ""):
        yield [_part(piece) for piece in _pieces(text)]


def _texts(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _texts(entry, text)
        elif isinstance(entry, URLPattern):
            yield text


def _pieces(text: str) -> list[str]:
    """Cut at slashes, but not at those within the brackets of a regular expression."""
    pieces, depth = [""], 0
    for letter in text:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "/" and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [piece for piece in pieces if piece]


def _part(piece: str) -> Part:
    names = _ARGUMENT.findall(piece) or _GROUP.findall(piece)
    if not names:
        return Part(text=piece)
    return Part(secret=not OPEN_ARGUMENTS.issuperset(names))


class KeepingSecrets(NamingNobody):
    """The formatter of all logs; before the rooms are loaded there are no addresses to hide."""

    def quiet(self, text: str) -> str:
        if not apps.ready:
            return super().quiet(text)
        return super().quiet(secret_paths().hide(text[:LONGEST]))


class AsJson(KeepingSecrets):
    """One JSON object a line, as quiet as the plain form."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": self.quiet(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = self.quiet(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
