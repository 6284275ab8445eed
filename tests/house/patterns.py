"""Finds every regular expression of the product, and writes texts that a slow one would choke on."""

import ast
import importlib
import re
import re._constants as sre
import re._parser as parser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.validators import RegexValidator
from django.urls import get_resolver

from tests.house.source import ROOT, nodes_of

FUNCTIONS = {
    "compile",
    "match",
    "fullmatch",
    "search",
    "sub",
    "subn",
    "split",
    "findall",
    "finditer",
}
WHOLE = {"match", "fullmatch"}
_ALPHABET = " \t\n\ra0A1-_.,:;'\"<>/\\(){}[]|@#=&?!*+%é–\u00a0"
_MOST_ATTACKS = 4_000
_MOST_SAMPLES = 30


@dataclass
class Found:
    """One expression: where it stands, and by which functions it is used."""

    where: str
    pattern: re.Pattern[Any]
    functions: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"{self.where} {self.pattern.pattern!r}"

    def run(self, text: str) -> None:
        given: Any = text if isinstance(self.pattern.pattern, str) else text.encode("utf-8")
        if self.functions and self.functions <= WHOLE:
            for function in self.functions:
                getattr(self.pattern, function)(given)
            return
        for _match in self.pattern.finditer(given):
            pass


@cache
def found_patterns() -> list[Found]:
    return [*_in_source(), *_in_addresses(), *_in_validators()]


def _in_source() -> Iterator[Found]:
    files = [
        path
        for path in sorted((ROOT / "src/tradepost").rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts)
    ]
    shared = _uses(files)
    for path in files:
        own = _uses([path])
        uses = shared | {name: called for name, called in own.items() if name.startswith("_")}
        for call in (node for node in nodes_of(path) if isinstance(node, ast.Call)):
            text, function = _expression(call)
            if text is None:
                continue
            yield from _compiled(path, call, text, function, uses)


def _expression(call: ast.Call) -> tuple[ast.expr | None, str]:
    """The expression that is handed over, and to what."""
    called = call.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    owner = getattr(getattr(called, "value", None), "id", "")
    if owner == "re" and name in FUNCTIONS and call.args:
        return call.args[0], name
    if name in {"RegexValidator", "re_path", "RegexField"} and call.args:
        return call.args[0], "search"
    for keyword in call.keywords:
        if keyword.arg in {"pattern", "regex"}:
            return keyword.value, "search"
    return None, ""


def _compiled(
    path: Path,
    call: ast.Call,
    text: ast.expr,
    function: str,
    uses: dict[str, set[str]],
) -> Iterator[Found]:
    where = f"{path.relative_to(ROOT / 'src')}:{call.lineno}"
    value = _value(text, path)
    if isinstance(value, re.Pattern):
        return  # compiled elsewhere, and found there
    assert isinstance(value, str | bytes), f"{where}: the expression cannot be read"
    functions = {function}
    if function == "compile":
        functions = uses.get(_name_of(path, call), set())
    flags = next((one.value for one in call.keywords if one.arg == "flags"), None)
    place = 1 if function == "compile" else {"sub": 4, "subn": 4, "split": 3}.get(function, 2)
    if flags is None and len(call.args) > place:
        flags = call.args[place]
    yield Found(where, re.compile(value, _value(flags, path) if flags else 0), functions)


def _name_of(path: Path, call: ast.Call) -> str:
    """The constant that a compiled expression becomes, or the function that returns it; empty where it
    stands in a row of several."""
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(one, ast.Return) and one.value is call for one in node.body
        ):
            return node.name
        if (
            isinstance(node, ast.Assign)
            and node.value is call
            and isinstance(node.targets[0], ast.Name)
        ):
            return node.targets[0].id
    return ""


def _uses(paths: Iterable[Path]) -> dict[str, set[str]]:
    """Name of a constant → what is called on it; a private name means another thing in each module."""
    found: dict[str, set[str]] = {}
    for path in paths:
        for node in nodes_of(path):
            if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
                owner = node.value.func if isinstance(node.value, ast.Call) else node.value
                name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                found.setdefault(name, set()).add(node.attr)
    return found


def _value(node: ast.expr, path: Path) -> Any:
    """What the expression is when the module has been imported; local names stand for one letter."""
    module = _module(path)
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    local = {name: _Anything("x") for name in names if not hasattr(module, name)}
    local |= {"self": _Anything("x")} if "self" in names else {}
    code = compile(ast.Expression(ast.fix_missing_locations(node)), str(path), "eval")
    return eval(code, vars(module) | {"re": re}, local)


class _Anything(str):
    __slots__ = ()

    def __getattr__(self, name: str) -> "_Anything":
        return self


def _module(path: Path) -> ModuleType:
    dotted = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
    return importlib.import_module(dotted.removesuffix(".__init__"))


def _in_addresses() -> Iterator[Found]:
    waiting = list(get_resolver().url_patterns)
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "url_patterns", [])
        yield Found(f"address {one.pattern}", one.pattern.regex, {"search"})


def _in_validators() -> Iterator[Found]:
    from django.apps import apps

    for model in apps.get_models():
        if not model.__module__.startswith("tradepost."):
            continue
        for column in model._meta.get_fields():
            for one in getattr(column, "validators", ()):
                if type(one) is RegexValidator:
                    yield Found(f"{model._meta.label}.{column.name}", one.regex, {"search"})


Attack = tuple[str, str, str]


def attacks(pattern: re.Pattern[Any]) -> Iterator[Attack]:
    """Starts of texts, parts to repeat over and over, and ends that do not fit."""
    source: Any = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = parser.parse(text, pattern.flags & ~re.UNICODE & ~re.ASCII & ~re.LOCALE)
    seen = set()
    for before, pump in _pumps(list(tree)):
        if len(seen) > _MOST_ATTACKS:
            return
        for start in {before, ""}:
            for end in ("", "a", "!", "\n"):
                if pump and (start, pump, end) not in seen:
                    seen.add((start, pump, end))
                    yield start, pump, end


def text_of(attack: Attack, length: int) -> str:
    """Of about this length."""
    start, pump, end = attack
    return start + pump * (length // len(pump)) + end


def _pumps(tokens: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """(What comes in front, what repeats) for each repeat, for each letter that fits, and for neighbours."""
    letters = list(_letters(tokens))
    for cut in range(2, len(tokens) + 1):
        yield "", before + _sample(tokens[:cut], letters)
    if len(tokens) > 1 and before == "":
        yield from (("", sample) for sample in _samples(tokens, letters))
    for at, (kind, value) in enumerate(tokens):
        front = before + _sample(tokens[:at], letters)
        for inner in _inside(kind, value):
            yield from _pumps(inner, front)
        if kind in _REPEATS and value[1] > 1:
            for sample in _samples(list(value[2]), letters):
                yield front, sample
    for left, right in pairwise(letters):
        if before == "":
            yield "", left + right


_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}


def _inside(kind: Any, value: Any) -> list[list[Any]]:
    if kind in _REPEATS:
        return [list(value[2])]
    if kind is sre.SUBPATTERN:
        return [list(value[3])]
    if kind is sre.BRANCH:
        return [list(branch) for branch in value[1]]
    if kind is sre.ATOMIC_GROUP:
        return [list(value)]
    if kind in {sre.ASSERT, sre.ASSERT_NOT}:
        return [list(value[1])]
    return []


def _letters(tokens: list[Any]) -> Iterator[str]:
    """Letters that the expression itself names, then the usual ones."""
    own: dict[str, None] = {}
    waiting = list(tokens)
    while waiting:
        kind, value = waiting.pop(0)
        if kind in {sre.LITERAL, sre.NOT_LITERAL}:
            own[chr(value)] = None
        if kind is sre.IN:
            waiting += value
        for inner in _inside(kind, value):
            waiting += inner
    yield from dict.fromkeys([*own, *_ALPHABET])


def _samples(tokens: list[Any], letters: list[str]) -> Iterator[str]:
    """What the tokens match, once with each letter in front of the others."""
    made = set()
    for letter in letters:
        sample = _sample(tokens, [letter, *letters])
        if sample and sample not in made:
            made.add(sample)
            yield sample
        if len(made) >= _MOST_SAMPLES:
            return


def _sample(tokens: list[Any], letters: list[str]) -> str:
    return "".join(_one(kind, value, letters) for kind, value in tokens)


def _one(kind: Any, value: Any, letters: list[str]) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.ANY:
        return letters[0] if letters[0] != "\n" else "a"
    if kind is sre.NOT_LITERAL:
        return next(one for one in letters if ord(one) != value)
    if kind is sre.IN:
        return next((one for one in letters if _in_class(value, one)), _first_of(value))
    if kind in _REPEATS:
        return _sample(list(value[2]), letters) * max(value[0], min(value[1], 1))
    if kind in {sre.SUBPATTERN, sre.ATOMIC_GROUP, sre.BRANCH}:
        return _sample(_inside(kind, value)[0], letters)
    return ""


def _first_of(items: list[Any]) -> str:
    kind, value = items[0]
    return chr(value[0]) if kind is sre.RANGE else chr(value) if kind is sre.LITERAL else "a"


_CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
}
_OPPOSITES = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
}


def _in_class(items: list[Any], letter: str) -> bool:
    negated, fits = False, False
    for kind, value in items:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.LITERAL:
            fits |= ord(letter) == value
        elif kind is sre.RANGE:
            fits |= value[0] <= ord(letter) <= value[1]
        elif value in _OPPOSITES:
            fits |= not _CATEGORIES[_OPPOSITES[value]](letter)
        else:
            fits |= bool(_CATEGORIES[value](letter))
    return fits != negated
