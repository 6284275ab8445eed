"""``make breach``: break a copy of the product, prove the whole, and see which breaches were caught.

Breaches that do not hide one another share a run: each is known by the red line that it must cause, and that
line must be missing in a run of the untouched copy. ``NAME=…`` runs the written ones with these words in
their name, each alone; ``NAME=generated`` the generated ones; ``NAME=written`` the others.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import django

from tests.breaches.types import Breach, Expected, Run
from tests.breaches.written import WRITTEN

SOURCE = Path(__file__).parents[2] / "src"
LONGEST_SECONDS = 1800
Red = dict[str, list[str]]  # by oracle


def main(words: Sequence[str]) -> int:
    name = " ".join(words)
    runs = _runs(name)
    calm = _red_lines(lambda package: None, ())
    caught, missed = 0, list[Expected]()
    for number, run in enumerate(runs, 1):
        began = time.monotonic()
        red = _red_lines(run.patch, sorted({one.oracle for one in run.made}))
        seen = {one: _line_of(one, red, calm) for one in run.made}
        for one, line in seen.items():
            if one.is_written or not line:
                sys.stdout.write(f"{'caught' if line else 'MISSED'}  {one.kind}: {one.name}\n")
            if one.is_written and line:
                sys.stdout.write(f"        {one.oracle}: {line[:150]}\n")
        for kind in sorted({one.kind for one in run.made if not one.is_written}):
            lines = [line for one, line in seen.items() if one.kind == kind]
            sys.stdout.write(
                f"{kind}: {len(lines)} made, {len(list(filter(None, lines)))} caught\n"
            )
        missed += [one for one, line in seen.items() if not line]
        caught += len(seen) - len([one for one, line in seen.items() if not line])
        took = time.monotonic() - began
        sys.stdout.write(f"run {number} of {len(runs)}: {took:.0f} s\n")
        sys.stdout.flush()
    sys.stdout.write(f"{caught + len(missed)} made, {caught} caught, {len(missed)} missed.\n")
    return bool(missed)


def _runs(name: str) -> list[Run]:
    if name not in {"", "written", "generated"}:
        return [_run([one]) for one in WRITTEN if name in one.name]
    written = [_run([one for one in WRITTEN if not one.alone])]
    written += [_run([one]) for one in WRITTEN if one.alone]
    if name == "written":
        return written
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    os.environ.setdefault("TRADEPOST_DATA", tempfile.mkdtemp(prefix="tradepost-breach-"))
    django.setup()
    from tests.breaches.generated import generated_runs

    return generated_runs() if name else written + generated_runs()


def _run(breaches: Sequence[Breach]) -> Run:
    made = tuple(
        Expected(
            kind=one.promise, name=one.name, oracle=one.oracle, shows=one.shows, is_written=True
        )
        for one in breaches
    )
    return Run(patch=lambda package: apply(breaches, package), made=made)


def _line_of(one: Expected, red: Red, calm: Red) -> str:
    """The line that tells of it, which the untouched copy does not cause (as often)."""
    fresh, known = (
        [line for line in said.get(one.oracle, []) if re.search(one.shows, line)]
        for said in (red, calm)
    )
    return fresh[-1] if len(fresh) > len(known) else ""


def _red_lines(patch: Callable[[Path], object], oracles: Sequence[str]) -> Red:
    """What the whole proof says of a copy that was patched."""
    with tempfile.TemporaryDirectory(prefix="tradepost-breach-") as name:
        folder = Path(name)
        shutil.copytree(
            SOURCE, folder / "src", ignore=shutil.ignore_patterns("tests", "__pycache__")
        )
        patch(folder / "src" / "tradepost")
        return _proved(folder, oracles)


def apply(breaches: Iterable[Breach], package: Path) -> None:
    """Raises: AssertionError, when a breach does not fit the product any more."""
    for one in breaches:
        for file, old, new in one.edits:
            path = package / file
            text = path.read_text()
            assert text.count(old) == 1, f"{one.name}: {file} has {text.count(old)} × {old[:60]!r}"
            path.write_text(text.replace(old, new))


def _proved(folder: Path, oracles: Sequence[str]) -> Red:
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    (folder / "var").mkdir(mode=0o700)
    environment = own | {
        "PYTHONPATH": str(folder / "src"),
        "TRADEPOST_DATA": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
    }
    command = [sys.executable, "-m", "django"]
    for words in (["migrate", "--verbosity=0", "--skip-checks"], ["createcachetable"]):
        subprocess.run(
            [*command, *words], env=environment, check=True, timeout=600, capture_output=True
        )
    only = [f"--only={oracle}" for oracle in oracles]
    done = subprocess.run(
        [*command, "promises", "--whole-here", *only, "--skip-checks"],
        env=environment, check=False, timeout=LONGEST_SECONDS, capture_output=True, text=True,
    )  # fmt: skip
    red: Red = {}
    for line in done.stdout.splitlines():
        if line.startswith("finding: "):
            found = json.loads(line.removeprefix("finding: "))
            red[found["oracle"]] = [re.sub(r"\s+", " ", said) for said in found["broken"]]
    if len(red) < 1 + len(oracles):
        sys.stderr.write(f"only {', '.join(red)} answered:\n{done.stderr[-3000:]}\n")
    return red


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
