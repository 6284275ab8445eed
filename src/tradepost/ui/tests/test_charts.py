import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.ui.drawing.charts import (
    MOST_AXIS_LABELS,
    PLOT_HEIGHT,
    Chart,
    Series,
    axis_labels,
    bar_plot,
    funnel_plot,
    line_plot,
    ticks,
)

amounts = st.lists(st.floats(-1e9, 1e9, allow_nan=False).filter(lambda n: n == 0 or abs(n) > 1e-3))


def chart(*values: float | None) -> Chart:
    return Chart("Opens", [str(place) for place in range(len(values))], [Series("Opens", values)])


@given(amounts)
def test_ticks_span_zero_and_every_value_in_a_few_even_steps(values: list[float]) -> None:
    scale = ticks(values)
    unseen = (scale[1] - scale[0]) * 1e-6
    assert scale[0] <= min([0, *values]) + unseen
    assert scale[-1] >= max([0, *values]) - unseen
    assert 2 <= len(scale) <= 7


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], [0, 1]),
        ([3], [0, 1, 2, 3]),
        ([98], [0, 25, 50, 75, 100]),
        ([0.3], [0, 0.1, 0.2, 0.3]),
        ([-20, 20], [-20, -10, 0, 10, 20]),
    ],
)
def test_ticks_are_round_numbers(values: list[float], expected: list[float]) -> None:
    assert ticks(values) == pytest.approx(expected)


def test_a_count_is_never_divided_into_fractions() -> None:
    assert ticks([1]) == [0, 1]


def test_a_line_runs_from_edge_to_edge_and_zero_is_at_the_bottom() -> None:
    line = line_plot(chart(0, 100)).lines[0]
    assert line.paths == [f"0,{PLOT_HEIGHT} 100,0"]


def test_a_gap_breaks_the_line_and_a_lone_value_keeps_its_dot() -> None:
    line = line_plot(chart(1, 2, None, 3, None, 4, 5)).lines[0]
    assert len(line.paths) == 2
    assert [mark.value for mark in line.marks] == [1, 2, 3, 4, 5]


def test_a_long_line_has_no_dots_except_between_gaps() -> None:
    values: list[float | None] = [*range(60), None, 7, None]
    assert [mark.value for mark in line_plot(chart(*values)).lines[0].marks] == [7]


def test_one_point_stands_in_the_middle() -> None:
    assert line_plot(chart(5)).lines[0].marks[0].x == 50


def test_no_figures_are_an_empty_chart_and_no_crash() -> None:
    empty = Chart("Nothing", [], [])
    assert empty.is_empty
    assert line_plot(empty).lines == []
    assert bar_plot(empty).rows == []
    assert funnel_plot(empty).steps == []


@given(st.integers(1, 400))
def test_axis_labels_are_few_and_keep_both_ends(count: int) -> None:
    labels = axis_labels([str(place) for place in range(count)])
    assert len(labels) <= MOST_AXIS_LABELS
    assert labels[0].text == "0"
    assert labels[-1].text == str(count - 1)
    assert sum(not label.minor for label in labels) <= 3
    assert not labels[0].minor
    assert not labels[-1].minor


def test_the_longest_bar_fills_the_plot() -> None:
    rows = bar_plot(chart(10, 40, 0)).rows
    assert [row.bars[0].width for row in rows] == [25, 100, 0]


def test_bars_of_two_series_do_not_touch_the_next_label() -> None:
    both = Chart("Sold", ["Mug", "Bowl"], [Series("Sold", [2, 1]), Series("Back", [1, None])])
    first, second = bar_plot(both).rows
    assert first.bars[-1].y + 18 < second.label_y - 10
    assert second.bars[1].value == 0


def test_a_funnel_says_each_share_of_the_step_before_and_of_the_first() -> None:
    steps = funnel_plot(chart(200, 100, 25)).steps
    assert [step.share for step in steps] == [None, 0.5, 0.25]
    assert [step.overall for step in steps] == [None, 0.5, 0.125]
    assert [step.width for step in steps] == [100, 50, 12.5]


def test_a_funnel_from_nothing_has_no_share() -> None:
    assert funnel_plot(chart(0, 0)).steps[1].share is None


def test_a_value_too_few_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="1 values, 2 labels"):
        Chart("Opens", ["a", "b"], [Series("Opens", [1])])
