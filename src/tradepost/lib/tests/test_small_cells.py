"""What a table may show: nobody can be worked out of it, however it is turned, added or subtracted."""

import cProfile
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.lib.small_cells import SUM, list_that_may_be_shown, may_be_shown

K = 5
tables = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(0, 14), max_size=16
)
lists = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)


def with_sums(table):
    """All entries, as somebody adds them up who knows the table."""
    rows, columns = {row for row, _ in table}, {column for _, column in table}
    whole = {(row, column): table.get((row, column), 0) for row in rows for column in columns}
    whole |= {(row, SUM): sum(table.get((row, c), 0) for c in columns) for row in rows}
    whole |= {(SUM, column): sum(table.get((r, column), 0) for r in rows) for column in columns}
    return whole | {(SUM, SUM): sum(table.values())}


def equations(entries):
    """Each row and each column, the sums' too: its cells, less its sum, are nothing."""
    for side in (0, 1):
        for name in {at[side] for at in entries}:
            yield {at: -1 if at[1 - side] == SUM else 1 for at in entries if at[side] == name}


def worked_out(entries, hidden):
    """Hidden entries that follow from the exact values of all others, by elimination."""
    unknown = sorted(hidden)
    rows = [
        [Fraction(line.get(at, 0)) for at in unknown]
        for line in equations(entries)
        if set(line) & hidden
    ]
    solved = 0
    for place in range(len(unknown)):
        pivot = next((row for row in rows[solved:] if row[place]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[place] for value in pivot]
        rows = [[a - row[place] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        rows.insert(solved, pivot)
        solved += 1
    return {
        unknown[row.index(1)] for row in rows if sum(value != 0 for value in row) == 1 and 1 in row
    }


@given(tables)
def test_nothing_hidden_follows_from_what_is_shown(table):
    """Even for somebody who knows each shown entry exactly, and not rounded."""
    shown = may_be_shown(table, K)
    hidden = {at for at, count in shown.entries.items() if count is None}
    assert worked_out(shown.entries, hidden) == set()


@given(tables)
def test_what_is_shown_is_nobody_or_at_least_k_and_never_more_than_there_are(table):
    exact = with_sums(table)
    for at, count in may_be_shown(table, K).entries.items():
        assert count is None or (count % K == 0 and 0 <= exact[at] - count < K)
        assert count is not None or exact[at]
        assert count != 0 or exact[at] == 0


@given(tables)
def test_nobody_learns_that_a_row_hides_fewer_than_k_people(table):
    exact, entries = with_sums(table), may_be_shown(table, K).entries
    for side, name in {(side, at[side]) for at in entries for side in (0, 1)}:
        line = [at for at in entries if at[side] == name]
        total = next(at for at in line if at[1 - side] == SUM)
        people = sum(exact[at] for at in line if at != total and entries[at] is None)
        assert entries[total] is None or people == 0 or people >= K


@given(tables, st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")))
def test_one_person_more_changes_what_is_shown_by_nothing_or_by_k(table, at):
    """Two questions, or two days, that differ in one person."""
    before = may_be_shown(table, K).entries
    after = may_be_shown(table | {at: table.get(at, 0) + 1}, K).entries
    for entry in before.keys() & after.keys():
        if before[entry] is not None and after[entry] is not None:
            assert after[entry] - before[entry] in {0, K}


@given(tables, tables)
def test_two_overlapping_times_subtracted_tell_of_k_people_or_of_nobody(earlier, added):
    later = {at: earlier.get(at, 0) + added.get(at, 0) for at in {*earlier, *added}}
    before, after = may_be_shown(earlier, K).entries, may_be_shown(later, K).entries
    for entry in before.keys() & after.keys():
        if before[entry] is not None and after[entry] is not None:
            assert (after[entry] - before[entry]) % K == 0


def test_every_small_table_has_another_one_that_shows_the_same():
    """Whole numbers, nobody fewer than none: tried out, all 1,296 of them."""
    k, cells = 3, [*product("ab", "xy")]
    universe = [dict(zip(cells, some, strict=True)) for some in product(range(7), repeat=4)]
    sums = [with_sums(table) for table in universe]
    seen: dict[frozenset, dict[tuple, list[dict]]] = {}
    for some in product(range(6), repeat=4):
        entries = may_be_shown(dict(zip(cells, some, strict=True)), k).entries
        hidden = frozenset(at for at, count in entries.items() if count is None)
        known = sorted(entries.keys() - hidden)
        if hidden not in seen:
            seen[hidden] = {}
            for whole in sums:
                seen[hidden].setdefault(tuple(whole[at] for at in known), []).append(whole)
        exact = with_sums(dict(zip(cells, some, strict=True)))
        alike = seen[hidden][tuple(exact[at] for at in known)]
        for at in hidden:
            assert len({whole[at] for whole in alike}) > 1, (some, at)


@given(lists)
def test_a_list_shows_no_small_group_and_its_rest_is_no_small_group(groups):
    cells = list_that_may_be_shown(groups, K)
    assert all(count >= K for _name, count in cells)
    named = {name for name, _count in cells if name}
    hidden = [count for name, count in groups.items() if name not in named and count]
    assert not hidden or sum(hidden) >= K or not named
    assert len(hidden) != 1 or not named, "a group of its own is worked out from the total"


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ({"Outlook": 30, "Pine": 1, "Mutt": 2}, [("", 30)]),
        ({"A": 30, "B": 3, "C": 3}, [("A", 30), ("", 5)]),
        ({"A": 2, "B": 2}, []),
        ({"A": 33, "B": 12}, [("A", 30), ("B", 10)]),
        ({}, []),
    ],
)
def test_small_groups_of_a_list_stand_together(groups, shown):
    assert list_that_may_be_shown(groups, K) == shown


@pytest.mark.parametrize("table", [{("a", "x"): -1}, {("a", SUM): 3}])
def test_what_is_no_table_of_people_is_refused(table):
    with pytest.raises(ValueError, match="counts of people"):
        may_be_shown(table, K)


def test_a_table_of_all_countries_and_trades_takes_a_moment():
    """Counted in steps of the search, not in seconds: it grows with the table, not with its square."""
    steps = []
    for size in (10, 40):
        draw = Random(7)
        table = {
            (f"r{row}", f"c{column}"): draw.choice([0, 0, 1, 2, 6, 40])
            for row in range(size)
            for column in range(size)
        }
        profile = cProfile.Profile()
        shown = profile.runcall(may_be_shown, table, K)
        steps.append(sum(entry.callcount for entry in profile.getstats()))
        hidden = {at for at, count in shown.entries.items() if count is None}
        assert hidden
    assert steps[1] / steps[0] < 3 * 40**2 / 10**2
