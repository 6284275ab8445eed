"""Lays the lanes out: beside each other for a wide page, below each other for a telephone.

Only places and texts; ``rights/picture/svg.html`` writes them as SVG, and ``picture.css`` gives the colours.
Lengths are in pixels of the drawing. A browser's letters are not known here, so a text is taken as somewhat
wider than Inter sets it, and broken before it could leave its box.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tradepost.rights.picture.lanes import MapLane, Stay

SIZE, LINE, PAD = 15, 20, 12
WIDE, NARROW = 1000, 350
_GAP, _HEAD, _HEADING = 34, 34, 26
_TEN_YEARS = 3653
_NAMES = 2  # of what stays equally long; the table names all
_SLIM, _BROAD = frozenset("ijltfrI.,:;'|!()[]- "), frozenset("mwMWO@%–")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnText:
    x: float
    y: float
    text: str
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBox:
    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnArrow:
    """``path`` ends at the point of the arrow."""

    path: str
    point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnIcon:
    x: float
    y: float
    name: str


@dataclass(kw_only=True)
class Drawing:
    id: str
    width: float
    height: float = 0
    boxes: list[DrawnBox] = field(default_factory=list)
    arrows: list[DrawnArrow] = field(default_factory=list)
    icons: list[DrawnIcon] = field(default_factory=list)
    texts: list[DrawnText] = field(default_factory=list)


# A text with its look, or the length of a bar from 0 to 1; None leaves some room.
_Line = tuple[str, str] | float | None


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a box says."""

    lines: list[_Line]

    @property
    def height(self) -> float:
        return 2 * PAD + sum(_height(line) for line in self.lines)


def _height(line: _Line) -> float:
    if line is None:
        return 8
    return LINE if isinstance(line, tuple) else 14


def drawings(lanes: list[MapLane], id: str) -> list[Drawing]:
    """The same picture twice; the style sheet shows the one that fits."""
    return [_beside(lanes, f"{id}-wide"), _below(lanes, f"{id}-narrow")]


def headings() -> list[tuple[str, str]]:
    """Of the four columns, with their icons."""
    return [
        ("person", _("Whose data")),
        ("store", _("Where it lies")),
        ("hands", _("Who gets it")),
        ("hourglass", _("When it goes")),
    ]


def _beside(lanes: list[MapLane], id: str) -> Drawing:
    drawing = Drawing(id=id, width=WIDE)
    widths = (270, 190, 210, 228)
    lefts = [sum(widths[:n]) + n * _GAP for n in range(4)]
    for left, (icon, heading) in zip(lefts, headings(), strict=True):
        drawing.icons.append(DrawnIcon(x=left, y=2, name=icon))
        drawing.texts.append(DrawnText(x=left + 30, y=20, text=heading, look="map-heading"))
    y: float = _HEAD + 10
    for lane in lanes:
        drawing.texts.append(DrawnText(x=0, y=y + 18, text=lane.title, look="map-lane"))
        y += _HEADING
        cells = [_Cell(list(c)) for c in _cells(lane, widths)]
        height = max(cell.height for cell in cells)
        for left, width, cell in zip(lefts, widths, cells, strict=True):
            _put(drawing, cell, left, y, width, height)
        drawing.arrows += [_to_the_right(left - _GAP, y + height / 2) for left in lefts[1:]]
        y += height + 22
    drawing.height = y
    return drawing


def _below(lanes: list[MapLane], id: str) -> Drawing:
    drawing = Drawing(id=id, width=NARROW)
    y: float = 0
    for lane in lanes:
        for line in broken(lane.title, NARROW, 18):
            drawing.texts.append(DrawnText(x=0, y=y + 18, text=line, look="map-lane"))
            y += 24
        y += 4
        for number, (cell, heading) in enumerate(
            zip(_cells(lane, (NARROW,) * 4), headings(), strict=True)
        ):
            if number:
                drawing.arrows.append(_downwards(NARROW / 2, y - 20))
            y = _titled(drawing, _Cell(list(cell)), heading, y) + 22
        y += 16
    drawing.height = y
    return drawing


def _titled(drawing: Drawing, cell: _Cell, heading: tuple[str, str], y: float) -> float:
    """A box with its heading inside; returns where it ends."""
    icon, title = heading
    height = cell.height + _HEADING
    drawing.boxes.append(DrawnBox(x=0, y=y, width=NARROW, height=height, look=f"map-box {icon}"))
    drawing.icons.append(DrawnIcon(x=PAD, y=y + PAD - 4, name=icon))
    drawing.texts.append(DrawnText(x=PAD + 30, y=y + PAD + 13, text=title, look="map-heading"))
    _write(drawing, cell, 0, y + _HEADING, NARROW)
    return y + height


def _put(
    drawing: Drawing, cell: _Cell, left: float, top: float, width: float, height: float
) -> None:
    drawing.boxes.append(DrawnBox(x=left, y=top, width=width, height=height, look="map-box"))
    _write(drawing, cell, left, top, width)


def _write(drawing: Drawing, cell: _Cell, left: float, top: float, width: float) -> None:
    y = top + PAD
    inner = width - 2 * PAD
    for line in cell.lines:
        if isinstance(line, tuple):
            text, look = line
            drawing.texts.append(DrawnText(x=left + PAD, y=y + 15, text=text, look=look))
        elif line is not None:
            for look, share in (("map-track", 1), ("map-bar", line)):
                drawing.boxes.append(
                    DrawnBox(x=left + PAD, y=y + 3, width=inner * share, height=5, look=look)
                )
        y += _height(line)


def _to_the_right(x: float, y: float) -> DrawnArrow:
    end = x + _GAP - 4
    point = f"{end - 8:g},{y - 5:g} {end:g},{y:g} {end - 8:g},{y + 5:g}"
    return DrawnArrow(path=f"M{x + 4:g} {y:g}H{end - 8:g}", point=point)


def _downwards(x: float, y: float) -> DrawnArrow:
    point = f"{x - 5:g},{y + 10:g} {x:g},{y + 18:g} {x + 5:g},{y + 10:g}"
    return DrawnArrow(path=f"M{x:g} {y:g}V{y + 10:g}", point=point)


# What stands in the boxes


def _cells(lane: MapLane, widths: tuple[int, ...]) -> Iterator[Iterator[_Line]]:
    whose, lies, gets, goes = (width - 2 * PAD for width in widths)
    yield _whose(lane, whose)
    yield _points(lane.lies, lies)
    yield _points(lane.gets, gets)
    yield _times(lane.goes, goes)


def _whose(lane: MapLane, width: float) -> Iterator[_Line]:
    for line in broken(lane.whose, width, SIZE + 1):
        yield line, "map-strong"
    for line in broken(capfirst(", ".join(lane.kinds)), width):
        yield line, ""
    if lane.doors:
        yield None
        yield _("How it comes in"), "map-quiet map-strong"
        for text, _look in _points(lane.doors, width):
            yield text, "map-quiet"


def _points(said: Iterable[str], width: float) -> Iterator[tuple[str, str]]:
    for text in said:
        for number, line in enumerate(broken(text, width - 14)):
            yield (f"· {line}" if number == 0 else f"\u2002{line}"), ""


def _times(stays: Iterable[Stay], width: float) -> Iterator[_Line]:
    """A bar for each, longer for longer: a day is short, ten years fill the box."""
    for number, stay in enumerate(stays):
        if number:
            yield None
        for line in broken(capfirst(stay.period), width, SIZE + 1):
            yield line, "map-strong"
        if stay.days is not None:
            yield min(1.0, 0.04 + 0.96 * math.log(stay.days) / math.log(_TEN_YEARS))
        more = len(stay.what) - _NAMES
        named = ", ".join(stay.what[:_NAMES])
        if more > 0:
            named = _("%(named)s and %(more)d more") % {"named": named, "more": more}
        for line in broken(named, width):
            yield line, "map-quiet"


def broken(text: str, width: float, size: float = SIZE) -> list[str]:
    """The text in lines that fit; a word that is too long for one line alone is cut by a hyphen."""
    lines: list[str] = [""]
    for word in text.split():
        for piece in _pieces(word, width, size):
            longer = f"{lines[-1]} {piece}".strip()
            if _length(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return [line for line in lines if line]


def _pieces(word: str, width: float, size: float) -> Iterator[str]:
    while _length(word, size) > width:
        cut = max(
            2,
            next(
                n
                for n in range(len(word), 0, -1)
                if _length(word[:n], size) < width - size or n == 1
            ),
        )
        yield f"{word[:cut]}-"
        word = word[cut:]
    yield word


def _length(text: str, size: float) -> float:
    return size * sum(
        0.34 if letter in _SLIM else 0.92 if letter in _BROAD else 0.7 if letter.isupper() else 0.58
        for letter in text
    )
