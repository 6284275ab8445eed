"""Every action that the record may hold is declared with its words by the room that does it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.house.source import modules, nodes_of, room, shown, tree_of
from tradepost.datamap.registry import actions
from tradepost.payments.types import EventKind

_ACTION = re.compile(r"[a-z]+\.[a-z_]+")
# Names that are put together while running; each with all that it may become.
PUT_TOGETHER = {
    "f'payments.{fact.kind.value}'": {f"payments.{kind.value}" for kind in EventKind},
}


def calls_of_record(path: Path) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Each call of ``audit.actions.record``, with the function around it (or the module)."""
    if any(
        isinstance(node, ast.ImportFrom)
        and node.module == "tradepost.audit.actions"
        and any(alias.name == "record" for alias in node.names)
        for node in nodes_of(path)
    ):
        yield from _calls_within(tree_of(path), tree_of(path))


def _calls_within(node: ast.AST, around: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and getattr(child.func, "id", "") == "record":
            yield child, around
        yield from _calls_within(child, child if isinstance(child, ast.FunctionDef) else around)


def recorded_in(path: Path) -> Iterator[str]:
    """The names that the file may record; a name handed to a helper is found where it is handed in."""
    for call, function in calls_of_record(path):
        said = next(keyword.value for keyword in call.keywords if keyword.arg == "action")
        if isinstance(said, ast.Constant):
            yield said.value
        elif isinstance(said, ast.Name):
            found = list(_handed_in(path, said.id, function))
            assert found, f"{shown(path)}:{call.lineno}: where does {said.id} come from?"
            yield from found
        else:
            text = ast.unparse(said)
            assert text in PUT_TOGETHER, f"{shown(path)}:{call.lineno}: name {text} in words"
            yield from PUT_TOGETHER[text]


def _handed_in(path: Path, name: str, function: ast.AST) -> Iterator[str]:
    """Texts that a local variable is set to, or that callers in the file hand in as the parameter."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            yield from _texts(node.value)
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function.name:
            for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                yield from _texts(value)


def _texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        text = one.value if isinstance(one, ast.Constant) else None
        if isinstance(text, str) and _ACTION.fullmatch(text):
            yield text


RECORDED = {name: path for path in modules() for name in recorded_in(path)}


def test_every_recorded_action_is_declared_by_its_own_room():
    assert len(RECORDED) > 120
    undeclared = {name: shown(path) for name, path in RECORDED.items() if name not in actions}
    assert undeclared == {}


@pytest.mark.parametrize("name", sorted(actions))
def test_no_label_is_left_of_an_action_that_is_gone(name):
    assert name in RECORDED


def test_a_room_labels_its_own_actions_only():
    from tradepost.modules.registry import rooms

    strange = [
        name for one in rooms.values() for name in one.actions if name.partition(".")[0] != one.name
    ]
    assert strange == []


def test_labels_say_what_was_done_in_words():
    with translation.override("en"):
        for name, label in actions.items():
            assert " " in str(label), name
            assert str(label) != name


def test_only_the_room_itself_records_its_actions_or_a_room_above():
    from tradepost.config.rooms import ROOMS

    for name, path in RECORDED.items():
        assert ROOMS.index(room(path)) <= ROOMS.index(name.partition(".")[0]), shown(path)


# Looks that show nobody.
NOBODY = {"catalog.export", "catalog.look_through_import"}


def test_whoever_looks_at_people_says_why():
    """What the person reads in the portal has no empty reason."""
    silent = []
    for path in modules():
        for call, _function in calls_of_record(path):
            said = {word.arg: word.value for word in call.keywords}
            action = said.get("action")
            name = action.value if isinstance(action, ast.Constant) else ""
            verb = str(name).partition(".")[2]
            if (
                verb.startswith(("look", "export", "download"))
                and name not in NOBODY
                and "reason" not in said
            ):
                silent.append(f"{shown(path)}:{call.lineno} {name}")
    assert silent == []
