"""The JSON form of a segment, and what is allowed in it.

A group is ``{"op": "all" | "any" | "none", "of": [...]}``; a condition is ``{"kind": "audience.list",
"values": {...}}``. Groups hold groups and conditions, five deep at most, fifty conditions at most.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Unpack

from django import forms
from django.utils.translation import gettext as _

from tradepost.audience.segments.registry import ConditionKind, condition_kinds
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import FormData, FormOptions

Node = dict[str, Any]

OPERATIONS = ("all", "any", "none")
DEEPEST = 5
MOST_CONDITIONS = 50


class InvalidDefinition(ValueError):
    """Not a segment; the text says what is wrong with it."""


def check(merchant: Merchant, node: object) -> Node:
    """The definition with every value cleaned.

    Raises:
        InvalidDefinition
    """
    if not isinstance(node, dict) or "of" not in node:
        raise InvalidDefinition(_("A segment starts with a group of conditions."))
    checked = _check(merchant, node, depth=1)
    if condition_count(checked) > MOST_CONDITIONS:
        raise InvalidDefinition(_("At most %(number)d conditions.") % {"number": MOST_CONDITIONS})
    return checked


def conditions(node: Node) -> Iterator[Node]:
    """Every condition of the tree, top to bottom."""
    if "of" not in node:
        yield node
        return
    for part in node["of"]:
        yield from conditions(part)


def condition_count(node: Node) -> int:
    return sum(1 for _condition in conditions(node))


def condition_form(
    kind: ConditionKind,
    merchant: Merchant,
    data: FormData | None = None,
    **options: Unpack[FormOptions],
) -> forms.Form:
    """The builder's form of one condition, unbound or bound to what was typed or stored."""
    form = forms.Form(data, **options)
    form.fields.update(kind.fields(merchant))
    return form


def clean_values(kind: ConditionKind, merchant: Merchant, values: object) -> dict[str, object]:
    """Raises: InvalidDefinition."""
    form = condition_form(kind, merchant, values if isinstance(values, dict) else {})
    if not form.is_valid():
        problems = "; ".join(
            f"{form.fields[name].label}: {texts[0]}" for name, texts in form.errors.items()
        )
        raise InvalidDefinition(f"{kind.label}: {problems}")
    cleaned = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in form.cleaned_data.items()
    }
    try:
        return kind.clean(merchant, cleaned)
    except ValueError as error:
        raise InvalidDefinition(f"{kind.label}: {error}") from None


def _check(merchant: Merchant, node: object, depth: int) -> Node:
    if not isinstance(node, dict) or depth > DEEPEST:
        raise InvalidDefinition(_("Groups within groups: five deep at most."))
    if "of" in node:
        return _check_group(merchant, node, depth)
    name = node.get("kind")
    kind = condition_kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        raise InvalidDefinition(_("Unknown kind of condition."))
    return {"kind": kind.id, "values": clean_values(kind, merchant, node.get("values"))}


def _check_group(merchant: Merchant, node: Node, depth: int) -> Node:
    if node.get("op") not in OPERATIONS or not isinstance(node["of"], list):
        raise InvalidDefinition(_("A group is “all”, “any” or “none” of its conditions."))
    if len(node["of"]) > MOST_CONDITIONS:
        raise InvalidDefinition(_("At most %(number)d conditions.") % {"number": MOST_CONDITIONS})
    parts = [_check(merchant, part, depth + 1) for part in node["of"]]
    # A group left empty in the builder says nothing; "any of nothing" must not mean everybody.
    return {"op": node["op"], "of": [part for part in parts if part.get("of") != []]}
