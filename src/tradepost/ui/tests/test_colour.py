"""The tokens keep WCAG 2.2 AA in both themes, computed from the sheet that is served."""

import re
from pathlib import Path

import pytest

from tradepost.ui import sheets
from tradepost.ui.drawing import colour

TOKENS = Path(sheets.__file__).parent / "static" / "ui" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
PALETTE = {name: (day, night) for name, day, night in PAIR.findall(TOKENS.read_text())}
GROUNDS = ["paper", "paper-raised", "paper-sunken"]
SERIES = [f"series-{number}" for number in range(1, 6)]

WORDS = [
    *[
        (ink, on)
        for ink in ("ink", "ink-quiet", "accent", "accent-strong", "bad")
        for on in GROUNDS
    ],
    *[(ink, f"{tone}-wash") for tone in ("good", "warn", "bad", "accent") for ink in ("ink", tone)],
    ("accent-strong", "accent-wash"),
    ("ink-quiet", "accent-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("on-bad", "bad-strong"),
]
CONTROLS = [(ink, on) for ink in ("rule-strong", "focus", *SERIES) for on in GROUNDS]


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read_on_their_ground(ink: str, ground: str, theme: int) -> None:
    ratio = colour.contrast(PALETTE[ink][theme], PALETTE[ground][theme])
    assert ratio >= colour.AA_TEXT, f"{ink} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_edges_of_controls_and_lines_of_charts_can_be_seen(
    edge: str, ground: str, theme: int
) -> None:
    ratio = colour.contrast(PALETTE[edge][theme], PALETTE[ground][theme])
    assert ratio >= colour.AA_CONTROL, f"{edge} on {ground}: {ratio:.2f}"


def test_contrast_is_that_of_wcag() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_paper_known_to_python_is_the_paper_of_the_sheet() -> None:
    assert PALETTE["paper"] == colour.PAPER


@pytest.mark.parametrize(
    "chosen", ["#ffee00", "#12503a", "#000000", "#ffffff", "#7f7f7f", "#0000ff"]
)
def test_any_accent_a_merchant_chooses_becomes_readable(chosen: str) -> None:
    for accent, paper in zip(colour.readable_accent(chosen), colour.PAPER, strict=True):
        assert colour.contrast(accent.accent, paper) >= colour.AA_TEXT
        assert colour.contrast(accent.on, accent.accent) >= colour.AA_TEXT


def test_a_good_accent_is_left_as_it_is() -> None:
    assert colour.readable_accent("#12503a")[0].accent == "#12503a"


@pytest.mark.parametrize("chosen", ["red", "#12", "#12503a;}body{}", ""])
def test_what_is_no_colour_never_reaches_a_style_sheet(chosen: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        colour.theme_sheet(chosen, dark=True)


def _said(sheet: str, name: str) -> str:
    found = re.search(rf"--{name}:(#[0-9a-f]{{6}})", sheet)
    assert found, f"{name} differs by day and by night, or is missing"
    return found[1]


@pytest.mark.parametrize("chosen", ["#ffd400", "#12503a", "#000000", "#ffffff", "#c0392b"])
def test_a_shops_colour_is_the_same_by_day_and_by_night(chosen: str) -> None:
    sheet = colour.theme_sheet(chosen, dark=True)
    assert _said(sheet, "brand") == chosen


@pytest.mark.parametrize(
    "chosen", ["#ffd400", "#7f7f7f", "#777777", "#e4572e", "#0099aa", "#c71585", "#808000"]
)
def test_letters_on_a_shops_buttons_can_be_read(chosen: str) -> None:
    sheet = colour.theme_sheet(chosen, dark=True)
    for ground in ("brand", "brand-strong"):
        ratio = colour.contrast(_said(sheet, "on-brand"), _said(sheet, ground))
        assert ratio >= colour.AA_TEXT, f"{chosen}: {ratio:.2f} on {ground}"
    red = abs(int(_said(sheet, "brand")[1:3], 16) - int(chosen[1:3], 16))
    assert red < 40, "the colour stays near the one that was chosen"


def test_without_the_dark_look_a_shop_is_light_whatever_the_device_prefers() -> None:
    assert "color-scheme:light;" in colour.theme_sheet("#ffd400", dark=False)
    assert "color-scheme" not in colour.theme_sheet("#ffd400", dark=True)
