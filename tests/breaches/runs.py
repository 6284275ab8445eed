"""Which written breaches share a run, and how they are put into a copy."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from tests.breaches.types import CHECKS, Breach, Expected, Run


def written_runs(breaches: Sequence[Breach]) -> list[Run]:
    """One for those that the whole proof sees side by side, one each for the others."""
    shared = [one for one in breaches if not one.alone and one.oracle != CHECKS]
    single = [one for one in breaches if one.alone or one.oracle == CHECKS]
    return [_run(some) for some in ([shared] if shared else []) + [[one] for one in single]]


def _run(breaches: Sequence[Breach]) -> Run:
    made = tuple(
        Expected(
            kind=one.promise,
            name=one.name,
            oracle=one.oracle,
            shows=_line_of(one),
            is_written=True,
        )
        for one in breaches
    )
    first = breaches[0]
    return Run(
        name=first.name if len(breaches) == 1 else f"{len(breaches)} written ones",
        patch=partial(apply, breaches),
        made=made,
        promise=first.promise if first.oracle == CHECKS else "",
    )


def _line_of(one: Breach) -> str:
    """Its own promise's line, whatever else is red; or the start that is refused."""
    if one.oracle != CHECKS:
        return one.shows
    return f"^{re.escape(one.promise)}: .*{one.shows}|^start refused"


def apply(breaches: Iterable[Breach], package: Path) -> None:
    """Raises: AssertionError, when a breach does not fit the product any more."""
    for one in breaches:
        for file, old, new in one.edits:
            path = package / file
            text = path.read_text()
            assert text.count(old) == 1, f"{one.name}: {file} has {text.count(old)} × {old[:60]!r}"
            path.write_text(text.replace(old, new))
