"""Every promise that a check backs has a breach in the tests that the check must notice."""

import ast
from importlib import import_module
from pathlib import Path

from tradepost.assurance.checks import load_checks
from tradepost.notice.catalogue import PROMISES

checks = load_checks()

FOLDER = Path(__file__).parents[1] / "promises"


def mutated_promises() -> set[str]:
    found: set[str] = set()
    for file in FOLDER.glob("test_*.py"):
        names = {
            target.id
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        if "MUTATIONS" in names:
            found |= set(import_module(f"tests.promises.{file.stem}").MUTATIONS)
    return found


def test_each_backed_promise_has_a_mutation():
    assert set(checks) - mutated_promises() == set()


def test_each_check_backs_a_promise_that_was_made():
    assert set(checks) - set(PROMISES) == set()
