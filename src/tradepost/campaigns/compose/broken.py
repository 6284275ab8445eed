"""Where MJML breaks. The renderer says only that it does; this says the line, and how to mend it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tradepost.campaigns.compose.merge import problem_at
from tradepost.campaigns.compose.nesting import VOID

_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)")
_ATTRIBUTE = re.compile(r"\s*([^\s=<>\"'/]+)")
_VALUE = re.compile(r"\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_BARE = re.compile(r"\s*=\s*([^\s\"'<>]*)")
_END = re.compile(r"\s*(/?)>")
_SKIPPED = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", "?>"))
_ELEMENT = re.compile(r"<(mj-[\w-]+)")
_KNOWN = {
    *("accordion", "accordion-element", "accordion-text", "accordion-title", "all", "attributes"),
    *("body", "breakpoint", "button", "carousel", "carousel-image", "class", "column", "divider"),
    *("font", "group", "head", "hero", "image", "include", "navbar", "navbar-link", "preview"),
    *("raw", "section", "selector", "social", "social-element", "spacer", "style", "table", "text"),
    *("title", "wrapper", "html-attribute", "html-attributes"),
}


class _Broken(Exception):
    def __init__(self, place: int, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    place: int
    closes: bool
    opens: bool


def where_it_breaks(body: str, said: str) -> str:
    """The first place at which ``body`` cannot be read, as a sentence; ``said`` is the renderer's."""
    try:
        _walk(body)
    except _Broken as broken:
        return str(problem_at(body, broken.place, broken.message))
    return _("The MJML cannot be read: %(error)s.") % {"error": said}


def unknown_elements(body: str) -> Iterator[str]:
    """Elements that the renderer would leave out without a word."""
    seen: set[str] = set()
    for found in _ELEMENT.finditer(body):
        name = found[1]
        if name.removeprefix("mj-") not in _KNOWN and name not in seen:
            seen.add(name)
            message = _("MJML has no element <%(name)s>; nothing of it would be shown.") % {
                "name": name[:40]
            }
            yield str(problem_at(body, found.start(), message))


def _walk(body: str) -> None:
    open_tags: list[_Tag] = []
    for tag in _tags(body):
        if not tag.closes:
            if tag.opens:
                open_tags.append(tag)
            continue
        if not open_tags:
            raise _Broken(tag.place, _("</%(name)s> closes nothing.") % {"name": tag.name[:40]})
        opened = open_tags.pop()
        if opened.name != tag.name:
            words = _("<%(name)s> is not closed: write </%(name)s> before </%(next)s>.")
            raise _Broken(opened.place, words % {"name": opened.name[:40], "next": tag.name[:40]})
    if open_tags:
        name = open_tags[-1].name[:40]
        words = _("<%(name)s> is not closed: </%(name)s> is missing.") % {"name": name}
        raise _Broken(open_tags[-1].place, words)


def _tags(body: str) -> Iterator[_Tag]:
    place = body.find("<")
    while place >= 0:
        after = _after_what_is_skipped(body, place)
        if not after:
            found = _TAG.match(body, place)
            if found is None:
                raise _Broken(place, _("“<” stands alone; write it as &lt;."))
            after, is_whole = _after_attributes(body, found)
            opens = not is_whole and found[2].lower() not in VOID
            yield _Tag(found[2], place, bool(found[1]), opens)
        place = body.find("<", after)


def _after_what_is_skipped(body: str, place: int) -> int:
    for start, end in _SKIPPED:
        if body.startswith(start, place):
            found = body.find(end, place + len(start))
            if found < 0:
                raise _Broken(
                    place,
                    _("%(start)s has no end: %(end)s is missing.") % {"start": start, "end": end},
                )
            return found + len(end)
    return 0


def _after_attributes(body: str, tag: re.Match[str]) -> tuple[int, bool]:
    """Where the tag ends, and whether it closes itself."""
    place = tag.end()
    while not (end := _END.match(body, place)):
        name = _ATTRIBUTE.match(body, place)
        if name is None:
            words = _("<%(name)s is not finished: its “>” is missing.") % {"name": tag[2][:40]}
            raise _Broken(tag.start(), words)
        value = _VALUE.match(body, name.end())
        if value is None and (bare := _BARE.match(body, name.end())):
            raise _Broken(name.start(1), _in_quotes(name[1], bare[1]))
        place = value.end() if value else name.end()
    return end.end(), bool(end[1])


def _in_quotes(name: str, value: str) -> str:
    values = {"name": name[:40], "value": value[:40]}
    if value:
        words = _('The value of “%(name)s” needs quotation marks: %(name)s="%(value)s".')
        return words % values
    return _("The quotation marks of “%(name)s” are not closed.") % values
