"""Where the marks of a chart go. Numbers in, positions out; the templates draw them.

Positions along the page are percentages of the plot and positions down it are pixels, so that a
chart fills any width while its words keep their size.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

PLOT_HEIGHT = 220
BAR_HEIGHT = 18
BAR_GAP = 4
ROW_LABEL_HEIGHT = 24
ROW_GAP = 12
MOST_AXIS_LABELS = 6
MOST_MARKS = 40


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars; `None` is a gap, not a zero."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: each series has one value for each label.

    `format_value` writes a value for people (money, per cent); plain grouping when left out.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    heading: str = ""
    description: str = ""
    format_value: Callable[[float], str] | None = None

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.labels):
                raise ValueError(
                    f"{one.label!r}: {len(one.values)} values, {len(self.labels)} labels"
                )

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for one in self.series for value in one.values)

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """The same figures as a table: a label and its values, in the order of the series."""
        return [
            (label, [one.values[place] for one in self.series])
            for place, label in enumerate(self.labels)
        ]


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    y: float


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """`minor` labels go when there is little room; `anchor` is SVG's `text-anchor`."""

    text: str
    x: float
    anchor: str
    minor: bool


@dataclass(frozen=True, slots=True)
class ChartMark:
    x: float
    y: float
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class ChartLine:
    """`paths` are polylines in a box of 100 × `PLOT_HEIGHT`, one for each run without a gap."""

    label: str
    number: int
    paths: list[str]
    marks: list[ChartMark]


@dataclass(frozen=True, slots=True)
class LinePlot:
    height: int
    ticks: list[Tick]
    axis: list[AxisLabel]
    lines: list[ChartLine]


@dataclass(frozen=True, slots=True)
class Bar:
    number: int
    y: float
    width: float
    value: float
    series: str


@dataclass(frozen=True, slots=True)
class BarRow:
    label: str
    label_y: float
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class BarPlot:
    height: int
    rows: list[BarRow]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """`share` is of the step before and `overall` of the first, both 0–1, `None` at the start."""

    label: str
    value: float
    width: float
    label_y: float
    y: float
    share: float | None
    overall: float | None


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """`drops` are the slopes from one bar to the next, polygons in a box of 100 × `height`."""

    height: int
    steps: list[FunnelStep]
    drops: list[str]


def line_plot(chart: Chart) -> LinePlot:
    scale = ticks(_values(chart))
    bottom, top = scale[0], scale[-1]

    def down(value: float) -> float:
        return round(PLOT_HEIGHT - (value - bottom) / (top - bottom) * PLOT_HEIGHT, 2)

    lines = [_line(chart, number, down) for number in range(len(chart.series))]
    return LinePlot(
        height=PLOT_HEIGHT,
        ticks=[Tick(value, down(value)) for value in scale],
        axis=axis_labels(chart.labels),
        lines=lines,
    )


def bar_plot(chart: Chart) -> BarPlot:
    """Bars lie down, each under its label: long names fit and a phone needs no sideways scroll."""
    longest = max([abs(value) for value in _values(chart)], default=0) or 1
    rows: list[BarRow] = []
    y = 0.0
    for label, values in chart.rows:
        bars = []
        bar_y = y + ROW_LABEL_HEIGHT
        for number, value in enumerate(values):
            shown = value or 0
            width = round(abs(shown) / longest * 100, 2)
            bars.append(Bar(number % 5 + 1, bar_y, width, shown, chart.series[number].label))
            bar_y += BAR_HEIGHT + BAR_GAP
        rows.append(BarRow(label, y + ROW_LABEL_HEIGHT - 8, bars))
        y = bar_y - BAR_GAP + ROW_GAP
    return BarPlot(height=int(max(y - ROW_GAP, 0)), rows=rows)


def funnel_plot(chart: Chart) -> FunnelPlot:
    """The steps of the first series, each as wide as its share of the widest."""
    values = [value or 0 for value in chart.series[0].values] if chart.series else []
    widest = max(values, default=0) or 1
    row = ROW_LABEL_HEIGHT + BAR_HEIGHT + ROW_GAP
    steps = [
        FunnelStep(
            label=label,
            value=value,
            width=round(value / widest * 100, 2),
            label_y=place * row + ROW_LABEL_HEIGHT - 8,
            y=place * row + ROW_LABEL_HEIGHT,
            share=_share(value, values[place - 1]) if place else None,
            overall=_share(value, values[0]) if place else None,
        )
        for place, (label, value) in enumerate(zip(chart.labels, values, strict=True))
    ]
    drops = [
        f"0,{a.y + BAR_HEIGHT:g} {a.width:g},{a.y + BAR_HEIGHT:g} {b.width:g},{b.y:g} 0,{b.y:g}"
        for a, b in pairwise(steps)
    ]
    return FunnelPlot(height=max(len(steps) * row - ROW_GAP, 0), steps=steps, drops=drops)


def ticks(values: Sequence[float], wanted: int = 4) -> list[float]:
    """Round numbers that span the values and zero: steps of 1, 2, 2.5 or 5 times a power of ten."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        high = 1.0
    rough = (high - low) / wanted
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(n * magnitude for n in (1, 2, 2.5, 5, 10) if n * magnitude >= rough * (1 - 1e-9))
    if step < 1 and all(float(value).is_integer() for value in values):
        step = 1.0
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def axis_labels(labels: Sequence[str], most: int = MOST_AXIS_LABELS) -> list[AxisLabel]:
    """At most `most` labels, evenly spread, the first and last always among them."""
    count = len(labels)
    if count == 0:
        return []
    if count <= most:
        places = list(range(count))
    else:
        places = sorted({round(n * (count - 1) / (most - 1)) for n in range(most)})
    kept = {places[0], places[len(places) // 2], places[-1]} if len(places) > 3 else set(places)
    return [
        AxisLabel(labels[place], _across(place, count), _anchor(place, count), place not in kept)
        for place in places
    ]


def _line(chart: Chart, number: int, down: Callable[[float], float]) -> ChartLine:
    series, count = chart.series[number], len(chart.labels)
    runs: list[list[ChartMark]] = [[]]
    for place, value in enumerate(series.values):
        if value is None:
            runs.append([])
            continue
        runs[-1].append(ChartMark(_across(place, count), down(value), chart.labels[place], value))
    marks = [mark for run in runs for mark in run]
    return ChartLine(
        label=series.label,
        number=number % 5 + 1,
        paths=[" ".join(f"{m.x:g},{m.y:g}" for m in run) for run in runs if len(run) > 1],
        # Dots on a long line are noise; a lone dot between two gaps is the only sign of its value.
        marks=marks if len(marks) <= MOST_MARKS else [run[0] for run in runs if len(run) == 1],
    )


def _values(chart: Chart) -> list[float]:
    return [value for one in chart.series for value in one.values if value is not None]


def _across(place: int, count: int) -> float:
    return round(place / (count - 1) * 100, 3) if count > 1 else 50.0


def _anchor(place: int, count: int) -> str:
    if count == 1:
        return "middle"
    return {0: "start", count - 1: "end"}.get(place, "middle")


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
