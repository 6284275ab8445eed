"""Signs the links and forms of a merchant's page: HTML in, the same HTML with hashes out.

Everything but the hashes stays as it was, to the last character. A line whose price is worked out in
the buyer's browser cannot be signed; it is counted, for the merchant to see to.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote_plus, urlsplit

from tradepost.checkout.dropin.form_fields import Fields, clean, clean_name
from tradepost.checkout.dropin.reading import signables_of
from tradepost.checkout.dropin.signing import current_link_key, digest
from tradepost.checkout.types import PostRefused
from tradepost.merchants.models import Merchant

_ENDINGS = ("/cf/add.cfm", "/cf/addmulti.cfm")
_ATTRIBUTE = re.compile(
    r"""(?<![a-zA-Z-])(?P<name>[a-zA-Z-]{1,40})\s{0,20}=\s{0,20}"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))"""
)
Pairs = list[tuple[str, str | None]]


@dataclass(frozen=True)
class SignedPage:
    """``left``: links and forms that could not be signed."""

    text: str
    signed: int
    left: int


@dataclass
class _PageForm:
    """A form of the page up to where it ends, with the places of its choices."""

    end: int = -1
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[int, int, str]] = field(default_factory=list)  # start, end, value


def sign_page(merchant: Merchant, text: str) -> SignedPage:
    """Needs the merchant's scope."""
    page = _Page(text)
    key = current_link_key(merchant)
    edits: list[tuple[int, int, str]] = []
    signed = left = 0
    for found in (*_links(page, key), *_forms(page, key)):
        signed, left = (signed + 1, left) if found else (signed, left + 1)
        edits += found
    parts, place = [], 0
    for start, end, new in sorted(edits):
        parts += [text[place:start], new]
        place = end
    return SignedPage("".join([*parts, text[place:]]), signed, left)


def _links(page: "_Page", key: str) -> Iterator[list[tuple[int, int, str]]]:
    for start, raw in page.links:
        address = html.unescape(raw)
        kept = parse_qsl(urlsplit(address).query, keep_blank_values=True)
        pairs = [pair for pair in kept if not clean_name(pair[0]).startswith("hash")]
        hashes = _hashes(pairs, key)
        added = "".join(f"&amp;{name}={quote_plus(value)}" for name, value in hashes.items())
        has_hash = len(pairs) != len(kept)
        base = raw if not has_hash else html.escape(_without_hash(address), quote=True)
        yield [(start, start + len(raw), base + added)] if added else []


def _without_hash(address: str) -> str:
    before, _mark, query = address.partition("?")
    parts = [part for part in query.split("&") if not part.lower().startswith("hash")]
    return f"{before}?{'&'.join(parts)}"


def _forms(page: "_Page", key: str) -> Iterator[list[tuple[int, int, str]]]:
    for form in page.forms:
        hashes = _hashes(form.fields, key)
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{value}">' for name, value in hashes.items()
        )
        edits = [(form.end, form.end, inputs)] if inputs and form.end >= 0 else []
        for start, end, value in form.choices:
            parts = value.split(":")
            packed = _hashes([("productpr", value)], key).get("hash")
            if packed and len(parts) < 5:
                new = ":".join([*parts, *[""] * (4 - len(parts)), packed])
                edits.append((start, end, html.escape(new, quote=True)))
        yield edits


def _hashes(pairs: list[tuple[str, str]], key: str) -> dict[str, str]:
    """By the name of the field, for lines that say a price in a field of its own."""
    fields = Fields([(clean_name(name), clean(value)) for name, value in pairs])
    try:
        found = signables_of(fields)
    except PostRefused:
        return {}
    return {f"hash{number}": digest(key, signable) for number, signable in found if signable.price}


class _Page(HTMLParser):
    """Where links to the cart and forms of the cart stand in a text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.links: list[tuple[int, str]] = []
        self.forms: list[_PageForm] = []
        self._form: _PageForm | None = None
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Pairs) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and _is_cart(values.get("href", "")):
            place = self._value_of("href")
            if place:
                self.links.append((place[0], self.text[place[0] : place[1]]))
        elif tag == "form":
            self._form = _PageForm() if _is_cart(values.get("action", "")) else None
        elif self._form is not None and tag in {"input", "option"}:
            self._note_field(self._form, tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self._form.end = self._at()
            self.forms.append(self._form)
            self._form = None

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _note_field(self, form: _PageForm, tag: str, values: dict[str, str]) -> None:
        value = values.get("value", "")
        if tag == "option" or values.get("name", "").lower().startswith("productpr"):
            place = self._value_of("value") if ":" in value else None
            if place:
                form.choices.append((*place, value))
        elif values.get("type", "").lower() == "hidden" and "name" in values:
            form.fields.append((values["name"], value))

    def _value_of(self, name: str) -> tuple[int, int] | None:
        """Where the attribute's text stands in the tag that is being read, as it is written there."""
        start, tag = self._at(), self.get_starttag_text() or ""
        for found in _ATTRIBUTE.finditer(tag):
            if found["name"].lower() == name:
                group = found.lastgroup or ""
                return start + found.start(group), start + found.end(group)
        return None


def _is_cart(address: str) -> bool:
    try:
        return urlsplit(address).path.lower().endswith(_ENDINGS)
    except ValueError:
        return False
