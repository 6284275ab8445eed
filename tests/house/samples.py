"""For addresses that name a row: how to make such a row. Collected from each room's ``tests/samples.py``."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.house.source import PACKAGE

Builder = Callable[[Any], dict[str, Any]]


def _collected() -> dict[str, Builder]:
    found: dict[str, Builder] = {}
    for path in sorted(PACKAGE.glob("*/tests/samples.py")):
        own = import_module(f"tradepost.{path.parts[-3]}.tests.samples").SAMPLES
        assert not found.keys() & own.keys(), (
            f"two rooms make a row for {found.keys() & own.keys()}"
        )
        found |= own
    return found


SAMPLES = _collected()
