"""How deep the elements of a document lie in one another.

The MJML renderer calls itself once a level. Some thousand levels overrun the stack, which ends the
whole process: no exception, no other reader's page, no sender. So depth is counted before it sees it.
"""

import re

DEEPEST = 100  # a letter with tables in tables comes to about thirty

# As the renderer reads: plain comments are skipped, what stands in Outlook's conditional ones counts.
_TAG = re.compile(
    r"<!--(?!\[if)(?:(?!-->).)*+(?:-->|\Z)|<(/?)([A-Za-z][\w:.-]*+)(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*+>",
    re.DOTALL,
)
VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}


def is_too_deep(document: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(document):
        closes, name = tag.groups()
        if name is None or name in VOID or tag[0].endswith("/>"):
            continue
        depth += -1 if closes else 1
        if depth > DEEPEST:
            return True
    return False
