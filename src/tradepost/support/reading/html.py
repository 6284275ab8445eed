"""The words of a mail that is HTML alone. No HTML of a stranger is kept or shown: only its text, with links
written out, and what it quotes behind ``>`` as in a mail of plain text."""

import re
from html.parser import HTMLParser
from typing import override

import nh3

LONGEST = 200_000
_HIDDEN = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "head",
    "title",
}
_TAGS = {
    "a",
    "blockquote",
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "pre",
    "hr",
}
_BLOCKS = _TAGS - {"a", "br", "hr"}
_MANY_BREAKS = re.compile(r"\n{3,}")
_DEEPEST = 20


def text_of_html(html: str) -> str:
    """Bounded; empty for a page without words."""
    clean = nh3.clean(
        html[:LONGEST],
        tags=_TAGS,
        clean_content_tags=_HIDDEN,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    reader = _Words()
    reader.feed(clean)
    reader.close()
    return _MANY_BREAKS.sub("\n\n", "\n".join(reader.lines())).strip()


class _Words(HTMLParser):
    """Reads what nh3 has cleaned, so the tags are few and closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._link = ""
        self._label: list[str] = []

    def lines(self) -> list[str]:
        self._end_line()
        return self._done

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link, self._label = dict(attrs).get("href") or "", []
        elif tag in {"br", "hr"}:
            self._end_line(keep_empty=True)
        elif tag in _BLOCKS:
            self._end_line()
        if tag == "blockquote":
            self._depth += 1
        elif tag == "li":
            self._line.append("- ")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            label = "".join(self._label).strip()
            if self._link.removeprefix("mailto:") != label:
                self._line.append(f" ({self._link[:500]})")
            self._link = ""
        elif tag in _BLOCKS:
            self._end_line()
            if tag == "p":
                self._done.append(self._mark())
        if tag == "blockquote":
            self._depth = max(self._depth - 1, 0)

    @override
    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        self._line.append(words)
        if self._link:
            self._label.append(words)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        words = "".join(self._line).strip()
        if words or keep_empty:
            self._done.append(f"{self._mark()}{words}")
        self._line = []

    def _mark(self) -> str:
        return "> " * min(self._depth, _DEEPEST)
