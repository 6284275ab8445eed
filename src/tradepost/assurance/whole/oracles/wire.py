"""What the processes wrote down: ways out that were refused to them, and words of people."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings

from tradepost.assurance.whole.oracles.places import marks_in
from tradepost.assurance.whole.oracles.rows import SignedField, signed_fields
from tradepost.assurance.whole.story import SHOP, Story
from tradepost.assurance.whole.types import OracleReport

_REFUSED = "refused a way out"
_TIME = len("2026-01-31 23:59:59,999 ")  # at the beginning of each line
_MOST_VALUES = 500
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+(?:\+00:00)?")
_SECRET = re.compile(r"[\w$=+/,.-]{16,}")
_DIGIT = re.compile(r"\d")
_SAID = re.compile(r"\b(\w{1,60})[\"']?\s?[=:]\s?[\"']?")
_LONGEST = 40
_BEGIN = re.compile(rf"[^\x00-\x1f\x7f-\x9f]{{1,{_LONGEST}}}")


def wire_oracle() -> OracleReport:
    """Every process writes each refusal of its audit hook into its log."""
    refused = [f"{name}: {line[:160]}" for name, line in _lines() if _REFUSED in line]
    return OracleReport(
        oracle="wire",
        promises=("share.processors",),
        evidence="No process tried to reach anybody whom no declaration names.",
        broken=sorted(set(refused)),
    )


def logs_oracle(story: Story) -> OracleReport:
    """A log is read by many and erased by nobody: no line may hold what a person said, or what a personal column holds."""
    of_people = set(story.marks.said) - story.marks.of(SHOP)
    held = HeldValues()
    told: dict[str, None] = {}
    count = 0
    for name, line in _lines():
        count += 1
        quoted = story.marks.pattern.sub("…", line)[_TIME:][:140]
        if marks := marks_in(line.encode(), story.marks.pattern) & of_people:
            what = ", ".join(sorted("/".join(story.marks.said[mark]) for mark in marks))
            told[f"{name} holds {what}: {quoted}"] = None
        elif column := held.in_line(line):
            told[f"{name} holds a value of {column}: {quoted}"] = None
    return OracleReport(
        oracle="logs",
        promises=("collect.logs-without-identity",),
        evidence=f"{count} lines of the logs hold nobody's words, and none of {held.count} values of personal columns.",
        broken=list(told),
    )


class HeldValues:
    """What the personal columns hold beside marks. Long ones and moments are known anywhere in a line; short ones
    (a language, a number) where the line names the column, too."""

    def __init__(self) -> None:
        self._anywhere: dict[str, str] = {}
        self._named: dict[str, set[str]] = {}
        for label, fields in signed_fields().items():
            for one in fields:
                rows = apps.get_model(label)._base_manager.values_list(one.field.attname, flat=True)
                for value in rows.distinct()[:_MOST_VALUES]:
                    self._remember(one, value)

    @property
    def count(self) -> int:
        return len(self._anywhere) + sum(map(len, self._named.values()))

    def _remember(self, one: SignedField, value: object) -> None:
        if value in (None, "", b"", {}, []):
            return
        text = str(value)
        if isinstance(value, bytes | memoryview):
            text = bytes(value).decode("latin-1")
        if isinstance(value, datetime) or (_SECRET.fullmatch(text) and _DIGIT.search(text)):
            self._anywhere |= dict.fromkeys((text, text.replace(" ", "T")), one.column)
        if begin := _BEGIN.match(re.sub(r"[\r\n]", " ", text)):
            for name in {one.field.name, one.field.attname}:
                self._named.setdefault(name, set()).add(begin[0])

    def in_line(self, line: str) -> str:
        """The column, or "" if the line holds no value of any."""
        text = line[_TIME:]
        for word in (*_MOMENT.findall(text), *_SECRET.findall(text)):
            if word in self._anywhere:
                return self._anywhere[word]
        for found in _SAID.finditer(text):
            rest = text[found.end() :]
            for value in self._named.get(found[1], ()):
                ends = len(value) == _LONGEST or not rest[len(value) : len(value) + 1].isalnum()
                if ends and rest.startswith(value):
                    return found[1]
        return ""


def _lines() -> Iterator[tuple[str, str]]:
    for file in sorted((Path(settings.TRADEPOST.data) / "logs").glob("*.log")):
        for line in file.read_text(errors="replace").splitlines():
            yield file.stem, line
