"""Files that wait for processes, clocks and browsers, or ask every address, come first: one left to the end is
waited for by all lanes."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
WAITING = ("modules", "scale", "house", "promises", "operations", "journeys")


def place(item: pytest.Item) -> int:
    """Of the item's folder; the rooms, which reckon, come last."""
    room = item.path.relative_to(FOLDER).parts[0] if item.path.is_relative_to(FOLDER) else ""
    return WAITING.index(room) if room in WAITING else len(WAITING)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a folder they stay as pytest-django puts them: those first that write nothing for good."""
    items.sort(key=place)
