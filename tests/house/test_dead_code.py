"""What nothing names is dead: a public function, class or constant of the shipped code."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.house.source import PACKAGE, modules, templates, tree_of

# Name → who uses it without naming it in shipped code.
_TESTS_LOOK = "the tests of several rooms look through it"
_DJANGO = "Django reads it from FORMAT_MODULE_PATH"
ALLOWED = {
    "AA_CONTROL": "the contrast that WCAG asks of controls; the test of colours measures by it",
    "FIRST_DAY_OF_WEEK": _DJANGO,
    "MONTH_DAY_FORMAT": _DJANGO,
    "TIME_FORMAT": _DJANGO,
    "content_version": _TESTS_LOOK,
    "counts_by_state": _TESTS_LOOK,
    "may_be_mailed": _TESTS_LOOK,
}
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Decorators that hand the function to somebody who calls it: views of the API, tasks, checks, fixtures.
_ROOTS = {"urls.py", "settings.py", "apps.py", "asgi.py", "wsgi.py", "admin.py"}


def _defined(path: Path) -> list[str]:
    found = []
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not node.decorator_list:
                found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [one.id for one in node.targets if isinstance(one, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(node.target.id)
    return [name for name in found if not name.startswith("_")]


def _named() -> Counter[str]:
    """Every word of shipped code, strings and templates included; a definition is one of them."""
    count: Counter[str] = Counter()
    for path in [*modules(), *templates()]:
        count.update(_WORD.findall(path.read_text()))
    return count


def dead() -> list[str]:
    count = _named()
    return sorted(
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in modules()
        if path.name not in _ROOTS and path.parent.name not in {"commands", "config"}
        for name in _defined(path)
        if count[name] == 1 and name not in ALLOWED
    )


def test_nothing_is_left_that_nobody_names():
    assert dead() == []


def test_no_reason_is_given_for_what_is_gone_or_used():
    count = _named()
    assert [name for name in ALLOWED if count[name] != 1] == []
