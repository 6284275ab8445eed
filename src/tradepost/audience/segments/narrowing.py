"""PossibleContacts whom the contacts of a segment are looked for, so that a page of them does not read everybody.

Some conditions know an index that names the contacts they describe (``ConditionKind.candidates``). Where all
conditions must hold, one that names few is enough: these few are asked for the rest. Where each names many, the one
whose contacts lie farthest apart is walked along, and the others are asked.
"""

from typing import Any

from django.db.models import QuerySet

from tradepost.audience.models import Segment
from tradepost.audience.segments.definition import Node
from tradepost.audience.segments.registry import Candidates, condition_kinds
from tradepost.datamap.columns.text_index import FEW
from tradepost.merchants.models import Merchant

_LOOKED_AT = 300  # of each, to see how far apart they lie


class PossibleContacts:
    """Numbers of contacts among which all of a segment are; ``few``: all there are, where these are few."""

    def __init__(self, numbers: "QuerySet[Any, int | None]", few: list[int] | None) -> None:
        self.few = few
        self._numbers = numbers

    def __call__(self, beyond: int | None, *, is_up: bool, count: int) -> list[int]:
        """The next in the order of the numbers."""
        rows = self._numbers
        (name,) = rows.query.values_select
        if beyond is not None:
            rows = rows.filter(**{f"{name}__{'gt' if is_up else 'lt'}": beyond})
        return [number for number in rows.order_by(name if is_up else f"-{name}")[:count] if number]


def among(segment: Segment) -> PossibleContacts | None:
    """None where no condition knows an index, or where one of several is enough."""
    found = _candidates(segment.merchant, segment.definition)
    for one in found:
        rows = one.found.order_by()[: FEW + 1]
        if rows.count() <= FEW:
            return PossibleContacts(one.walked, sorted(number for number in rows if number))
    if not found:
        return None
    return max((PossibleContacts(one.walked, None) for one in found), key=_spread)


def _spread(one: PossibleContacts) -> float:
    """How far apart the newest of them lie."""
    newest = one(None, is_up=False, count=_LOOKED_AT)
    return (newest[0] - newest[-1]) / len(newest) if newest else 0


def _candidates(merchant: Merchant, node: Node) -> list[Candidates]:
    if "of" in node:
        if node["op"] != "all" and not (node["op"] == "any" and len(node["of"]) == 1):
            return []
        return [found for part in node["of"] for found in _candidates(merchant, part)]
    kind = condition_kinds.get(node["kind"])
    if kind is None or kind.candidates is None:
        return []
    return [kind.candidates(merchant, node["values"])]
