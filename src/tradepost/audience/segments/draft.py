"""A segment while it is being built: the whole tree travels in the form, so no script is needed.

Each node has a path: ``n`` is the outermost group, ``n.0.2`` the third part of its first group. Field
names are ``<path>-<name>``; a group posts ``<path>-op``, a condition ``<path>-kind`` and its values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from tradepost.audience.segments.definition import (
    DEEPEST,
    MOST_CONDITIONS,
    OPERATIONS,
    Node,
    condition_form,
)
from tradepost.audience.segments.registry import condition_kinds
from tradepost.merchants.models import Merchant

ROOT = "n"


@dataclass
class DraftNode:
    """What the template draws: a group with parts, or a condition with its form."""

    path: str
    op: str = ""
    kind: str = ""
    parts: list["DraftNode"] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    form: forms.Form | None = None

    @property
    def is_group(self) -> bool:
        return bool(self.op)

    @property
    def is_root(self) -> bool:
        return self.path == ROOT

    @property
    def label(self) -> str:
        return str(condition_kinds[self.kind].label)

    @property
    def may_hold_groups(self) -> bool:
        return self.path.count(".") < DEEPEST - 2

    def definition(self) -> Node:
        if self.is_group:
            return {"op": self.op, "of": [part.definition() for part in self.parts]}
        return {"kind": self.kind, "values": self.values}


def from_definition(node: Node, path: str = ROOT) -> DraftNode:
    """Conditions whose room is gone are left out: nobody could edit them."""
    if "of" in node:
        parts = [part for part in node["of"] if "of" in part or part.get("kind") in condition_kinds]
        children = [from_definition(part, f"{path}.{i}") for i, part in enumerate(parts)]
        return DraftNode(path=path, op=node["op"], parts=children)
    return DraftNode(path=path, kind=node["kind"], values=node["values"])


def from_post(data: Mapping[str, Any], path: str = ROOT) -> DraftNode:
    """Read the posted tree; whatever is unknown or too deep is left out."""
    op = data.get(f"{path}-op", "all")
    node = DraftNode(path=path, op=op if op in OPERATIONS else "all")
    for number in range(MOST_CONDITIONS):
        part = f"{path}.{number}"
        if f"{part}-op" in data and part.count(".") < DEEPEST - 1:
            node.parts.append(from_post(data, part))
        elif data.get(f"{part}-kind") in condition_kinds:
            start = len(part) + 1
            values = {key[start:]: data[key] for key in data if key.startswith(f"{part}-")}
            kind = values.pop("kind")
            node.parts.append(DraftNode(path=part, kind=kind, values=values))
    return node


def change(root: DraftNode, act: str, data: Mapping[str, object]) -> DraftNode:
    """Apply a pressed button: ``add <path>``, ``group <path>``, ``remove <path>``; then number anew."""
    verb, _space, path = act.partition(" ")
    target = _find(root, path)
    if target is not None and verb == "remove":
        _remove(root, target)
    elif target is not None and target.is_group and verb == "add":
        kind = str(data.get(f"{path}-add", ""))
        if kind in condition_kinds:
            target.parts.append(DraftNode(path="", kind=kind))
    elif target is not None and target.is_group and verb == "group" and target.may_hold_groups:
        target.parts.append(DraftNode(path="", op="any"))
    _number(root, ROOT)
    return root


def attach_forms(node: DraftNode, merchant: Merchant, *, judge: bool) -> DraftNode:
    """Give each condition its form: with errors when ``judge``, else only with what was typed."""
    for part in node.parts:
        attach_forms(part, merchant, judge=judge)
    if not node.is_group:
        kind = condition_kinds[node.kind]
        if judge and node.values:
            posted = {f"{node.path}-{name}": value for name, value in node.values.items()}
            node.form = condition_form(kind, merchant, posted, prefix=node.path)
        else:
            node.form = condition_form(kind, merchant, prefix=node.path, initial=node.values)
    return node


def _find(node: DraftNode, path: str) -> DraftNode | None:
    if node.path == path:
        return node
    return next((hit for part in node.parts if (hit := _find(part, path))), None)


def _remove(node: DraftNode, target: DraftNode) -> None:
    node.parts = [part for part in node.parts if part is not target]
    for part in node.parts:
        _remove(part, target)


def _number(node: DraftNode, path: str) -> None:
    node.path = path
    for number, part in enumerate(node.parts):
        _number(part, f"{path}.{number}")
