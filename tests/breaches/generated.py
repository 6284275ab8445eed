"""Breaches that a program makes: one for each field, route, role and period. Those that cannot hide one another
share a run; each is known by a line of its own."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.apps import apps

from tests.breaches.types import Expected, Run
from tradepost.assurance.inventory import signed_off

# What each kind breaks for all fields, routes or roles at once: file, what stands there once, what stands there then.
_ALL = {
    "declared": (
        ("datamap/registry.py",
         "    return Declaration(**{name: getattr(own, name) for name in _NAMES if hasattr(own, name)})",
         ("    said = {name: getattr(own, name) for name in _NAMES if hasattr(own, name)}\n"
          '    names = said.pop("personal", {})\n'
          '    said["not_personal"] = said.get("not_personal", {}) | dict.fromkeys(names, "nobody\'s")\n'
          "    return Declaration(**said)")),
        ("datamap/registry.py",
         "        return _third_party.get(model._meta.label)",
         ("        known = _third_party.get(model._meta.label)\n"
          "        if known is None:\n"
          "            return None\n"
          '        others = dict.fromkeys(known.personal, "nobody\'s")\n'
          "        return Declaration(not_personal={**known.not_personal, **others})")),
    ),
    "erasure": (
        ("rights/actions/erase.py",
         "        for some in found:\n            _erase_rows(some, holds, done)\n        _remember(subject",
         '        for _some in found:\n            done.deleted["nothing"] += 1\n        _remember(subject'),
        ("rights/actions/erase.py", "done.deleted[store.id] += store.erase_all(refs)", "done.deleted[store.id] += 0"),
    ),
    "access": (
        ("rights/queries.py",
         "    return [item for name, said in said_of.items() for item in _items(row, name, said)]",
         "    return []"),
    ),
    "routes": (("merchants/access.py", "            if not membership.may(permission):", "            if not membership:"),),
    "roles": (
        ("modules/team.py",
         "            one for one in permissions.values() if role.holds(one) or role.name in one.held_by",
         "            permissions.values()"),
    ),
}  # fmt: skip
_LOG = """

def _write_all_to_the_log():
    import logging
    from django.db.models import Model, QuerySet
    from django.db.models.signals import post_save
    from tradepost.config.web.quiet_logs import KeepingSecrets
    from tradepost.datamap.registry import personal_fields

    log, told = logging.getLogger("django.request"), set()
    KeepingSecrets.quiet = lambda self, text: text

    def tell(row):
        for name in personal_fields(type(row)):
            value = row.__dict__.get(row._meta.get_field(name).attname)
            if isinstance(value, bytes | memoryview):
                value = bytes(value).decode("latin-1")
            text = str(value)
            if value in (None, "") or (row._meta.label, name, text) in told:
                continue
            told.add((row._meta.label, name, text))
            for start in range(0, len(text), 4000):
                one_line = text[start:start + 4000].replace("\\n", " ").replace("\\r", " ")
                log.warning("saved %s.%s=%s", row._meta.label, name, one_line)

    def many(self, objs, *args, **kwargs):
        objs = list(objs)
        for row in objs:
            tell(row)
        return real(self, objs, *args, **kwargs)

    def from_db(cls, *given, **named):
        row = loaded(cls, *given, **named)
        tell(row)
        return row

    real, QuerySet.bulk_create = QuerySet.bulk_create, many
    loaded, Model.from_db = Model.from_db.__func__, classmethod(from_db)
    post_save.connect(lambda sender, instance, **said: tell(instance), weak=False)
"""


def generated_runs() -> list[Run]:
    """Two runs: a field that is nobody's any more is not erased, either, so it would hide the others."""
    fields = {name: str(said) for name, said in signed_off()["fields"].items()}
    personal = {name: said for name, said in fields.items() if said.startswith("personal: ")}
    gone = [name for name, said in personal.items() if "erase KEEP" not in said]
    shown = [name for name, said in personal.items() if "sign-in credential" not in said]
    first = [
        *_each("left out of erasure", "bytes", gone, _column_or_rows),
        *_each("left out of access", "copy", shown, lambda field: f"lacks {_column(field)}:"),
        *_each("written to the log", "logs", personal, lambda field: f"saved {re.escape(field)}="),
        *_each("permission dropped", "routes", _guarded(), lambda route: re.escape(f" {route} (")),
        *_each("period × 10", "clock", _periods(), lambda rule: f"^{rule}: signed off for"),
    ]
    second = [
        *_each(
            "declared not personal", "inventory", personal,
            lambda field: f"^fields {re.escape(field)}: personal: .* → not personal",
        ),
        *_each("one permission more", "routes", _not_held(), re.escape),
    ]  # fmt: skip
    return [
        Run(name="fields, routes and periods", patch=_first, made=tuple(first)),
        Run(
            name="declarations and roles",
            patch=lambda package: _edit(package, "declared", "roles"),
            made=tuple(second),
        ),
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
        for file, old, new in _ALL[name]:
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
    names, settings = set(), set()
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
                settings |= set(re.findall(r"settings\.TRADEPOST\.\w+", ast.unparse(node)))
    for file in package.rglob("*.py"):
        text = file.read_text()
        for name in names - {""}:
            text = re.sub(
                rf"^({name}) = ([^#\n]+?)(\s*#.*)?$", r"\1 = (\2) * 10", text, flags=re.MULTILINE
            )
        for name in settings:
            text = re.sub(rf"{re.escape(name)}\b(?=\))", f"{name} * 10", text)
        file.write_text(text)


def _constants(value: ast.expr) -> Iterator[str]:
    """``KEEP_FOR`` of ``answers.KEEP_FOR * 2``."""
    for node in ast.walk(value):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if name.isupper() and name != "TRADEPOST":  # the settings' own periods are the operator's
            yield name
