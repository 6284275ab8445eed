"""What import-linter cannot see: edges write nothing, and no room uses another room's views."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, modules, nodes_of, room, shown, tree_of

EDGES = {"views", "api.py", "receivers.py", "management", "views.py"}
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "add",
    "set", "remove", "clear", "raw", "execute", "executemany",
}  # fmt: skip
WRITES |= {f"a{name}" for name in WRITES}  # their async twins
# What these make holds nothing of the database; all else might, whatever its name is.
PLAIN = {
    "dict", "set", "list", "bytearray", "defaultdict", "Counter", "OrderedDict", "Event", "Router", "HttpResponse",
    "redirect", "render", "QueryDict", "copy", "deepcopy",
}  # fmt: skip
# ``file verb`` → why this is no write of an edge.
WRITES_EXCUSED: dict[str, str] = {}


@cache
def edges() -> tuple[Path, ...]:
    """Where requests, programs, events and commands come in, and whatever a map of addresses leads to."""
    named = [path for path in modules() if EDGES & set(path.relative_to(PACKAGE).parts[1:])]
    mapped = [
        PACKAGE.parent.joinpath(*node.module.split("."), f"{alias.name}.py")
        for path in modules()
        if path.name == "urls.py"
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tradepost.")
        for alias in node.names
    ]
    return tuple(sorted({*named, *(path for path in mapped if path in modules())}))


def _made_by(value: ast.expr | None) -> bool:
    """Whether a name that is given this value holds nothing of the database."""
    if isinstance(value, ast.Dict | ast.Set | ast.List | ast.DictComp | ast.SetComp | ast.ListComp):
        return True
    if isinstance(value, ast.BinOp):
        return _made_by(value.left)
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in PLAIN


def _given(node: ast.AST) -> Iterator[tuple[ast.AST | None, bool]]:
    """What a statement gives a value to, and whether that value is a plain one."""
    if isinstance(node, ast.Assign):
        yield from ((target, _made_by(node.value)) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        yield node.target, _made_by(node.value)
    elif isinstance(node, ast.For | ast.comprehension):
        yield node.target, False
    elif isinstance(node, ast.withitem):
        yield node.optional_vars, False
    elif isinstance(node, ast.arg):
        yield ast.Name(node.arg), False
    elif isinstance(node, ast.ImportFrom):
        from_actions = "actions" in (node.module or "").split(".")
        for alias in node.names:
            yield ast.Name(alias.asname or alias.name), from_actions and alias.name.islower()


def _harmless(tree: ast.AST) -> set[str]:
    """Names that, wherever they are given a value, get a plain one; and modules of actions."""
    given: dict[str, list[bool]] = {}
    for node in ast.walk(tree):
        for target, is_plain in _given(node):
            for name in ast.walk(target) if target else ():
                if isinstance(name, ast.Name):
                    given.setdefault(name.id, []).append(is_plain and name is target)
    return {name for name, found in given.items() if all(found)}


def _only_fills(call: ast.Call) -> bool:
    """``form.save(commit=False)`` hands out a row and writes nothing."""
    return any(
        one.arg == "commit" and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in call.keywords
    )


def writes_of(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and text of every call of a writing verb, save on names that hold nothing of the database."""
    harmless = _harmless(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        is_plain = _made_by(owner) or (isinstance(owner, ast.Name) and owner.id in harmless)
        if node.func.attr in WRITES and not is_plain and not _only_fills(node):
            found.append((node.lineno, ast.unparse(node.func)))
    return found


def test_edges_never_write_to_the_database():
    found = {
        f"{path.relative_to(PACKAGE)} {text}"
        for path in edges()
        for _line, text in writes_of(tree_of(path))
    }
    assert sorted(found - set(WRITES_EXCUSED)) == []
    assert sorted(set(WRITES_EXCUSED) - found) == []


def test_every_kind_of_edge_is_looked_at():
    shown_edges = {str(path.relative_to(PACKAGE)) for path in edges()}
    assert {"payments/office.py", "console/mail_views.py", "catalog/api.py"} <= shown_edges
    assert len(shown_edges) > 80


@pytest.mark.parametrize(
    "written",
    [
        "rows.update(state='paid')", "merchant.orders.create(number=1)", "Order._default_manager.create()",
        "order.save()", "rows.filter(pk=1).delete()", "rows.bulk_create([])", "order.lines.add(line)",
        "get_model('orders', 'Order').objects.update(x=1)", "cursor.execute('DELETE')", "await_me.asave()",
        "rows = {}\nrows = Order.all()\nrows.update(x=1)", "(a := Order()).save()", "self.row.save()",
        "from tradepost.orders.models import Order\nOrder.create()", "def f(data): data.update(x=1)",
        "for data in rows: data.delete()", "data, rest = rows\ndata.update(x=1)",
    ],
)  # fmt: skip
def test_a_write_is_found_whatever_it_is_called_on(written):
    assert writes_of(ast.parse(written))


@pytest.mark.parametrize(
    "plain",
    [
        "data = {}\ndata.update(x=1)", "seen = set()\nseen.add(1)", "stop = threading.Event()\nstop.set()",
        "from tradepost.merchants.actions import team\nteam.remove(member=1)", "router = Router()\nrouter.delete('/')",
        "{'a': 1}.update(b=2)", "order_saved()", "form.save(commit=False)", "rows.count()", "dict(a=1).update(b=2)",
    ],
)  # fmt: skip
def test_what_is_no_write_is_not_called_one(plain):
    assert writes_of(ast.parse(plain)) == []


def test_no_room_imports_the_views_of_another():
    found = []
    for path in modules():
        for node in nodes_of(path):
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
