"""Segments: descriptions of contacts, joined by and/or/not, turned into one query.

Upper rooms add kinds of conditions with :func:`register_condition` from their ``room.py``.
"""

from tradepost.audience.segments.definition import InvalidDefinition, check, condition_count
from tradepost.audience.segments.evaluate import (
    by_number,
    definition_queryset,
    explain,
    segment_count,
    segment_queryset,
)
from tradepost.audience.segments.narrowing import PossibleContacts, among
from tradepost.audience.segments.registry import (
    Candidates,
    ConditionKind,
    condition_kinds,
    name_of,
    names_read_once,
    register_condition,
)

__all__ = [
    "Candidates",
    "ConditionKind",
    "InvalidDefinition",
    "PossibleContacts",
    "among",
    "by_number",
    "check",
    "condition_count",
    "condition_kinds",
    "definition_queryset",
    "explain",
    "name_of",
    "names_read_once",
    "register_condition",
    "segment_count",
    "segment_queryset",
]
