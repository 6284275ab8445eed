"""Mutants of one module: every small mistake that mutmut's operators can make in its functions.

Only the operators are mutmut's. It would copy the whole package, start pytest anew for each mutant and leave out
whatever is decorated, properties and fixtures of a transaction among them; here a mutant is one function with
one mistake, which takes the place of the right one in a process that is already warm.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import libcst as cst
from libcst import matchers
from mutmut.mutation import mutators

# Words for people are gettext's, and what a row is saved with is settled by the lock before it.
WORDS = matchers.Call(func=matchers.Name("_"))
FIELDS = matchers.Arg(keyword=matchers.Name("update_fields"))
LEFT_ALONE = FIELDS | matchers.Arg(value=WORDS) | matchers.Arg(value=matchers.Name("None"))
# mutmut takes arguments away, too: that mostly ends in a TypeError, which any test notices and which proves nothing.
OPERATORS = [
    one for one in mutators.mutation_operators if one[1] is not mutators.operator_arg_removal
]


@dataclass(frozen=True)
class Mutant:
    """``place``: function, and the line before and after. ``source``: the function alone, without decorators."""

    function: str
    before: str
    after: str
    source: str

    @property
    def place(self) -> str:
        return f"{self.function}: {self.before} -> {self.after}"


def mutants_of(source: str, wanted: Callable[[str], bool] = bool) -> list[Mutant]:
    """Every mutant of the functions wanted, by qualified name, in the order of the file."""
    found: dict[tuple[str, str], Mutant] = {}
    for name, function in functions_of(cst.parse_module(source), ""):
        if wanted(name):
            for mutant in _of_function(name, function):
                found.setdefault((name, mutant.source), mutant)
    return list(found.values())


def unchanged(source: str, wanted: Callable[[str], bool] = bool) -> list[Mutant]:
    """Each function as it is, to be put in its own place: what a test says then has nothing to do with mistakes."""
    functions = functions_of(cst.parse_module(source), "")
    return [
        Mutant(name, "", "", cst.Module([_bare(function)]).code)
        for name, function in functions
        if wanted(name)
    ]


def functions_of(node: cst.CSTNode, prefix: str) -> Iterator[tuple[str, cst.FunctionDef]]:
    """Functions and methods, not those inside of functions, by qualified name."""
    for child in node.children:
        if isinstance(child, cst.FunctionDef):
            yield prefix + child.name.value, child
        elif isinstance(child, cst.ClassDef):
            yield from functions_of(child, f"{prefix}{child.name.value}.")
        elif isinstance(child, cst.IndentedBlock):
            yield from functions_of(child, prefix)


def _of_function(name: str, function: cst.FunctionDef) -> Iterator[Mutant]:
    bare = _bare(function)
    right = cst.Module([bare]).code
    nodes = _Nodes()
    bare.visit(nodes)
    for node in nodes.found:
        for other in _mistakes(node):
            # By identity: two equal nodes of one function are two places.
            changed = bare.visit(_Swap(node, other))
            wrong = cst.Module([cst.ensure_type(changed, cst.FunctionDef)]).code
            if wrong != right:
                yield Mutant(name, *_lines(right, wrong), wrong)


def _bare(function: cst.FunctionDef) -> cst.FunctionDef:
    return function.with_changes(decorators=[], leading_lines=[])


def _mistakes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in OPERATORS:
        if isinstance(node, kind):
            made: Iterable[Any] = operator(node)
            # Of a text one mistake is enough: its case says nothing more.
            yield from list(made)[:1] if operator is mutators.operator_string else made
    if isinstance(node, cst.Call):
        yield from _without_an_argument(node)
    if matchers.matches(node, matchers.Expr(value=matchers.Call())) or isinstance(node, cst.Raise):
        yield cst.Pass()  # the step left out


def _without_an_argument(node: cst.Call) -> Iterator[cst.Call]:
    for index, arg in enumerate(node.args):
        if not arg.star and not matchers.matches(arg, LEFT_ALONE):
            none = arg.with_changes(value=cst.Name("None"))
            yield node.with_changes(args=[*node.args[:index], none, *node.args[index + 1 :]])


class _Nodes(cst.CSTVisitor):
    """What can be mistaken: no annotations, no texts for people, no lists of fields to save."""

    def __init__(self) -> None:
        self.found: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation) or matchers.matches(node, WORDS | FIELDS):
            return False
        self.found.append(node)
        return True


class _Swap(cst.CSTTransformer):
    def __init__(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        self.old, self.new = old, new

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node is not self.old

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        return self.new if original_node is self.old else updated_node


def _lines(right: str, wrong: str) -> tuple[str, str]:
    """The first line that differs, in both."""
    pairs = zip(right.splitlines(), wrong.splitlines(), strict=False)
    return next(((one.strip(), two.strip()) for one, two in pairs if one != two), ("", "left out"))
