"""Where personal data comes in: every door by name (promise collect.only-when-given).

A room names, in its ``room.py``, each form and API schema through which people's data enters. What
looks like one but only searches, shows or configures is named with the reason. A form or schema
that is neither fails the promise's check.
"""

from dataclasses import dataclass

from tradepost.datamap.vocabulary import Purpose, Subject


@dataclass(frozen=True, kw_only=True)
class CollectionPoint:
    """One door. ``takes``: dotted paths of the form and schema classes behind it, or of the action.

    ``purpose``: what most of what comes in there is for; under it the door stands in the picture of the map.
    """

    id: str
    meaning: str
    takes: tuple[str, ...]
    subject: Subject = Subject.CUSTOMER
    purpose: Purpose = Purpose.SERVICE


collection_points: dict[str, CollectionPoint] = {}
not_collecting: dict[str, str] = {}


def is_named(path: str) -> bool:
    return path in not_collecting or any(path in one.takes for one in collection_points.values())
