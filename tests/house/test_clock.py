"""Time comes from one clock, ``tradepost.lib.clock``; whatever else reads the wall clock is named here."""

import ast
from pathlib import Path

import pytest

from tests.house.source import modules, shown, tree_of

# To read, or to hand on: ``default=timezone.now`` is a clock as well.
CLOCKS = {
    "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow",
    "django.db.models.functions.Now", "django.db.models.functions.datetime.Now", "django.utils.timezone.now",
    "time.clock_gettime", "time.time", "time.time_ns",
}  # fmt: skip
# What reads the clock when it is called with no more arguments than this.
CLOCKS_IN_CALLS = {
    "django.utils.http.http_date": 0, "django.utils.timezone.localdate": 0,
    "django.utils.timezone.localtime": 0, "email.utils.formatdate": 0, "email.utils.localtime": 0,
    "time.asctime": 0, "time.ctime": 0, "time.gmtime": 0, "time.localtime": 0, "time.strftime": 1,
}  # fmt: skip
CLOCK_OPTIONS = {"auto_now", "auto_now_add"}
# Place → why it reads another clock.
EXCUSED = {
    "src/tradepost/lib/clock.py datetime.datetime.now": "the one clock itself",
    "src/tradepost/lib/files.py time.time_ns": "names a file: two in one moment must not meet",
    "src/tradepost/delivery/engine/journal.py time.time": "when the machine was started, told by its own two clocks",
}


def clocks_in(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and full name of every wall clock, by whatever name the module imported or assigned it."""
    names = _names(tree)
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(node.lineno, name) for name in full if name in CLOCKS]
        elif isinstance(node, ast.Attribute | ast.Name):
            if (name := _full(node, names)) in CLOCKS:
                found.append((node.lineno, name))
        elif isinstance(node, ast.Call):
            name = _full(node.func, names)
            given = len(node.args) + len(node.keywords)
            if name in CLOCKS_IN_CALLS and given <= CLOCKS_IN_CALLS[name]:
                found.append((node.lineno, name))
            found += [(node.lineno, key.arg) for key in node.keywords if key.arg in CLOCK_OPTIONS]
    return sorted(set(found))


def _names(tree: ast.Module) -> dict[str, str]:
    """What each imported name is, and each plain name that was given to one of them."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (full := _full(node.value, names)):
            names |= {one.id: full for one in node.targets if isinstance(one, ast.Name)}
    return names


def _full(node: ast.AST, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and (before := _full(node.value, names)):
        return f"{before}.{node.attr}"
    return ""


def _place(path: Path, name: str) -> str:
    return f"{shown(path)} {name}"


def test_time_comes_from_one_clock():
    found = {
        _place(path, name): line for path in modules() for line, name in clocks_in(tree_of(path))
    }
    assert {place: line for place, line in found.items() if place not in EXCUSED} == {}
    assert set(EXCUSED) <= set(found), "an excuse that nobody needs any more"


@pytest.mark.parametrize(
    "code",
    [
        "from django.utils import timezone\nnow = timezone.now()",
        "from django.utils import timezone as tz\nfield = Field(default=tz.now)",
        "from django.utils.timezone import now as moment",
        "import datetime as real\nday = real.date.today()",
        "from datetime import datetime\nkind = datetime\nat = kind.now(UTC)",
        "import time\nat = int(time.time())",
        "def f():\n    from time import time_ns",
        "from django.utils import timezone\nday = timezone.localdate()",
        "import time\ntext = time.strftime('%Y')",
        "field = DateTimeField(auto_now_add=True)",
        "from django.db.models import functions\nfield = Field(db_default=functions.Now())",
        "import email.utils\ntext = email.utils.formatdate()",
    ],
)
def test_another_clock_is_found_by_whatever_name(code):
    assert clocks_in(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "from tradepost.lib import clock\nat = clock.now()",
        "import time\nbegan = time.monotonic()",
        "from django.utils import timezone\nday = timezone.localdate(moment)",
        "import time\ntext = time.strftime('%Y', moment)",
        "from datetime import datetime\nat = datetime.fromtimestamp(1)",
        "now = self.now()",
    ],
)
def test_what_is_no_other_clock_is_let_be(code):
    assert clocks_in(ast.parse(code)) == []
