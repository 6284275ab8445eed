"""Segments: descriptions of contacts, joined by and/or/not, turned into one query.

Upper rooms add kinds of conditions with :func:`conditions_added` in their ``room.py``.
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
    conditions_added,
    name_of,
    names_read_once,
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
    "conditions_added",
    "definition_queryset",
    "explain",
    "name_of",
    "names_read_once",
    "segment_count",
    "segment_queryset",
]
