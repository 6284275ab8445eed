"""``make breach``: break a copy of the product, prove it, and see which breaches were caught.

Breaches that do not hide one another share a run of the whole proof: each is known by the red line that it must
cause, and that line must be missing in a run of the untouched copy. Those that a promise's own checks must see
have a run of these checks each. ``NAME=…`` runs the written ones with these words in their name;
``NAME=generated`` the generated ones; ``NAME=written`` the others, ``NAME=whole`` and ``NAME=checks`` a part of
these. What a run said is kept under ``var/breaches``
for as long as the source stays the same.
"""

import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import django

from tests.breaches.proving import Bench, Red
from tests.breaches.reasons import NOT_CAUGHT
from tests.breaches.runs import written_runs
from tests.breaches.types import CHECKS, OF_GENERATED, Expected, Run
from tests.breaches.written import WRITTEN

AT_ONCE = 3


def main(words: Sequence[str]) -> int:
    runs = _runs(" ".join(words))
    made, missed, strange = Counter[str](), list[Expected](), list[str]()
    with tempfile.TemporaryDirectory(prefix="tradepost-breach-") as name:
        bench = Bench(Path(name) / "first")
        calm: Red = {}
        for oracles in ({CHECKS}, {one.oracle for one in WRITTEN} - {CHECKS} | OF_GENERATED):
            if any(one.oracle in oracles for run in runs for one in run.made):
                calm |= bench.red_lines("untouched", lambda package: None, sorted(oracles))
        for number, (run, red, took) in enumerate(_proved(runs, bench, Path(name)), 1):
            seen = {one: _line_of(one, red, calm) for one in run.made}
            _tell(seen)
            made.update(one.kind if not one.is_written else "written" for one in seen)
            missed += [one for one, line in seen.items() if not line]
            strange += [one.id for one, line in seen.items() if line and one.id in NOT_CAUGHT]
            sys.stdout.write(f"run {number} of {len(runs)}, {run.name}: {took:.0f} s\n")
            sys.stdout.flush()
    return _sum_up(made, missed, strange)


def _proved(runs: Sequence[Run], first: Bench, folder: Path) -> Iterator[tuple[Run, Red, float]]:
    """Those of the whole proof one after the other, for each needs the machine; those of single checks two at once."""
    single = sorted((run for run in runs if run.promise), key=_first_of_each(runs))
    shared = [run for run in runs if not run.promise and len(run.made) > 1]
    for run in shared:
        yield _prove(run, first)
    if single:
        free: Queue[Bench] = Queue()
        for bench in (first, *(Bench(folder / str(number)) for number in range(1, AT_ONCE))):
            free.put(bench)

        def prove(run: Run) -> tuple[Run, Red, float]:
            bench = free.get()
            try:
                return _prove(run, bench)
            finally:
                free.put(bench)

        with ThreadPoolExecutor(free.qsize()) as pool:
            yield from pool.map(prove, single)
    for run in runs:
        if not run.promise and run not in shared:
            yield _prove(run, first)


def _first_of_each(runs: Sequence[Run]) -> Callable[[Run], int]:
    """One of each promise before any second one: who stops early has looked at all."""
    seen, order = Counter[str](), dict[str, int]()
    for run in runs:
        order[run.name] = seen[run.promise]
        seen[run.promise] += 1
    return lambda run: order[run.name]


def _prove(run: Run, bench: Bench) -> tuple[Run, Red, float]:
    began = time.monotonic()
    oracles = sorted({one.oracle for one in run.made})
    red = bench.red_lines(run.name, run.patch, oracles, run.promise)
    return run, red, time.monotonic() - began


def _sum_up(made: Counter[str], missed: Sequence[Expected], strange: Sequence[str]) -> int:
    """Fails on whatever was missed without a reason, and on a reason for what was caught."""
    lost = Counter(one.kind if not one.is_written else "written" for one in missed)
    rows = [*((kind, made[kind], lost[kind]) for kind in made), ("all", made.total(), lost.total())]
    sys.stdout.write(f"{'':24}{'made':>6}{'caught':>8}{'missed':>8}\n")
    for kind, all_made, gone in rows:
        sys.stdout.write(f"{kind:24}{all_made:6}{all_made - gone:8}{gone:8}\n")
    unexplained = [one.id for one in missed if one.id not in NOT_CAUGHT]
    for name in unexplained:
        sys.stdout.write(f"missed without a reason: {name}\n")
    for name in strange:
        sys.stdout.write(f"caught, so its reason must go: {name}\n")
    return bool(unexplained or strange)


def _tell(seen: dict[Expected, str]) -> None:
    for one, line in seen.items():
        if one.is_written or not line:
            sys.stdout.write(f"{'caught' if line else 'MISSED'}  {one.id}\n")
        if one.is_written and line:
            sys.stdout.write(f"        {one.oracle}: {line[:150]}\n")
    for kind in sorted({one.kind for one in seen if not one.is_written}):
        lines = [line for one, line in seen.items() if one.kind == kind]
        sys.stdout.write(f"{kind}: {len(lines)} made, {len(list(filter(None, lines)))} caught\n")


def _runs(name: str) -> list[Run]:
    if name in {"checks", "whole"}:
        return written_runs(
            [one for one in WRITTEN if (one.oracle == CHECKS) == (name == "checks")]
        )
    if name not in {"", "written", "generated"}:
        return written_runs([one for one in WRITTEN if name in f"{one.promise}: {one.name}"])
    if name == "written":
        return written_runs(WRITTEN)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    os.environ.setdefault("TRADEPOST_DATA", tempfile.mkdtemp(prefix="tradepost-breach-"))
    django.setup()
    from tests.breaches.generated import generated_runs

    return generated_runs() if name else written_runs(WRITTEN) + generated_runs()


def _line_of(one: Expected, red: Red, calm: Red) -> str:
    """The line that tells of it, which the untouched copy does not cause (as often)."""
    fresh, known = (
        [line for line in said.get(one.oracle, []) if re.search(one.shows, line)]
        for said in (red, calm)
    )
    return fresh[-1] if len(fresh) > len(known) else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
