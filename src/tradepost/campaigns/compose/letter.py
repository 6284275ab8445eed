"""From what a merchant typed to a message with holes: made once for a campaign, filled per person.

Marks → Markdown or MJML → frame → HTML → links numbered → cut at the marks. What stands between two
holes is constant for everybody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape

from django.utils.translation import gettext as _
from django.utils.translation import override
from mjml import mjml2html

from tradepost.campaigns.compose import (
    audit,
    broken,
    letter_templates,
    markdown,
    merge,
    nesting,
    plain,
)
from tradepost.campaigns.compose.marks import LINK, PIXEL, PREFERENCES, UNSUBSCRIBE, Marks, Part
from tradepost.campaigns.compose.merge import Field
from tradepost.campaigns.types import BodyFormat

__all__ = [
    "PIXEL",
    "PREFERENCES",
    "UNSUBSCRIBE",
    "Draft",
    "Letter",
    "field_values",
    "fill",
    "write",
]

# Characters. Far beyond what 102 kB of HTML hold, and read within a few seconds however they are made.
LONGEST = {BodyFormat.MARKDOWN.value: 40_000, BodyFormat.MJML.value: 200_000}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that decides how a letter reads. ``known`` are the fields that exist."""

    subject: str
    body: str
    body_format: str
    frame: str
    look: letter_templates.Look
    known: frozenset[str]
    preheader: str = ""
    text: str = ""
    measured: bool = True


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The compiled message. ``fields`` says which field fills which hole; ``links`` count from 1.

    ``links`` are addresses to read, ``targets`` the same with holes where a field stands in them.
    ``problems`` (they stop it) and ``hints`` are sentences by the name of the form field they belong to.
    """

    subject: tuple[Part, ...] = ()
    html: tuple[Part, ...] = ()
    text: tuple[Part, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    targets: tuple[tuple[Part, ...], ...] = ()
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    images: tuple[tuple[str, str], ...] = ()
    foreign_pictures: tuple[str, ...] = ()
    has_foreign_tags: bool = False

    @property
    def is_whole(self) -> bool:
        return not any(self.problems.values())


def write(draft: Draft) -> Letter:
    """Never raises for what a merchant typed: what is wrong is in ``problems``."""
    marks = Marks(draft.known, draft.look.website)
    subject = marks.take("subject", merge.one_line(draft.subject))
    preheader = marks.take("preheader", merge.one_line(draft.preheader))
    body = marks.take("body", _not_too_long(draft, marks))
    text = marks.take("text", draft.text)
    html = marks.in_links(_html(draft, marks, subject, preheader, body))
    found = audit.audited(html, marks.prefix, draft.body)
    marks.add_problems("body", found.sentences)
    text = _text(draft, marks, text, body, html)
    images = tuple(audit.images(html))
    targets: list[str] = []
    if draft.measured and html:
        html, targets = _number_links(html, marks, draft)
        html = _with_pixel(html, marks)
    return Letter(
        subject=marks.cut(subject),
        html=marks.cut(html),
        text=marks.cut(text),
        fields=marks.fields,
        links=tuple(marks.readable(target) for target in targets),
        targets=tuple(marks.cut(target) for target in targets),
        problems=marks.problems,
        hints=marks.hints,
        images=images,
        foreign_pictures=found.foreign_pictures,
        has_foreign_tags=marks.has_foreign_tags,
    )


def _not_too_long(draft: Draft, marks: Marks) -> str:
    longest = LONGEST.get(draft.body_format, 0)
    if len(draft.body) <= longest:
        return draft.body
    sentence = _("It is longer than %(number)d characters.") % {"number": longest}
    marks.add_problems("body", [sentence])
    return ""


def _html(draft: Draft, marks: Marks, subject: str, preheader: str, body: str) -> str:
    """Empty when the body is no MJML that can be read; the problem says where it breaks."""
    if draft.body_format == BodyFormat.MJML and "<mj-include" in body.lower():
        marks.add_problems("body", [_("mj-include is not available here.")])
        return ""
    if draft.body_format == BodyFormat.MJML:
        marks.add_problems("body", broken.unknown_elements(draft.body))
    document = letter_templates.document(
        look=draft.look,
        frame=draft.frame,
        body=body,
        body_format=draft.body_format,
        headline=subject,
        preheader=preheader,
        ways_out=letter_templates.WaysOut(marks.unsubscribe, marks.address, marks.preferences),
        measured=draft.measured,
    )
    if nesting.is_too_deep(document):
        marks.add_problems("body", [_("Its elements lie too deep in one another.")])
        return ""
    try:
        # No include loader and no fonts: nothing is read from the disk, nothing fetched by readers.
        return str(mjml2html(document, fonts={}))
    except ValueError as error:
        marks.add_problems("body", [broken.where_it_breaks(draft.body, str(error))])
        return ""


def _number_links(html: str, marks: Marks, draft: Draft) -> tuple[str, list[str]]:
    """Put a hole where a link to the web stands. The links of the foot are nobody's business."""
    numbers: dict[str, int] = {}

    def exchange(found: re.Match[str]) -> str:
        target = unescape(found[2]).strip()
        if not audit.is_web(target) or target == draft.look.privacy_url:
            return found[0]  # also the ways out: those are marks as a whole
        number = numbers.setdefault(target, len(numbers) + 1)
        return f"{found[1]}{marks.prefix}link{number}x{found[3]}"

    return LINK.sub(exchange, html), list(numbers)


def _with_pixel(html: str, marks: Marks) -> str:
    picture = (
        f'<img src="{marks.pixel}" width="1" height="1" alt="" '
        'style="display:block;border:0;width:1px;height:1px">'
    )
    place = html.rfind("</body>")
    return html[:place] + picture + html[place:] if place >= 0 else html


def _text(draft: Draft, marks: Marks, typed: str, body: str, html: str) -> str:
    """The writer's own words, or the body's; links stay plain, they are measured in HTML only."""
    if typed.strip():
        return marks.in_plain_links(typed).rstrip() + "\n\n" + _text_foot(draft, marks)
    if draft.body_format == BodyFormat.MARKDOWN:
        words = marks.in_links(markdown.to_html(body))
        return plain.from_html(words) + "\n" + _text_foot(draft, marks)
    return plain.from_html(html)  # a whole document brings its foot with it


def _text_foot(draft: Draft, marks: Marks) -> str:
    look = draft.look
    with override(look.language):
        lines = [
            "-- ",
            _("You receive this because you asked for news of %(name)s.") % {"name": look.merchant},
            f"{_('Unsubscribe')}: {marks.unsubscribe}",
            _("Or write to this address; no words are needed:"),
            marks.address,
            *([letter_templates.measuring_sentence()] if draft.measured else []),
            f"{_('Your choices')}: {marks.preferences}",
            "",
            *letter_templates.postal_lines(look),
            f"{_('Privacy')}: {look.privacy_url}",
        ]
    return "\n".join(lines) + "\n"


def fill(parts: Sequence[Part], values: Mapping[str, str], *, html: bool) -> str:
    """For previews; the engine fills millions by itself, by the same rule."""

    def written(part: Part) -> str:
        if isinstance(part, str):
            return part
        value = values.get(part.name, "")
        return escape(value) if html and not part.raw else value

    return "".join(written(part) for part in parts)


def field_values(letter: Letter, data: Mapping[str, str]) -> dict[str, str]:
    """What goes into the holes that merchants made."""
    return {hole: wanted.value(data) for hole, wanted in letter.fields.items()}
