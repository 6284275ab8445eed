"""Where personal data comes in: every door by name (promise collect.only-when-given).

A room names, in its ``module.py``, each form and API schema through which people's data enters. What
looks like one but only searches, shows or configures is named with the reason. A form or schema
that is neither fails the promise's check.
"""

from dataclasses import dataclass

from tradepost.datamap.vocabulary import Subject


@dataclass(frozen=True, kw_only=True)
class CollectionPoint:
    """One door. ``takes``: dotted paths of the form and schema classes behind it, or of the action."""

    id: str
    meaning: str
    takes: tuple[str, ...]
    subject: Subject = Subject.CUSTOMER


collection_points: dict[str, CollectionPoint] = {}
not_collecting: dict[str, str] = {}


class AlreadyNamed(ValueError):
    """Two doors under one name."""


def register_collection_point(
    id: str, meaning: str, *takes: str, subject: Subject = Subject.CUSTOMER
) -> None:
    """``subject``: in whose notice it is listed. Raises: AlreadyNamed."""
    if id in collection_points:
        raise AlreadyNamed(id)
    collection_points[id] = CollectionPoint(id=id, meaning=meaning, takes=takes, subject=subject)


def register_not_collecting(reason: str, *paths: str) -> None:
    """These have a field that sounds personal, but keep nobody's data, because …"""
    not_collecting.update(dict.fromkeys(paths, reason))


def is_named(path: str) -> bool:
    return path in not_collecting or any(path in one.takes for one in collection_points.values())
