"""HTML to the text part of a mail: readable by itself, links written out, quotes and tables in form."""

import re
from html.parser import HTMLParser

from tradepost.campaigns.compose import tables

_BLOCKS = {"p", "div", "table", "ul", "ol", "blockquote", "pre", "section", "hr"}
_HEADINGS = {"h1": "=", "h2": "-", "h3": ""}
_HIDDEN = re.compile(r'<div style="display:none[^<>]*>(?:(?!<div).)*?</div>', re.DOTALL)
_SILENT = {"head", "style", "script", "title"}


class _Writer(HTMLParser):
    """``depths`` counts, for each line, the quotes it stands in; ``kept`` lines keep their spaces."""

    def __init__(self, figures: frozenset[int]) -> None:
        super().__init__(convert_charrefs=True)
        self.figures = figures
        self.lines: list[str] = [""]
        self.depths: list[int] = [0]
        self.kept: set[int] = set()
        self.quotes = self.silent = self.verbatim = self.tables_seen = 0
        self.links: list[tuple[str, list[str]]] = []
        self.lists: list[int] = []
        self.heading_from = 0
        self.rows: list[tables.Row] | None = None
        self.headed = False

    # Tags ----------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag == "a":
            self.links.append((values.get("href") or "", []))
        elif tag == "img" and values.get("alt"):
            self.write(f"[{values['alt']}]")
        elif self.rows is not None:
            self._in_table(tag)
        elif tag in _HEADINGS:
            self.paragraph()
            self.heading_from = len(self.lines) - 1
        elif tag == "br" or (tag == "tr" and self.lines[-1].strip()):
            self.new_line()
        elif tag == "li":
            self._item()
        elif tag in _BLOCKS:
            self._open_block(tag, values)

    def _in_table(self, tag: str) -> None:
        if self.rows is None:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.headed |= tag == "th" and len(self.rows) <= 1
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append("")
        else:
            self.write(" ")

    def _open_block(self, tag: str, values: dict[str, str | None]) -> None:
        inside_item = tag == "p" and self.lists and self.lines[-1].lstrip("-0123456789. ") == ""
        if not inside_item:
            self.paragraph()
        if tag in {"ul", "ol"}:
            self.lists.append(_number(values.get("start")) if tag == "ol" else 0)
        elif tag == "hr":
            self.lines[-1] = "-" * 40
            self.paragraph()
        elif tag == "blockquote":
            self.quotes += 1
            self.depths[-1] = self.quotes
        elif tag == "pre":
            self.verbatim += 1
        elif tag == "table":
            if self.tables_seen in self.figures:
                self.rows, self.headed = [], False
            self.tables_seen += 1

    def _item(self) -> None:
        if self.lines[-1].strip():
            self.new_line()
        number = self.lists[-1] if self.lists else 0
        self.lines[-1] = f"{number}. " if number else "- "
        if number:
            self.lists[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag == "a" and self.links:
            self._close_link()
        elif self.rows is not None:
            if tag == "table":
                self._close_table()
        elif tag in _HEADINGS:
            self._underline(_HEADINGS[tag])
        elif tag in {"td", "th"}:
            self.write("  ")
        elif tag in {"ul", "ol"}:
            if self.lists:
                self.lists.pop()
            self.paragraph()
        elif tag in _BLOCKS:
            self._close_block(tag)

    def _close_block(self, tag: str) -> None:
        if tag == "blockquote":
            self.quotes = max(self.quotes - 1, 0)
        elif tag == "pre":
            self.verbatim = max(self.verbatim - 1, 0)
        self.paragraph()

    def _close_link(self) -> None:
        target, words = self.links.pop()
        shown = "".join(words).strip()
        address = target.removeprefix("mailto:").removeprefix("tel:")
        if address and address != shown:
            self.write(f" ({address})" if shown else address)

    def _close_table(self) -> None:
        rows = [[" ".join(cell.split()) for cell in row] for row in self.rows or ()]
        self.rows = None
        for line in tables.laid_out(rows, headed=self.headed):
            self.lines[-1] = line
            self.kept.add(len(self.lines) - 1)
            self.new_line()
        self.paragraph()

    def _underline(self, stroke: str) -> None:
        title = " ".join("".join(self.lines[self.heading_from :]).split())
        title = tables.MARK.sub("a name", title)
        if stroke and title:
            self.new_line()
            self.lines[-1] = stroke * min(len(title), 60)
        self.paragraph()

    # Text ----------------------------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if not self.verbatim or self.rows is not None:
            self.write(re.sub(r"\s+", " ", data))
            return
        for number, line in enumerate(data.split("\n")):
            if number:
                self.new_line()
            self.lines[-1] += line
            self.kept.add(len(self.lines) - 1)

    def write(self, text: str) -> None:
        if self.links:
            self.links[-1][1].append(text)
        if self.rows is not None:
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += text
            return
        if not self.lines[-1]:
            text = text.lstrip()
        self.lines[-1] += text

    def new_line(self) -> None:
        self.lines.append("")
        self.depths.append(self.quotes)

    def paragraph(self) -> None:
        if self.lines[-1].strip():
            self.new_line()
        if len(self.lines) < 2 or self.lines[-2].strip():
            self.new_line()
        self.depths[-1] = self.quotes

    def written(self) -> str:
        """A blank line belongs to a quote only when what stands below it does."""
        if self.rows is not None:
            self._close_table()
        out: list[str] = []
        below = 0
        for number in range(len(self.lines) - 1, -1, -1):
            line = self.lines[number]
            line = line.rstrip() if number in self.kept else line.strip()
            depth = min(self.depths[number], below) if not line else self.depths[number]
            below = self.depths[number] if line else below
            out.append(("> " * depth + line).rstrip())
        return "\n".join(reversed(out))


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[1-9][0-9]{0,5}", text) else 1


def from_html(html: str) -> str:
    shown = _HIDDEN.sub("", html)
    writer = _Writer(tables.with_figures(shown))
    writer.feed(shown)
    writer.close()
    text = re.sub(r"\n((?:> ?)*)\n(?:\1\n)+", r"\n\1\n", writer.written())
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
