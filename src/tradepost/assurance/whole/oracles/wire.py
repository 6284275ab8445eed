"""What the processes wrote down: ways out that were refused to them, and words of people."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tradepost.assurance.whole.oracles.places import marks_in
from tradepost.assurance.whole.story import SHOP, Story
from tradepost.assurance.whole.types import OracleReport

_REFUSED = "refused a way out"


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
    """A log is read by many and erased by nobody: no line may hold what a person said."""
    of_people = set(story.marks.said) - story.marks.of(SHOP)
    told: dict[str, None] = {}
    count = 0
    for name, line in _lines():
        count += 1
        if marks := marks_in(line.encode(), story.marks.pattern) & of_people:
            what = ", ".join(sorted("/".join(story.marks.said[mark]) for mark in marks))
            told[f"{name} holds {what}: {story.marks.pattern.sub('…', line)[:140]}"] = None
    return OracleReport(
        oracle="logs",
        promises=("collect.logs-without-identity",),
        evidence=f"{count} lines of the logs hold nobody's words.",
        broken=list(told),
    )


def _lines() -> Iterator[tuple[str, str]]:
    for file in sorted((Path(settings.TRADEPOST.data) / "logs").glob("*.log")):
        for line in file.read_text(errors="replace").splitlines():
            yield file.stem, line
