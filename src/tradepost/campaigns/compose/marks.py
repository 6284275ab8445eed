"""The marks that stand for what differs from person to person, while a letter is being made.

A mark is letters and digits: it survives Markdown, MJML and inlining, and is cut out at the end. Inside
a link it is another mark of the same field, because a value is written otherwise there.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import escape, unescape

from tradepost.campaigns.compose import foreign_tags, merge
from tradepost.campaigns.compose.foreign_tags import ForeignTag
from tradepost.campaigns.compose.merge import Field
from tradepost.delivery.outgoing.sources import UNSUBSCRIBE_ADDRESS, Hole

UNSUBSCRIBE = "unsubscribe_url"
PREFERENCES = "preferences_url"
PIXEL = "pixel"
WEBSITE = "shop.website"
LINK = re.compile(
    r"""(<(?:a|area)\b(?:[^<>"']|"[^"]*+"|'[^']*+')*?\bhref=")([^"]*+)(")""", re.IGNORECASE
)
_PLAIN_LINK = re.compile(r"\bhttps?://[^\s<>\"]+")
_MOST_PROBLEMS = 20
TEXTS = {"subject": 200, "preheader": 150, "body": 0, "text": 0}  # and how long each may be

Part = str | Hole


class Marks:
    """The marks of one letter: random, so that nobody can type one."""

    def __init__(self, known: Iterable[str], website: str) -> None:
        self.prefix = f"tp{secrets.token_hex(5)}f"
        self.known = frozenset((*known, UNSUBSCRIBE, PREFERENCES))
        self.website = website
        self.fields: dict[str, Field] = {}
        self._first: dict[Field, str] = {}  # the same field is one hole, filled and encoded once
        self.problems: dict[str, tuple[str, ...]] = {}
        self.hints: dict[str, tuple[str, ...]] = {}
        self.has_foreign_tags = False
        # Each ends with a digit: only so is it clear where a mark ends that letters follow.
        self.unsubscribe = f"{self.prefix}UNSUBSCRIBE0x"
        self.address = f"{self.prefix}LEAVE0x"
        self.preferences = f"{self.prefix}PREFERENCES0x"
        self.pixel = f"{self.prefix}PIXEL0x"
        self._named = {
            self.unsubscribe: UNSUBSCRIBE,
            self.address: UNSUBSCRIBE_ADDRESS,
            self.preferences: PREFERENCES,
            self.pixel: PIXEL,
        }
        self._mark = re.compile(rf"{self.prefix}[A-Za-z]{{1,40}}\d{{1,9}}x")

    # Taking in -----------------------------------------------------------------------------------

    def take(self, where: str, text: str) -> str:
        found = merge.mark(text, self.known, f"{self.prefix}{where}")
        tags = foreign_tags.find(text, _reader(self.known), self.known)
        self._report(where, text, tags, found.problems)
        marked = found.text
        for mark, wanted in found.fields.items():
            if wanted.path == UNSUBSCRIBE:
                marked = marked.replace(mark, self.unsubscribe)
            elif wanted.path == PREFERENCES:
                marked = marked.replace(mark, self.preferences)
            else:
                marked = marked.replace(mark, self._hole_for(wanted, mark))
        return marked

    def _report(
        self, where: str, text: str, tags: list[ForeignTag], problems: Iterable[merge.TextProblem]
    ) -> None:
        """A tag of another service is said once, as what it is, not as a field that is unknown."""
        self.has_foreign_tags |= any(tag.ours for tag in tags)
        said = [problem for problem in problems if not _inside(problem.place, tags)]
        tags = tags[:_MOST_PROBLEMS]
        said += [merge.problem_at(text, tag.start, str(tag)) for tag in tags if tag.sure]
        unsure = [merge.problem_at(text, tag.start, str(tag)) for tag in tags if not tag.sure]
        said.sort(key=lambda problem: problem.place)
        self.add_problems(where, [str(problem) for problem in said[:_MOST_PROBLEMS]])
        if unsure:
            self.hints[where] = tuple(str(problem) for problem in unsure[:_MOST_PROBLEMS])

    def add_problems(self, where: str, sentences: Iterable[str]) -> None:
        found = (*self.problems.get(where, ()), *sentences)
        if found:
            self.problems[where] = tuple(dict.fromkeys(found))

    def _hole_for(self, wanted: Field, mark: str) -> str:
        first = self._first.setdefault(wanted, mark)
        self.fields[self.hole_of(first)] = wanted
        return first

    # Links ---------------------------------------------------------------------------------------

    def in_links(self, html: str) -> str:
        """Fields inside addresses become those that are written for addresses."""
        return LINK.sub(
            lambda found: found[1] + escape(self._address(unescape(found[2]))) + found[3], html
        )

    def in_plain_links(self, text: str) -> str:
        return _PLAIN_LINK.sub(lambda found: self._address(found[0]), text)

    def _address(self, address: str) -> str:
        if self.prefix not in address:
            return address
        return self._mark.sub(self._for_address, self._with_website(address.strip()))

    def _with_website(self, address: str) -> str:
        """``{{ shop.website }}/new``: the same for everybody, so it may be the beginning of a link."""
        first = self._mark.match(address)
        field = self.fields.get(self.hole_of(first[0])) if first else None
        if first is None or field is None or field.path != WEBSITE or not self.website:
            return address
        rest = address[first.end() :]
        ready = self.website.rstrip("/") if rest.startswith("/") else self.website
        return ready + rest if not rest or rest[0] in "/?#" else address

    def _for_address(self, found: re.Match[str]) -> str:
        field = self.fields.get(self.hole_of(found[0]))
        if field is None or field.in_link:
            return found[0]
        wanted = replace(field, in_link=True)
        return self._hole_for(wanted, f"{self.prefix}Q{self.hole_of(found[0])}x")

    def readable(self, address: str) -> str:
        """An address as a writer would know it again."""

        def named(found: re.Match[str]) -> str:
            field = self.fields.get(self.hole_of(found[0]))
            return f"{{{{ {field.path} }}}}" if field else found[0]

        return self._mark.sub(named, address)

    # Cutting -------------------------------------------------------------------------------------

    def cut(self, text: str) -> tuple[Part, ...]:
        """Split at the marks; a mark becomes the hole of its name."""
        parts: list[Part] = []
        reached = 0
        for found in self._mark.finditer(text):
            if found.start() > reached:
                parts.append(text[reached : found.start()])
            parts.append(Hole(self._named.get(found[0]) or self.hole_of(found[0])))
            reached = found.end()
        return tuple(parts + ([text[reached:]] if reached < len(text) else []))

    def hole_of(self, mark: str) -> str:
        """``…f`` + name + ``x`` → name."""
        return mark.removeprefix(self.prefix)[:-1]


def _reader(known: frozenset[str]) -> Callable[[str], bool]:
    """Says whether what stands between braces is a field of ours."""

    def is_ours(inside: str) -> bool:
        try:
            merge.parse(inside, set(known))
        except ValueError:
            return False
        return True

    return is_ours


def with_our_fields(values: Mapping[str, str], known: frozenset[str]) -> dict[str, str]:
    """The texts of a draft with the tags of other mail services exchanged for ours."""
    all_known = known | {UNSUBSCRIBE, PREFERENCES}
    changed: dict[str, str] = {}
    for name, longest in TEXTS.items():
        mended = foreign_tags.use_ours(values.get(name, ""), _reader(all_known), all_known)
        if mended and (not longest or len(mended) <= longest):
            changed[name] = mended
    return changed


def _inside(place: int, tags: Iterable[ForeignTag]) -> bool:
    return any(tag.start <= place < tag.end for tag in tags)
