"""What import-linter cannot see: edges write nothing, and no room uses another room's views."""

import ast

from tests.house.source import PACKAGE, modules, room, shown, tree_of

EDGES = {"views", "api.py", "receivers.py", "management", "views.py"}
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "add", "set",
}  # fmt: skip
WRITES_EXCUSED: dict[str, str] = {}


def _is_edge(path):
    parts = path.relative_to(PACKAGE).parts
    return any(part in EDGES for part in parts[1:])


def _is_database_write(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in WRITES:
        return False
    if ast.unparse(function.value) == "router":
        return False  # an operation of the API, not a write
    if function.attr in {"save", "delete"}:
        return True
    return "objects" in ast.unparse(function.value) or function.attr.startswith("bulk_")


def test_edges_never_write_to_the_database():
    found = [
        f"{shown(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in modules()
        if _is_edge(path)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _is_database_write(node)
    ]
    assert [place for place in found if place.split()[0] not in WRITES_EXCUSED] == []


def test_no_room_imports_the_views_of_another():
    found = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            parts = node.module.split(".")
            names = {alias.name for alias in node.names}
            if parts[0] != "tradepost" or len(parts) < 2 or parts[1] == room(path):
                continue
            if "views" in parts or ("views" in names and len(parts) == 2):
                found.append(f"{shown(path)}:{node.lineno}")
    assert found == []


def test_views_are_at_most_25_lines():
    from tests.house.source import functions

    long = {
        f"{shown(path)}::{name}": lines
        for path in modules()
        if "views" in {*path.parts, path.stem}
        for name, lines in functions(path)
        if lines > 25
    }
    assert long == {}
