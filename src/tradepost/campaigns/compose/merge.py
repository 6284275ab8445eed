"""The merge language: ``{{ contact.name|fallback:"friend" }}``. Tiny, so that it can be safe.

A field is a path of a closed list and filters of a closed list; nothing is looked up by attribute,
called, or included. Django's templates never see what a merchant typed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from django.utils.translation import gettext as _

# Each can match a text in one way only, and not far: a text made to be hard to read is read as fast.
_BRACES = re.compile(r"\{\{((?:(?!\{\{|\}\}).){0,500}+)\}\}", re.DOTALL)
_FILTER = re.compile(r"\|\s*(\w+)\s*(?::\s*(?:\"([^\"\n]*)\"|'([^'\n]*)')\s*)?")
_FIELD = re.compile(
    r"\s*(?P<path>[A-Za-z_][\w.-]*)\s*(?P<filters>(?:\|\s*\w+\s*(?::\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*)?)*)"
)
_MOST_PROBLEMS = 20
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'"})

# Control characters, and those that turn the direction of everything behind them.
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")

_PLAIN_FILTERS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "capitalise": lambda text: text[:1].upper() + text[1:],
    "first_word": lambda text: text.split(maxsplit=1)[0] if text.strip() else "",
}
FILTERS = ("fallback", *_PLAIN_FILTERS)
_LONGEST_IN_LINK = 500  # characters of one value; mail programs cut addresses of some 2,000


def one_line(text: str) -> str:
    """A name must not be able to start a new header or paragraph, or to turn round what follows."""
    if not text.isprintable():  # nothing unwanted is printable
        text = _UNWANTED.sub("", text)
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Field:
    """One place that differs from person to person."""

    path: str
    filters: tuple[tuple[str, str], ...] = ()
    in_link: bool = False

    def value(self, data: Mapping[str, str]) -> str:
        text = data.get(self.path, "")
        for name, argument in self.filters:
            text = text.strip() or argument if name == "fallback" else _PLAIN_FILTERS[name](text)
        return _in_address(one_line(text)) if self.in_link else one_line(text)


def _in_address(text: str) -> str:
    """Inside an address a value is one opaque piece: no new parameter, no step up in the path."""
    if not text.strip("."):
        return ""  # browsers climb at “..”, however it is written
    return quote(text[:_LONGEST_IN_LINK], safe="", errors="replace")


@dataclass(frozen=True, slots=True)
class TextProblem:
    """Something in a text that the writer has to mend; ``line`` and ``column`` count from 1."""

    place: int
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return _("Line %(line)d, column %(column)d: %(message)s") % {
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


def problem_at(text: str, place: int, message: str) -> TextProblem:
    return TextProblem(
        place=place,
        line=text.count("\n", 0, place) + 1,
        column=place - text.rfind("\n", 0, place),
        message=message,
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """A text whose fields were exchanged for marks that survive Markdown, MJML and inlining."""

    text: str
    fields: dict[str, Field]
    problems: tuple[TextProblem, ...]


def mark(text: str, known: Iterable[str], prefix: str) -> Marked:
    """Exchange every field for ``<prefix>0x``, ``<prefix>1x``, …; ``prefix`` is letters and digits.

    Unknown fields and unknown filters are problems, with what was probably meant.
    """
    names = set(known)
    fields: dict[str, Field] = {}
    problems: list[TextProblem] = []

    def exchange(match: re.Match[str]) -> str:
        try:
            field = parse(match[1], names)
        except ValueError as error:
            if len(problems) < _MOST_PROBLEMS:
                problems.append(problem_at(text, match.start(), str(error)))
            return ""
        key = f"{prefix}{len(fields)}x"
        fields[key] = field
        return key

    marked = _BRACES.sub(exchange, text)
    rest = _BRACES.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    problems.extend(
        problem_at(text, loose.start(), _("%(mark)s stands alone.") % {"mark": loose[0]})
        for loose in islice(re.finditer(r"\{\{|\}\}", rest), _MOST_PROBLEMS)
    )
    return Marked(marked, fields, tuple(problems[:_MOST_PROBLEMS]))


def parse(inside: str, known: set[str]) -> Field:
    """Read what stands between the braces. Raises: ValueError, with a sentence for the writer."""
    inside = inside.translate(_QUOTES)
    found = _FIELD.fullmatch(inside)
    if found is None:
        raise ValueError(
            _('“%(field)s” cannot be read; write it like {{ contact.name|fallback:"friend" }}.')
            % {"field": inside.strip()[:60]}
        )
    path = found["path"]
    if path not in known:
        raise ValueError(
            _("There is no field “%(field)s”. Known fields: %(known)s.")
            % {"field": path, "known": ", ".join(sorted(known))}
        )
    return Field(path, tuple(_filters(found["filters"])))


def _filters(text: str) -> Iterable[tuple[str, str]]:
    for name, double, single in _FILTER.findall(text):
        if name not in FILTERS:
            raise ValueError(
                _("There is no filter “%(filter)s”. Known filters: %(known)s.")
                % {"filter": name, "known": ", ".join(FILTERS)}
            )
        yield name, double or single
