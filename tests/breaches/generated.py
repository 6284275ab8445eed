"""Breaches that a program makes: one for each field, route, role and period. Those that cannot hide one another
share a run; each is known by a line of its own."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.breaches.types import Expected, Run
from tradepost.assurance.inventory import signed_off
from tradepost.assurance.whole.oracles.columns import NOT_REACHED

_ALL = {
    "declared": (
        "datamap/registry.py",
        '    declaration = declaration_of(model)\n    if declaration is None:\n        return {}\n    complete = {}',
        "    declaration = declaration_of(model)\n    if declaration is None or True:\n        return {}\n    complete = {}",
    ),
    "erasure": (
        "rights/actions/erase.py",
        "            if numbers:\n                _erase_rows(place, numbers, done)",
        '            if numbers:\n                done.deleted["nothing"] += 1',
    ),
    "access": ("rights/queries.py", "        if found:\n            some = ", "        if not found:\n            some = "),
    "routes": ("merchants/access.py", "            if not membership.may(permission):", "            if not membership:"),
    "roles": (
        "modules/team.py",
        "            one for one in permissions.values() if role.holds(one) or role.name in one.held_by",
        "            permissions.values()",
    ),
}  # fmt: skip
_LOG = """

def _write_all_to_the_log():
    import logging
    from django.db.models import QuerySet
    from django.db.models.signals import post_save
    from tradepost.datamap.registry import personal_fields

    log = logging.getLogger("django.request")

    def tell(row):
        for name in personal_fields(type(row)):
            log.warning("saved %s.%s=%s", row._meta.label, name, row.__dict__.get(name))

    def many(self, objs, *args, **kwargs):
        objs = list(objs)
        for row in objs:
            tell(row)
        return real(self, objs, *args, **kwargs)

    real, QuerySet.bulk_create = QuerySet.bulk_create, many
    post_save.connect(lambda sender, instance, **said: tell(instance), weak=False)
"""


def generated_runs() -> list[Run]:
    """Two runs: a field that is nobody's any more is not erased, either, so it would hide the others."""
    fields = {name: str(said) for name, said in signed_off()["fields"].items()}
    personal = {
        name: said
        for name, said in fields.items()
        if said.startswith("personal: ") and _holds_words(name)
    }
    gone = [name for name, said in personal.items() if "erase KEEP" not in said]
    shown = [name for name, said in personal.items() if "sign-in credential" not in said]
    logged = [name for name in personal if not _is_address(name)]
    first = [
        *_each("left out of erasure", "bytes", gone, _column_or_rows),
        *_each("left out of access", "copy", shown, lambda field: f"lacks {_column(field)}:"),
        *_each("written to the log", "logs", logged, lambda field: f"saved {re.escape(field)}=…"),
        *_each("permission dropped", "routes", _guarded(), lambda route: re.escape(f" {route} (")),
        *_each("period × 10", "clock", _periods(), lambda rule: f"^{rule}: signed off for"),
    ]
    second = [
        *_each("declared not personal", "columns", personal, lambda field: f"^{_column(field)} is"),
        *_each("one permission more", "routes", _not_held(), re.escape),
    ]
    return [
        Run(patch=_first, made=tuple(first)),
        Run(patch=lambda package: _edit(package, "declared", "roles"), made=tuple(second)),
    ]


def _each(
    kind: str, oracle: str, names: Iterable[str], shows: Callable[[str], str]
) -> Iterator[Expected]:
    for name in names:
        yield Expected(kind=kind, name=name, oracle=oracle, shows=shows(name))


def _first(package: Path) -> None:
    _edit(package, "erasure", "access", "routes")
    _log_everything(package)
    _ten_times(package)


def _edit(package: Path, *names: str) -> None:
    for name in names:
        file, old, new = _ALL[name]
        text = (package / file).read_text()
        assert text.count(old) == 1, f"{name}: {file}"
        (package / file).write_text(text.replace(old, new))


def _column(field: str) -> str:
    owner, _, name = field.rpartition(".")
    model = apps.get_model(owner)
    return f"{model._meta.db_table}.{model._meta.get_field(name).column}"


def _column_or_rows(field: str) -> str:
    """A field goes with its row: either is seen."""
    return f"{_column(field)} still|{field.rpartition('.')[0]} still has"


def _periods() -> list[str]:
    """Those that end by a clock."""
    return [
        rule
        for rule, period in signed_off()["periods"].items()
        if re.fullmatch(r"(\d+ days?, )?\d+:\d\d:\d\d", str(period)) and period != "0:00:00"
    ]


def _guarded() -> list[str]:
    """Routes whose permission some role lacks: elsewhere, dropping it changes nothing."""
    found = []
    for route, said in signed_off()["routes"].items():
        permission = str(said).removeprefix("permission ")
        if str(said).startswith("permission ") and any(
            isinstance(held, list) and permission not in held
            for held in signed_off()["roles"].values()
        ):
            found.append(route)
    return found


def _not_held() -> list[str]:
    """Role and permission, as a line about a route says them."""
    roles = {role: held for role, held in signed_off()["roles"].items() if isinstance(held, list)}
    every = {permission for held in roles.values() for permission in held}
    return [
        f"({one}) as {role}:" for role, held in roles.items() for one in sorted(every - set(held))
    ]


def _log_everything(package: Path) -> None:
    """In every process, as soon as the rooms are known."""
    path = package / "modules" / "apps.py"
    text = path.read_text()
    assert text.count("        load_rooms()\n") == 1
    path.write_text(
        text.replace("load_rooms()\n", "load_rooms()\n        _write_all_to_the_log()\n") + _LOG
    )


def _ten_times(package: Path) -> None:
    """Every constant that a retention rule takes as its period, where it is made."""
    names = set()
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "KeepRule",
                "rule_over",
            }:
                names |= {
                    name
                    for word in node.keywords
                    if word.arg == "period"
                    for name in _constants(word.value)
                }
    for file in package.rglob("*.py"):
        text = file.read_text()
        for name in names - {""}:
            text = re.sub(
                rf"^({name}) = ([^#\n]+?)(\s*#.*)?$", r"\1 = (\2) * 10", text, flags=re.MULTILINE
            )
        file.write_text(text)


def _constants(value: ast.expr) -> Iterator[str]:
    """``KEEP_FOR`` of ``answers.KEEP_FOR * 2``."""
    for node in ast.walk(value):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if name.isupper():
            yield name


def _holds_words(field: str) -> bool:
    """Dates, numbers, links to rows and words of a list take no mark; what they say is signed off, and goes
    with its row."""
    owner, _, name = field.rpartition(".")
    column = apps.get_model(owner)._meta.get_field(name)
    words = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return isinstance(column, words) and not column.choices and field not in NOT_REACHED


def _is_address(field: str) -> bool:
    """The logs' own filter takes addresses out of every line."""
    owner, _, name = field.rpartition(".")
    return isinstance(apps.get_model(owner)._meta.get_field(name), models.EmailField)
