from hypothesis import given
from hypothesis import strategies as st

from tradepost.campaigns.small_cells import K, published

groups = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)


def test_a_small_group_is_put_together_with_others():
    assert [(c.label, c.count) for c in published({"Outlook": 30, "Pine": 1, "Mutt": 2})] == [
        ("", 30)
    ]
    assert [(c.label, c.count) for c in published({"A": 30, "B": 3, "C": 3})] == [
        ("A", 30),
        ("", 5),
    ]


def test_fewer_people_than_k_are_nothing_at_all():
    assert published({"A": 2, "B": 2}) == []


@given(groups)
def test_no_shown_group_is_smaller_than_k(counts):
    assert all(cell.count >= K for cell in published(counts))


@given(groups)
def test_what_is_left_out_cannot_be_worked_out_from_the_total(counts):
    """Whoever knows the exact total and what is shown learns of no group of one to four people."""
    cells = published(counts)
    named = {cell.label for cell in cells if cell.label}
    hidden = [count for label, count in counts.items() if label not in named and count]
    assert not hidden or sum(hidden) >= K or not named


@given(groups, st.sampled_from("abcdefgh"))
def test_one_person_more_changes_nothing_or_a_whole_k(counts, label):
    before = {cell.label: cell.count for cell in published(counts)}
    after = {
        cell.label: cell.count for cell in published(counts | {label: counts.get(label, 0) + 1})
    }
    for name in before.keys() & after.keys():
        assert (after[name] - before[name]) % K == 0
