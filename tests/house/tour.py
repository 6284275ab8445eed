"""The tour of the code points at lines. ``python -m tests.house.tour`` writes where the names stand now."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT, tree_of

TOUR = ROOT / "docs" / "tour.md"
# [`Class.method`](../src/…/file.py#L42)
POINTER = re.compile(r"\[`([\w.]{1,80})`\]\(([^()#\s]{1,120}\.py)#L(\d{1,5})\)")


class NotDefined(LookupError):
    """The tour names what its file does not define."""


def lines_of(path: Path) -> dict[str, int]:
    """Every function, class and constant of a file, methods as ``Class.method``, and its line."""
    return dict(_named(tree_of(path).body, ""))


def _named(body: list[ast.stmt], before: str) -> Iterator[tuple[str, int]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield before + node.name, node.lineno
        elif isinstance(node, ast.ClassDef):
            yield before + node.name, node.lineno
            yield from _named(node.body, f"{before}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                (before + one.id, node.lineno) for one in targets if isinstance(one, ast.Name)
            )


def corrected(text: str) -> str:
    """The tour with the line of each name. Raises: NotDefined."""

    def pointer(found: re.Match[str]) -> str:
        name, file = found[1], found[2]
        lines = lines_of((TOUR.parent / file).resolve())
        if name not in lines:
            raise NotDefined(f"{name} is not in {file}")
        return f"[`{name}`]({file}#L{lines[name]})"

    return POINTER.sub(pointer, text)


if __name__ == "__main__":
    TOUR.write_text(corrected(TOUR.read_text()))
