"""Whoever does something is an Actor: one type, one spelling in the record."""

import ast

from tests.house.source import modules, nodes_of, shown, tree_of

# A function whose ``by`` is nobody who does something, or may be nobody at all → why.
EXCUSED: dict[str, str] = {
    "src/tradepost/audience/segments/registry.py::name_of": "the column that a row is found by",
    "src/tradepost/orders/actions/handle.py::_stamp": "None where a state is taken back",
}


def _parameters():
    for path in modules():
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                for parameter in given:
                    yield path, node, parameter


def test_whoever_does_it_is_an_actor():
    found = {
        f"{shown(path)}::{function.name}": ast.unparse(parameter.annotation or ast.Constant(None))
        for path, function, parameter in _parameters()
        if parameter.arg == "by"
    }
    wrong = {place: kind for place, kind in found.items() if kind != "Actor"}
    assert {place: kind for place, kind in wrong.items() if place not in EXCUSED} == {}
    assert set(EXCUSED) <= set(wrong)


def test_there_is_one_type_of_actors():
    found = [
        shown(path)
        for path in modules()
        for node in tree_of(path).body
        if (isinstance(node, ast.ClassDef) and node.name == "Actor")
        or (
            isinstance(node, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == "Actor" for one in node.targets)
        )
    ]
    assert found == ["src/tradepost/audit/types.py"]


def test_nobody_spells_an_actor_by_hand():
    """``by=`` and ``actor=`` are given an Actor, never a text."""
    found = [
        f"{shown(path)}:{keyword.value.lineno}"
        for path in modules()
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in {"by", "actor"}
        and isinstance(keyword.value, ast.Constant | ast.JoinedStr)
        and "name_of" not in ast.unparse(node.func)
    ]
    assert found == []
