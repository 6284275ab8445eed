"""Tables that become cards on a phone: each cell says which column it is of, without a script.

`ui/css/table.css` draws the label (`data-label`) where the heads are out of sight.
"""

import re

# One opening tag of a table, as templates write it; what is quoted may hold an angle bracket.
TAG = re.compile(r"""<(thead|tbody|tfoot|tr|th|td)(?=[\s>])((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
INNER = re.compile(r"""<(?:[^<>"']|"[^"]*+"|'[^']*+')*+>""")
COLSPAN = re.compile(r'\bcolspan="([0-9]{1,3})"')


def labelled(html: str) -> str:
    """The table with a `data-label` in every cell of a named column.

    A head that only screen readers are told, or that holds a field, names no cell: what stands
    below it speaks for itself. Neither does a cell over several columns get a name.
    """
    parts: list[str] = []
    heads: list[str] = []
    section, column, done = "", 0, 0
    for tag in TAG.finditer(html):
        name, attributes = tag.groups()
        if name in ("thead", "tbody", "tfoot"):
            section = name
        elif name == "tr":
            column = 0
            heads = [] if section == "thead" else heads
        elif section == "thead":
            heads.append(_words(html, tag.end(), f"</{name}>"))
        else:
            width = _width(attributes)
            if name == "td" and width == 1 and column < len(heads):
                parts += [html[done : tag.end() - 1], _label(heads[column], attributes)]
                done = tag.end() - 1
            column += width
    return "".join([*parts, html[done:]])


def _words(html: str, start: int, closing: str) -> str:
    """What a head says: up to its end, without tags."""
    inside = html[start : html.find(closing, start)]
    if "visually-hidden" in inside or "<input" in inside:
        return ""
    return " ".join(INNER.sub(" ", inside).split()).replace('"', "&quot;")


def _width(attributes: str) -> int:
    found = COLSPAN.search(attributes)
    return int(found[1]) if found else 1


def _label(label: str, attributes: str) -> str:
    return f' data-label="{label}"' if label and " data-label=" not in attributes else ""
