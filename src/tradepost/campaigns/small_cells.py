"""Group statistics that point at nobody (promise share.aggregate-only).

Groups of fewer than ``K`` people are never shown by themselves; they are put together, and where
together they are still fewer than ``K`` the smallest shown group joins them, because otherwise it could
be worked out from the total (complementary suppression). What is shown is rounded down to a multiple
of ``K``, so that one person more or less changes either nothing or a whole ``K`` (differencing).
"""

from collections.abc import Mapping
from dataclasses import dataclass

K = 5


@dataclass(frozen=True, slots=True)
class GroupCount:
    """``label`` empty: everybody else put together."""

    label: str
    count: int


def published(groups: Mapping[str, int], k: int = K) -> list[GroupCount]:
    """The groups as they may be shown, largest first; empty while there are fewer than ``k`` people."""
    ordered = sorted(groups.items(), key=lambda item: (-item[1], item[0]))
    shown = [(label, count) for label, count in ordered if count >= k]
    rest = [count for _label, count in ordered if 0 < count < k]
    while rest and sum(rest) < k and shown:
        rest.append(shown.pop()[1])
    cells = [GroupCount(label, count // k * k) for label, count in shown]
    if sum(rest) >= k:
        cells.append(GroupCount("", sum(rest) // k * k))
    return cells
