"""Statistics that point at nobody: small groups left out of a table of counts, and whatever gives them away.

An entry is a cell or one of the table's sums. Counts from one to k - 1 are hidden. Then others are hidden
with them (complementary suppression) until nothing hidden can be worked out from what is shown: rows and
columns, sums among them, are the corners of a graph whose edges are the hidden entries, and an entry is
determined exactly if its edge is a bridge (Gusfield, "A graph theoretic approach to statistical data
security", 1988). And no row or column hides fewer than k people in all. What is shown is rounded down to a
multiple of k, so that tables of overlapping questions or times, subtracted, tell of k people or of nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

SUM = "\N{GREEK CAPITAL LETTER SIGMA}"  # the row of the columns' sums, and the column of the rows'
Entry = tuple[str, str]
Corner = tuple[int, str]  # 0 and a row, or 1 and a column


@dataclass(frozen=True, slots=True)
class ShownTable:
    """``entries``: each cell and sum as it may be shown, None where it is hidden.

    ``hidden_people``: how many stand in the hidden cells, where that may be shown, rounded as well.
    """

    entries: dict[Entry, int | None]
    hidden_people: int | None

    def cells(self) -> dict[Entry, int | None]:
        return {at: count for at, count in self.entries.items() if SUM not in at}


def may_be_shown(table: Mapping[Entry, int], k: int) -> ShownTable:
    """``table``: (row, column) → how many people; what is not there is nobody. A list has one row.

    Raises: ValueError, for a negative count or a row or column that is called as the sums are.
    """
    if any(SUM in at or count < 0 for at, count in table.items()):
        raise ValueError("counts of people, under names of their own")
    counts = _with_sums(table)
    hidden = {at for at, count in counts.items() if 0 < count < k}
    lines = list(_lines(counts))
    while more := _too_few(lines, counts, hidden, k) or _way_around_a_bridge(counts, hidden):
        hidden |= more
    entries = {at: None if at in hidden else count // k * k for at, count in counts.items()}
    return ShownTable(entries=entries, hidden_people=_in_hidden_cells(counts, hidden, k))


def list_that_may_be_shown(groups: Mapping[str, int], k: int) -> list[tuple[str, int]]:
    """A list's groups, largest first; all that are hidden stand together under an empty name, if ever."""
    shown = may_be_shown({("", name): count for name, count in groups.items()}, k)
    named = [(name, count) for (_row, name), count in shown.cells().items() if count]
    rest = [("", shown.hidden_people)] if shown.hidden_people else []
    return [*sorted(named, key=lambda item: (-item[1], item[0])), *rest]


def _with_sums(table: Mapping[Entry, int]) -> dict[Entry, int]:
    rows = list(dict.fromkeys(row for row, _column in table))
    columns = list(dict.fromkeys(column for _row, column in table))
    counts = {(row, column): table.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        counts[row, SUM] = sum(counts[row, column] for column in columns)
    for column in columns:
        counts[SUM, column] = sum(counts[row, column] for row in rows)
    counts[SUM, SUM] = sum(table.values())
    return counts


def _lines(counts: Mapping[Entry, int]) -> Iterator[list[Entry]]:
    """Each row and column with its own sum, which is the last."""
    for side in (0, 1):
        lines: dict[str, list[Entry]] = {}
        for at in counts:
            lines.setdefault(at[side], []).append(at)
        for line in lines.values():
            yield sorted(line, key=lambda at: at[1 - side] == SUM)


def _too_few(
    lines: list[list[Entry]], counts: Mapping[Entry, int], hidden: set[Entry], k: int
) -> set[Entry]:
    """For each line that hides one to k - 1 people beside a shown sum, its smallest entry to hide besides."""
    found = set()
    for *cells, total in lines:
        people = sum(counts[at] for at in cells if at in hidden)
        if total not in hidden and 0 < people < k:
            others = [at for at in cells if at not in hidden and counts[at]]
            found.add(min(others, key=lambda at: counts[at], default=total))
    return found


def _way_around_a_bridge(counts: Mapping[Entry, int], hidden: set[Entry]) -> set[Entry]:
    """For one hidden entry that is determined: the cheapest entries whose hiding undoes that."""
    bridge = next(_bridges(hidden), None)
    return set(_cheapest_way(counts, hidden, bridge)) if bridge else set()


def _corners(entries: Iterable[Entry]) -> dict[Corner, list[Entry]]:
    """Each row and each column with its entries."""
    found: dict[Corner, list[Entry]] = defaultdict(list)
    for at in sorted(entries):
        for side in (0, 1):
            found[side, at[side]].append(at)
    return found


def _bridges(edges: set[Entry]) -> Iterator[Entry]:
    """Edges without which the graph falls apart, by a walk in depth (Tarjan, 1974)."""
    beside = _corners(edges)
    order: dict[Corner, int] = {}
    low: dict[Corner, int] = {}  # the earliest corner that is reached without the edge one came by
    for root in beside:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        walk: list[tuple[Corner, Entry | None, Iterator[Entry]]] = [
            (root, None, iter(beside[root]))
        ]
        while walk:
            corner, came_by, rest = walk[-1]
            edge = next(rest, None)
            if edge is None:
                walk.pop()
                if walk and came_by:
                    before = walk[-1][0]
                    low[before] = min(low[before], low[corner])
                    if low[corner] > order[before]:
                        yield came_by
            elif (other := _other_end(edge, corner)) in order:
                if edge != came_by:
                    low[corner] = min(low[corner], order[other])
            else:
                order[other] = low[other] = len(order)
                walk.append((other, edge, iter(beside[other])))


def _other_end(edge: Entry, corner: Corner) -> Corner:
    side = 1 - corner[0]
    return side, edge[side]


def _cheapest_way(
    counts: Mapping[Entry, int], hidden: set[Entry], without: Entry
) -> tuple[Entry, ...]:
    """From the entry's row to its column by other entries; hidden ones cost nothing, nobody's do not count.

    There is one always: an entry, the sums of its row and column, and the sum of all make a square.
    """
    beside = _corners(at for at, count in counts.items() if count and at != without)
    start, goal = (0, without[0]), (1, without[1])
    waiting: list[tuple[int, Corner, tuple[Entry, ...]]] = [(0, start, ())]
    seen = set()
    while waiting:
        cost, corner, way = heappop(waiting)
        if corner == goal:
            return way
        if corner in seen:
            continue
        seen.add(corner)
        for at in beside[corner]:
            more = 0 if at in hidden else counts[at]
            heappush(waiting, (cost + more, _other_end(at, corner), (*way, at)))
    return ()


def _in_hidden_cells(counts: Mapping[Entry, int], hidden: set[Entry], k: int) -> int | None:
    """Only beside a shown sum of all, from which anybody could work it out anyway."""
    if (SUM, SUM) in hidden:
        return None
    return sum(counts[at] for at in hidden if SUM not in at) // k * k
