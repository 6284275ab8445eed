"""From what a merchant typed to a message with holes: made once for a campaign, filled per person.

Marks → Markdown or MJML → frame → HTML → links numbered → cut at the marks. What stands between two
holes is constant for everybody.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape

from django.utils.translation import gettext as _
from django.utils.translation import override
from mjml import mjml2html

from tradepost.campaigns.compose import audit, frames, markdown, merge, nesting, plain
from tradepost.campaigns.compose.merge import Field
from tradepost.campaigns.types import BodyFormat
from tradepost.delivery.sources import UNSUBSCRIBE_ADDRESS, Hole

UNSUBSCRIBE = "unsubscribe_url"
PIXEL = "pixel"
# Characters. Far beyond what 102 kB of HTML hold, and read within a few seconds however they are made.
LONGEST = {BodyFormat.MARKDOWN.value: 40_000, BodyFormat.MJML.value: 200_000}
_LINK = re.compile(r"""(<a\b(?:[^<>"']|"[^"]*+"|'[^']*+')*?\bhref=")([^"]*+)(")""", re.IGNORECASE)

Part = str | Hole


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that decides how a letter reads. ``known`` are the fields that exist."""

    subject: str
    body: str
    body_format: str
    frame: str
    look: frames.Look
    known: frozenset[str]
    preheader: str = ""
    text: str = ""
    measured: bool = True


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The compiled message. ``fields`` says which field fills which hole; ``links`` count from 1.

    ``problems`` are sentences by the name of the form field they belong to.
    """

    subject: tuple[Part, ...] = ()
    html: tuple[Part, ...] = ()
    text: tuple[Part, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    images: tuple[tuple[str, str], ...] = ()

    @property
    def is_whole(self) -> bool:
        return not any(self.problems.values())


class _Marks:
    """The marks of one letter: random, so that nobody can type one."""

    def __init__(self, known: Iterable[str]) -> None:
        self.prefix = f"tp{secrets.token_hex(5)}f"
        self.known = {*known, UNSUBSCRIBE}
        self.fields: dict[str, Field] = {}
        self._first: dict[Field, str] = {}  # the same field is one hole, filled and encoded once
        self.problems: dict[str, tuple[str, ...]] = {}
        self.unsubscribe = f"{self.prefix}UNSUBSCRIBEx"
        self.address = f"{self.prefix}LEAVEx"
        self.pixel = f"{self.prefix}{PIXEL}x"

    def take(self, where: str, text: str) -> str:
        found = merge.mark(text, self.known, f"{self.prefix}{where}")
        if found.problems:
            self.problems[where] = tuple(str(problem) for problem in found.problems)
        text = found.text
        for mark, wanted in found.fields.items():
            if wanted.path == UNSUBSCRIBE:
                text = text.replace(mark, self.unsubscribe)
            else:
                first = self._first.setdefault(wanted, mark)
                text = text.replace(mark, first)
                self.fields[self.hole_of(first)] = wanted
        return text

    def cut(self, text: str) -> tuple[Part, ...]:
        """Split at the marks; a mark becomes the hole of its name."""
        parts: list[Part] = []
        for number, piece in enumerate(
            re.split(rf"({self.prefix}[A-Za-z]{{1,40}}\d{{0,9}}x)", text)
        ):
            if number % 2 == 0:
                parts.extend([piece] if piece else [])
            elif piece == self.unsubscribe:
                parts.append(Hole(UNSUBSCRIBE))
            elif piece == self.address:
                parts.append(Hole(UNSUBSCRIBE_ADDRESS))
            else:
                parts.append(Hole(self.hole_of(piece)))
        return tuple(parts)

    def hole_of(self, mark: str) -> str:
        """``…f`` + name + ``x`` → name."""
        return mark.removeprefix(self.prefix)[:-1]


def write(draft: Draft) -> Letter:
    """Never raises for what a merchant typed: what is wrong is in ``problems``."""
    marks = _Marks(draft.known)
    subject = marks.take("subject", merge.one_line(draft.subject))
    preheader = marks.take("preheader", merge.one_line(draft.preheader))
    body = marks.take("body", _not_too_long(draft, marks))
    text = marks.take("text", draft.text)
    html = _html(draft, marks, subject, preheader, body)
    links: list[str] = []
    if html:
        marks.problems |= audit.problems(html, marks.prefix, marks.problems)
    text = _text(draft, marks, text, body, html)
    images = tuple(audit.images(html))
    if draft.measured and html:
        html, links = _number_links(html, marks, draft)
        html = _with_pixel(html, marks)
    return Letter(
        subject=marks.cut(subject),
        html=marks.cut(html),
        text=marks.cut(text),
        fields=marks.fields,
        links=tuple(links),
        problems=marks.problems,
        images=images,
    )


def _not_too_long(draft: Draft, marks: _Marks) -> str:
    longest = LONGEST.get(draft.body_format, 0)
    if len(draft.body) <= longest:
        return draft.body
    sentence = _("It is longer than %(number)d characters.") % {"number": longest}
    marks.problems["body"] = (sentence,)
    return ""


def _html(draft: Draft, marks: _Marks, subject: str, preheader: str, body: str) -> str:
    """Empty when the body is no MJML that can be read; the problem says where it breaks."""
    if draft.body_format == BodyFormat.MJML and "<mj-include" in body.lower():
        marks.problems["body"] = (_("mj-include is not available here."),)
        return ""
    document = frames.document(
        look=draft.look,
        frame=draft.frame,
        body=body,
        body_format=draft.body_format,
        headline=subject,
        preheader=preheader,
        unsubscribe=frames.WayOut(marks.unsubscribe, marks.address),
        measured=draft.measured,
    )
    if nesting.is_too_deep(document):
        found = _("Its elements lie too deep in one another.")
        marks.problems["body"] = (*marks.problems.get("body", ()), found)
        return ""
    try:
        # No include loader and no fonts: nothing is read from the disk, nothing fetched by readers.
        return str(mjml2html(document, fonts={}))
    except ValueError as error:
        found = _("The MJML cannot be read: %(error)s.") % {"error": error}
        marks.problems["body"] = (*marks.problems.get("body", ()), found)
        return ""


def _number_links(html: str, marks: _Marks, draft: Draft) -> tuple[str, list[str]]:
    """Put a hole where a link to the web stands. The links of the foot are nobody's business."""
    numbers: dict[str, int] = {}

    def exchange(found: re.Match[str]) -> str:
        target = unescape(found[2]).strip()
        if not audit.is_web(target) or target == draft.look.privacy_url:
            return found[0]
        number = numbers.setdefault(target, len(numbers) + 1)
        return f"{found[1]}{marks.prefix}link{number}x{found[3]}"

    return _LINK.sub(exchange, html), list(numbers)


def _with_pixel(html: str, marks: _Marks) -> str:
    picture = (
        f'<img src="{marks.pixel}" width="1" height="1" alt="" '
        'style="display:block;border:0;width:1px;height:1px">'
    )
    place = html.rfind("</body>")
    return html[:place] + picture + html[place:] if place >= 0 else html


def _text(draft: Draft, marks: _Marks, typed: str, body: str, html: str) -> str:
    """The writer's own words, or the body's; links stay plain, they are measured in HTML only."""
    if typed.strip():
        return typed.rstrip() + "\n\n" + _text_foot(draft, marks)
    if draft.body_format == BodyFormat.MARKDOWN:
        return plain.from_html(markdown.to_html(body)) + "\n" + _text_foot(draft, marks)
    return plain.from_html(html)  # a whole document brings its foot with it


def _text_foot(draft: Draft, marks: _Marks) -> str:
    look = draft.look
    with override(look.language):
        lines = [
            "-- ",
            _("You receive this because you asked for news of %(name)s.") % {"name": look.merchant},
            f"{_('Unsubscribe')}: {marks.unsubscribe}",
            _("Or write to this address; no words are needed:"),
            marks.address,
            *([frames.measuring_sentence()] if draft.measured else []),
            "",
            look.merchant,
            *(line.strip() for line in look.postal_address.splitlines() if line.strip()),
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
