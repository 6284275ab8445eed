"""The source tree, as the house tests read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tradepost"


def is_test(path: Path) -> bool:
    """By its place in this tree, wherever the tree itself lies."""
    return (
        "tests" in path.relative_to(ROOT).parts
        or path.name.startswith("test_")
        or path.name == "conftest.py"
    )


@cache
def modules() -> tuple[Path, ...]:
    """Every module that ships, without migrations and tests."""
    return tuple(
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts and not is_test(path)
    )


@cache
def modules_of_tests() -> tuple[Path, ...]:
    shipped = [path for path in PACKAGE.rglob("*.py") if is_test(path)]
    return tuple(sorted([*shipped, *(ROOT / "tests").rglob("*.py")]))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(
        path
        for ending in ("html", "mjml", "txt")
        for path in sorted(PACKAGE.rglob(f"*.{ending}"))
        if "vendor" not in path.parts
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """As ``ast.walk`` gives them: many tests ask, and each walk over all modules takes seconds."""
    return tuple(ast.walk(tree_of(path)))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, decorators and docstring not counted."""
    for node in nodes_of(path):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[0]
        documented = ast.get_docstring(node, clean=False) is not None
        start = (first.end_lineno or 0) + 1 if documented else node.lineno
        yield node.name, (node.end_lineno or 0) - start + 1


def length(path: Path) -> int:
    return len(path.read_text().splitlines())


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def percentile_95(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.95)] if values else 0
