"""Contrast of colours, and the accent a merchant chose made readable (WCAG 2.2, 1.4.3)."""

import colorsys
import re
from dataclasses import dataclass

AA_TEXT = 4.5
AA_CONTROL = 3.0

# The ground a shop's accent must be read on; the same values stand in tokens.css (tested).
PAPER = ("#f7f2e8", "#16140f")
ON_DARK, ON_LIGHT = "#fdfaf2", "#14120d"

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Accent:
    """One accent in one theme: as ink on paper and as ground under `on`."""

    accent: str
    on: str


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 black to 1 white, as WCAG defines it."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_accent(chosen: str) -> tuple[Accent, Accent]:
    """The chosen colour for day and for night, its lightness moved until words in it can be read.

    Raises:
        ValueError: `chosen` is not `#rrggbb`.
    """
    return _readable(chosen, PAPER[0], -0.01), _readable(chosen, PAPER[1], 0.01)


def theme_sheet(chosen: str, *, dark: bool, root: str = ":root") -> str:
    """The style sheet that gives a shop its colours; for `{% block theme %}`.

    Buttons are the chosen colour by day and by night, under letters that can be read on it; only
    words and lines of the accent move to where they can be read on paper. Not `dark`: light always,
    whatever the visitor's device prefers.

    Raises:
        ValueError: `chosen` is not `#rrggbb`.
    """
    day, night = readable_accent(chosen)
    brand = ground_for_letters(chosen)
    letters = _letters_on(brand)
    accent = f"light-dark({day.accent}, {night.accent})"
    return (
        f"@layer theme{{{root}{{"
        f"{'' if dark else 'color-scheme:light;'}"
        f"--brand:{brand};--on-brand:{letters};--brand-strong:{_away_from(letters, brand)};"
        f"--accent:{accent};--focus:{accent};--series-1:{accent};"
        f"--on-accent:light-dark({day.on}, {night.on});"
        "--accent-strong:color-mix(in srgb, var(--accent) 82%, var(--ink));"
        "--accent-wash:color-mix(in srgb, var(--accent) 8%, var(--paper))"
        "}}\n"
    )


def _readable(chosen: str, paper: str, step: float) -> Accent:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(chosen))
    colour = chosen.lower()
    # A little above the floor, so that the accent also holds on its own pale wash.
    while contrast(colour, paper) < AA_TEXT + 0.7 and 0 < lightness + step < 1:
        lightness += step
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return Accent(colour, _letters_on(colour))


def ground_for_letters(chosen: str) -> str:
    """The colour itself where dark or light letters can be read on it, else a little darker.

    Raises:
        ValueError: `chosen` is not `#rrggbb`.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(chosen))
    colour = chosen.lower()
    while contrast(_letters_on(colour), colour) < AA_TEXT + 0.1:
        lightness -= 0.01
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def _away_from(letters: str, ground: str) -> str:
    """For a button under the pointer: a step that makes its letters stand out more."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(ground))
    step = -0.06 if luminance(letters) > luminance(ground) else 0.06
    return _hex(colorsys.hls_to_rgb(hue, min(max(lightness + step, 0), 1), saturation))


def _letters_on(ground: str) -> str:
    return max((ON_DARK, ON_LIGHT), key=lambda on: contrast(on, ground))


def _channels(colour: str) -> tuple[float, float, float]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"{colour!r} is not a colour like #12503a")
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
