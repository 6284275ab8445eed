"""Proves a copy of the product, broken or not; what it said is kept, so that a run that was stopped goes on."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from tests.breaches.types import CHECKS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
KEPT = ROOT / "var" / "breaches"
LONGEST_SECONDS = 2400
# The live checks look at an installation that strangers can reach.
_PUBLIC = {"TRADEPOST_PUBLIC_URL": "https://shop.example"}
_FILE = "tradepost.sqlite3"
_WHOLE = "assurance/whole/"  # of it, a promise's own checks take ``rows.py`` only
Red = dict[str, list[str]]  # by oracle
Patch = Callable[[Path], object]


class Bench:
    """One copy of the source and one migrated database, made once. The copy is mended after each breach."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clean, self._source = folder / "clean", folder / "src"
        folder.mkdir(parents=True, exist_ok=True)
        ignored = shutil.ignore_patterns("tests", "__pycache__")
        shutil.copytree(SOURCE, self._clean, ignore=ignored)
        shutil.copytree(self._clean, self._source)
        self._state = _digest_of(self._clean)
        self._state_of_checks = _digest_of(self._clean, without=_WHOLE)
        self._database = KEPT / f"{self._state}.sqlite3"
        KEPT.mkdir(parents=True, exist_ok=True)
        if not self._database.exists():
            self._migrate()

    def _migrate(self) -> None:
        with self._data_folder() as data:
            for words in (["migrate", "--verbosity=0", "--skip-checks"], ["createcachetable"]):
                self._run(data, words, check=True)
            shutil.copy(data / _FILE, self._database)

    def red_lines(self, name: str, patch: Patch, oracles: Sequence[str], promise: str = "") -> Red:
        """What the whole proof says under the patch, or for ``CHECKS`` what the promise's own checks say."""
        with self._patched(patch) as changed:
            key = hashlib.sha256(json.dumps([changed, list(oracles), promise]).encode()).hexdigest()
            state = self._state_of_checks if list(oracles) == [CHECKS] else self._state
            kept = KEPT / f"{state}-{key[:24]}.json"
            if kept.exists():
                red: Red = json.loads(kept.read_text())
                return red
            with self._data_folder() as data:
                if self._database.exists():
                    shutil.copy(self._database, data / _FILE)
                whole = [one for one in oracles if one != CHECKS]
                red = self._prove(data, whole) if whole else {}
                if CHECKS in oracles:
                    red[CHECKS] = self._check(data, promise)
        if red.keys() >= set(oracles):
            kept.write_text(json.dumps(red))
        else:
            sys.stderr.write(f"{name}: only {', '.join(red)} answered\n")
        return red

    @contextmanager
    def _patched(self, patch: Patch) -> Iterator[dict[str, str]]:
        """Yields the digest of each file that the patch changed."""
        package, before = self._source / "tradepost", _texts(self._source)
        try:
            patch(package)
            after = _texts(self._source)
            yield {
                str(file.relative_to(self._source)): hashlib.sha256(text).hexdigest()
                for file, text in after.items()
                if before.get(file) != text
            }
        finally:
            for file, text in before.items():
                if file.read_bytes() != text:
                    file.write_bytes(text)

    def _prove(self, data: Path, oracles: Sequence[str]) -> Red:
        only = [f"--only={oracle}" for oracle in oracles]
        done = self._run(data, ["promises", "--whole-here", *only, "--skip-checks"])
        red: Red = {}
        for line in done.stdout.splitlines():
            if line.startswith("finding: "):
                found = json.loads(line.removeprefix("finding: "))
                red[found["oracle"]] = [re.sub(r"\s+", " ", said) for said in found["broken"]]
        if len(red) < 1 + len(oracles):
            sys.stderr.write(done.stderr[-3000:])
        return red

    def _check(self, data: Path, promise: str) -> list[str]:
        """A start that is refused is red, too: a check at error level of Django's."""
        only = [f"--only={promise}"] if promise else []
        done = self._run(data, ["promises", "--scratch", *only])
        if "SystemCheckError" in done.stderr:
            return [f"start refused: {done.stderr[-1500:]}"]
        found = [
            json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"promise"')
        ]
        if not (promise and found):  # that one is only looked at live
            live = self._run(data, ["promises", "--live", "--json", *only], _PUBLIC)
            with contextlib.suppress(json.JSONDecodeError):
                found += json.loads(live.stdout)
        if not found:
            return [f"no check answered: {done.stderr[-1500:]}"]
        return [f"{one['promise']}: {one['evidence']}" for one in found if one["state"] == "broken"]

    @contextmanager
    def _data_folder(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="tradepost-breach-") as name:
            yield Path(name)

    def _run(
        self,
        data: Path,
        words: Sequence[str],
        chosen: Mapping[str, str] = MappingProxyType({}),
        *,
        check: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
        environment = own | {
            "PYTHONPATH": str(self._source),
            "TRADEPOST_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
            **chosen,
        }
        return subprocess.run(
            [sys.executable, "-m", "django", *words],
            env=environment, check=check, timeout=LONGEST_SECONDS, capture_output=True, text=True,
        )  # fmt: skip


def _texts(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _digest_of(folder: Path, without: str = "\0") -> str:
    state = hashlib.sha256()
    for file, text in sorted(_texts(folder).items()):
        name = str(file.relative_to(folder))
        if without not in name or name.endswith("/rows.py"):
            state.update(name.encode() + b"\0" + text)
    return state.hexdigest()[:16]
