"""Tables in the text part: which hold figures, and how those stand under one another."""

import re
from html.parser import HTMLParser

MARK = re.compile(r"tp[0-9a-f]{10}f[A-Za-z]{1,40}\d{1,9}x")  # stands for a field; see ``marks``
_WIDEST = 76
_VALUE = 10  # characters that the value of a field is taken to have

Row = list[str]


class _Survey(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[int] = []
        self.layout: set[int] = set()
        self.headed: set[int] = set()
        self.cells: list[list[int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.layout.update(self.open[-1:])  # a table that holds tables arranges things
            self.open.append(len(self.cells))
            self.cells.append([])
            if dict(attrs).get("role") == "presentation":
                self.layout.add(self.open[-1])
        elif self.open and tag == "tr":
            self.cells[self.open[-1]].append(0)
        elif self.open and tag in {"td", "th"}:
            if tag == "th":
                self.headed.add(self.open[-1])
            if self.cells[self.open[-1]]:
                self.cells[self.open[-1]][-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.open:
            self.open.pop()


def with_figures(html: str) -> frozenset[int]:
    """The numbers, from 0, of the tables whose rows and columns mean something."""
    survey = _Survey()
    survey.feed(html)
    survey.close()
    return frozenset(
        number
        for number, rows in enumerate(survey.cells)
        if number not in survey.layout
        and (number in survey.headed or sum(cells >= 2 for cells in rows) >= 2)
    )


def laid_out(rows: list[Row], *, headed: bool) -> list[str]:
    """Columns under one another; where they are too wide for a line, one value a line with its heading."""
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    count = max(len(row) for row in rows)
    rows = [row + [""] * (count - len(row)) for row in rows]
    widths = [max(_width(row[place]) for row in rows) for place in range(count)]
    if sum(widths) + 2 * (count - 1) > _WIDEST:
        return _one_below_another(rows, headed=headed)
    lines = [_columns(row, widths) for row in rows]
    if headed:
        lines.insert(1, "  ".join("-" * width for width in widths).rstrip())
    return lines


def _columns(row: Row, widths: list[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _one_below_another(rows: list[Row], *, headed: bool) -> list[str]:
    if not headed or len(rows) < 2:
        return [" | ".join(row) for row in rows]
    lines: list[str] = []
    for row in rows[1:]:
        named = zip(rows[0], row, strict=True)
        lines += [f"{heading}: {cell}" if heading else cell for heading, cell in named if cell]
        lines.append("")
    return lines[:-1]


def _width(cell: str) -> int:
    return len(MARK.sub("x" * _VALUE, cell))
