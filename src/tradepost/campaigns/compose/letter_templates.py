"""Sets a body into one of the finished frames: one MJML document with the merchant's own look."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

import css_inline
from django.utils.translation import gettext as _
from django.utils.translation import override

from tradepost.campaigns.compose import markdown
from tradepost.campaigns.types import BodyFormat, Frame

_FOLDER = Path(__file__).parent / "frames"
_SLOT = re.compile(r"\[\[(\w+)\]\]")
GROUND = "#f3eee3"

_WORDS = (
    "p{margin:0 0 16px}h1{font-size:26px;line-height:1.25;margin:0 0 16px}"
    "h2{font-size:20px;line-height:1.3;margin:24px 0 12px}h3{font-size:17px;margin:20px 0 8px}"
    "ul,ol{margin:0 0 16px;padding:0 0 0 22px}li{margin:0 0 6px}"
    "blockquote{margin:0 0 16px;padding:0 0 0 14px;border-left:3px solid %(accent)s}"
    "a{color:%(accent)s;text-decoration:underline}code,pre{font-family:Menlo,Consolas,monospace;"
    "font-size:14px}table{border-collapse:collapse;margin:0 0 16px}"
    "th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #d8d0c0}"
)
_PICTURE = re.compile(r"<p>\s*(<img\b[^>]*>)\s*</p>")
_BUTTON = re.compile(r"<p>\s*<strong>\s*<a href=\"([^\"]*)\"[^>]*>(.*?)</a>\s*</strong>\s*</p>")
_ATTRIBUTE = re.compile(r"\b(src|alt|title)=\"([^\"]*)\"")


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a merchant's letters have in common."""

    merchant: str
    language: str = "en"
    accent: str = "#1f5c43"
    logo_url: str = ""
    shop_url: str = ""
    website: str = ""
    postal_address: str = ""
    privacy_url: str = ""


class WaysOut(NamedTuple):
    """The one-click page, the address that unsubscribes whoever writes to it, the page of choices."""

    url: str
    address: str
    preferences: str


def document(
    *, look: Look, frame: str, body: str, body_format: str, headline: str, preheader: str,
    ways_out: WaysOut, measured: bool,
) -> str:  # fmt: skip
    """MJML, ready to render. Everything but ``body`` is escaped here; marks pass through untouched."""
    sections = _sections(body, body_format, look)
    if body_format == BodyFormat.MJML and re.match(r"\s*<mjml[\s>]", body):
        return _with_foot(body, look, ways_out, measured=measured)
    with override(look.language):
        values = _values(look, headline, preheader, ways_out, measured=measured)
    values |= {"sections": sections, "head": fill("head", values), "foot": fill("foot", values)}
    return fill(Frame(frame).value, values)


def fill(name: str, values: dict[str, str]) -> str:
    return _SLOT.sub(lambda slot: values[slot[1]], _file(name))


@cache
def _file(name: str) -> str:
    return (_FOLDER / f"{name}.mjml").read_text(encoding="utf-8")


def _with_foot(body: str, look: Look, ways_out: WaysOut, *, measured: bool) -> str:
    """A merchant's own whole document keeps its look, and gets the foot that the law wants."""
    with override(look.language):
        foot = fill("foot", _values(look, "", "", ways_out, measured=measured))
    place = body.rfind("</mj-body>")
    return body[:place] + foot + body[place:] if place >= 0 else body


def _values(
    look: Look, headline: str, preheader: str, ways_out: WaysOut, *, measured: bool
) -> dict[str, str]:
    sentence = _(
        "You do not want to receive these mails any more? %(link)s, or write to %(address)s; "
        "no words are needed."
    )
    return {
        "merchant": escape(look.merchant),
        "language": escape(look.language),
        "headline": escape(headline),
        "preheader": escape(preheader),
        "accent": look.accent,
        "on_accent": readable_on(look.accent),
        "accent_dark": lighter(look.accent),
        "ground": GROUND,
        "logo": _logo(look),
        "why": escape(
            _("You receive this because you asked for news of %(name)s.") % {"name": look.merchant}
        ),
        "unsubscribe_sentence": sentence
        % {
            "link": _quiet_link(ways_out.url, _("Unsubscribe")),
            "address": _quiet_link(f"mailto:{ways_out.address}", _("this address")),
        },
        "measuring_sentence": escape(measuring_sentence()) if measured else "",
        "address": "<br>".join(escape(line) for line in postal_lines(look)),
        "choices": _quiet_link(ways_out.preferences, _("Your choices")),
        "privacy_url": escape(look.privacy_url),
        "privacy_word": escape(_("Privacy")),
        "shop_url": escape(look.shop_url),
        "shop_word": escape(_("To the shop")),
    }


def postal_lines(look: Look) -> list[str]:
    """Who writes, and where they live; the name once, also where the address brings it along."""
    lines = [" ".join(line.split()) for line in look.postal_address.splitlines()]
    lines = [line for line in lines if line]
    name = " ".join(look.merchant.split())
    whole = re.compile(rf"(?<!\w){re.escape(name.casefold())}(?!\w)")  # "Berg" is no "Bergstraße"
    named = any(whole.search(line.casefold()) for line in lines)
    return lines if named or not name else [name, *lines]


def _quiet_link(target: str, words: str) -> str:
    return f'<a href="{escape(target)}" style="color:#5c5547">{escape(words)}</a>'


def measuring_sentence() -> str:
    return _("Behind the same link you can keep the letters and stop being measured.")


def _logo(look: Look) -> str:
    if look.logo_url:
        return (
            f'<mj-image src="{escape(look.logo_url)}" alt="{escape(look.merchant)}" '
            'width="160px" align="left" />'
        )
    return (
        f'<mj-text font-size="19px" font-weight="700" color="{look.accent}">'
        f"{escape(look.merchant)}</mj-text>"
    )


def _sections(body: str, body_format: str, look: Look) -> str:
    if body_format == BodyFormat.MARKDOWN:
        return _in_section(from_markdown(body, look.accent))
    if re.match(r"\s*<mj-(section|wrapper|hero|raw)\b", body):
        return body
    return _in_section(body)


def _in_section(parts: str) -> str:
    return f'<mj-section css-class="sheet"><mj-column>{parts}</mj-column></mj-section>'


def from_markdown(body: str, accent: str) -> str:
    """Words become ``mj-text``; a picture alone ``mj-image``; a bold link alone a button."""
    words = _WORDS % {"accent": accent}
    parts: list[str] = []
    for piece in re.split(
        r"(<p>\s*<(?:img|strong)\b(?:(?!<p>).)*?</p>|<hr>)", markdown.to_html(body)
    ):
        if not piece.strip():
            continue
        if picture := _PICTURE.fullmatch(piece):
            values = dict(_ATTRIBUTE.findall(picture[1]))
            parts.append(
                f'<mj-image src="{values.get("src", "")}" alt="{values.get("alt", "")}" />'
            )
        elif button := _BUTTON.fullmatch(piece):
            parts.append(
                f'<mj-button css-class="button" href="{button[1]}">{button[2]}</mj-button>'
            )
        elif piece == "<hr>":
            parts.append("<mj-divider />")
        else:
            parts.append(f"<mj-text>{css_inline.inline_fragment(piece, words)}</mj-text>")
    return "".join(parts) or "<mj-text> </mj-text>"


def readable_on(colour: str) -> str:
    """Black or white, whichever stands out more (WCAG 2.2 relative luminance)."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def lighter(colour: str) -> str:
    """Half way to white: readable on a dark ground."""
    parts = [(int(colour[place : place + 2], 16) + 255) // 2 for place in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)
