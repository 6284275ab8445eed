"""A copy of the house to build on: changed, started, thrown away."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT


def copy_of_the_house(folder: Path) -> Path:
    """With what Python has compiled already: a copy keeps the times by which that is known."""
    copy = folder / "checkout"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("tests", "static"))
    for name in ("pyproject.toml", "manage.py"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def run(checkout: Path, *words: str) -> str:
    """A program of the copy, on data of its own; what it printed."""
    chosen = {"TRADEPOST_DATA": str(checkout / "var"), "PYTHONPATH": str(checkout / "src")}
    kept = {name: value for name, value in os.environ.items() if name != "TRADEPOST_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=checkout,
        env=kept | chosen,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
