"""Bytes of a link or form → fields of clean text, whatever old page and browser sent them."""

import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _

from tradepost.checkout.types import NotTaken, PostRefused

MAX_FIELDS = 4000
MAX_VALUE = 4000
_KEPT = {"\n", "\t"}
# Whole ones only: ``&copy=2`` in an address is a field of that address and no sign.
_ENTITY = re.compile(r"&#?[0-9a-zA-Z]{1,32};")


class Fields:
    """Names in lower case, values in order; ``product[]`` and the like may repeat."""

    def __init__(self, pairs: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def get(self, name: str, default: str = "") -> str:
        """The first value that is not empty."""
        return next((value for value in self._values.get(name, ()) if value), default)

    def all(self, name: str) -> list[str]:
        return list(self._values.get(name, ()))

    def has(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


def read_fields(request: HttpRequest) -> Fields:
    """Fields of the form, then those of the address.

    Raises:
        PostRefused: too large, or not a form at all.
    """
    try:
        sent = _body_pairs(request)
        said = set(sent)
        # A form often repeats fields of its own address: the same said twice is said once.
        pairs = sent + [
            pair for pair in _pairs(request.META.get("QUERY_STRING", "")) if pair not in said
        ]
    except (SuspiciousOperation, MultiPartParserError):
        raise PostRefused(NotTaken(_("This form is too large, or damaged on its way."))) from None
    if len(pairs) > MAX_FIELDS:
        raise PostRefused(NotTaken(_("This form has more fields than a cart can take.")))
    return Fields(pairs)


def _body_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    body = request.body  # before request.POST, so that the body may be read twice
    if request.content_type == "multipart/form-data":
        return _multipart_pairs(request)
    if request.content_type == "text/plain":
        rows = (row.partition(b"=") for row in body.split(b"\n", MAX_FIELDS + 1))
        return [
            _field(decode(name), decode(value.removesuffix(b"\r"))) for name, _mark, value in rows
        ]
    return _pairs(body.decode("latin-1"))


def _multipart_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """Read as latin-1, which loses no byte, and decoded here like everything else."""
    request.encoding = "latin-1"
    return [
        _field(_again(name), _again(str(value)))
        for name, values in request.POST.lists()
        for value in values
    ]


def _again(text: str) -> str:
    return decode(text.encode("latin-1", "replace"))


def _pairs(text: str) -> list[tuple[str, str]]:
    """Split ``a=1&b=2``. ``&amp;`` between fields is an old page's slip and read as ``&``."""
    pairs = []
    for part in text.replace("&amp;", "&").split("&", MAX_FIELDS + 1):
        name, _mark, value = part.partition("=")
        if name:
            pairs.append(_field(_unquoted(name), _unquoted(value)))
    return pairs


def _field(name: str, value: str) -> tuple[str, str]:
    name = clean_name(name)
    if name == "sd":  # handed back untouched, but for what no database takes
        return name, value.replace("\x00", "")[
            : MAX_VALUE + 1
        ]  # one more tells that it is too long
    return name, clean(value)


def _unquoted(text: str) -> str:
    raw = text.replace("+", " ").encode("latin-1", "replace")
    return decode(unquote_to_bytes(raw))


def decode(raw: bytes) -> str:
    """UTF-8 where it is; else windows-1252, which old pages without a declared character set send."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1252", "replace")


def clean_name(text: str) -> str:
    return clean(text).lower()[:60]


def clean(text: str) -> str:
    """Entities resolved, control characters and halves of characters gone, ends trimmed, clipped."""
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text[: MAX_VALUE * 2])
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    kept = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", kept).strip()[:MAX_VALUE]
