"""HTML to the text part of a mail: readable by itself, links written out."""

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "table", "ul", "ol", "blockquote", "pre", "section", "hr"}
_HEADINGS = {"h1": "=", "h2": "-", "h3": ""}
_HIDDEN = re.compile(r'<div style="display:none[^<>]*>(?:(?!<div).)*?</div>', re.DOTALL)
_MARK = re.compile(r"tp[0-9a-f]{10}f[A-Za-z]{1,40}\d{0,9}x")  # stands for a field; see ``letter``
_SILENT = {"head", "style", "script", "title"}


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.silent = 0
        self.links: list[tuple[str, int]] = []
        self.lists: list[int] = []
        self.heading_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag in _HEADINGS:
            self.paragraph()
            self.heading_from = len(self.lines) - 1
        elif tag == "br" or (tag == "tr" and self.lines[-1].strip()):
            self.lines.append("")
        elif tag == "li":
            self._item()
        elif tag == "a":
            self.links.append((values.get("href") or "", len("".join(self.lines))))
        elif tag == "img" and values.get("alt"):
            self.write(f"[{values['alt']}]")
        elif tag in _BLOCKS:
            self._open_block(tag, values)

    def _open_block(self, tag: str, values: dict[str, str | None]) -> None:
        inside_item = tag == "p" and self.lists and self.lines[-1].lstrip("-0123456789. ") == ""
        if not inside_item:
            self.paragraph()
        if tag in {"ul", "ol"}:
            self.lists.append(int(values.get("start") or 1) if tag == "ol" else 0)
        elif tag == "hr":
            self.lines[-1] = "-" * 40
            self.paragraph()

    def _item(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        number = self.lists[-1] if self.lists else 0
        self.lines[-1] = f"{number}. " if number else "- "
        if number:
            self.lists[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in _HEADINGS:
            self._underline(_HEADINGS[tag])
        elif tag == "a" and self.links:
            self._close_link()
        elif tag in {"td", "th"}:
            self.write("  ")
        elif tag in {"ul", "ol"}:
            if self.lists:
                self.lists.pop()
            self.paragraph()
        elif tag in _BLOCKS:
            self.paragraph()

    def _close_link(self) -> None:
        target, start = self.links.pop()
        shown = "".join(self.lines)[start:].strip()
        address = target.removeprefix("mailto:").removeprefix("tel:")
        if address and address != shown:
            self.write(f" ({address})" if shown else address)

    def _underline(self, stroke: str) -> None:
        title = " ".join("".join(self.lines[self.heading_from :]).split())
        title = _MARK.sub("a name", title)
        if stroke and title:
            self.lines.append(stroke * min(len(title), 60))
        self.paragraph()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.write(re.sub(r"\s+", " ", data))

    def write(self, text: str) -> None:
        if not self.lines[-1]:
            text = text.lstrip()
        self.lines[-1] += text

    def paragraph(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        if len(self.lines) < 2 or self.lines[-2].strip():
            self.lines.append("")


def from_html(html: str) -> str:
    writer = _Writer()
    writer.feed(_HIDDEN.sub("", html))
    writer.close()
    text = "\n".join(line.strip() for line in writer.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
