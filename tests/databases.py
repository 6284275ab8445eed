"""Which tests can tell one database from another: they alone run a second time, on PostgreSQL.

Every test that may touch the database gets the mark ``database``. Without it a test cannot get there:
pytest-django refuses its queries, and processes that it starts are not told the address, which
:mod:`tests.processes` alone hands out. So it does the same in both runs, and one of them is enough.
House tests without it carry the mark ``source``: ``make check`` runs them.
"""

import os
from pathlib import Path

import pytest

# What a test must ask for before pytest-django lets it near the database.
DOORS = {"db", "transactional_db", "live_server"}
HOUSE = Path(__file__).parent / "house"
ADDRESSES = ("TRADEPOST_DATABASE_URL", "TRADEPOST_CACHE_URL")


def pytest_configure(config: pytest.Config) -> None:
    """After the settings were read; the process that only hands tests out needs them for those it starts."""
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        for name in ADDRESSES:
            os.environ.pop(name, None)


def touches_the_database(item: pytest.Item) -> bool:
    """Or is skipped somewhere: whoever is skipped in one run must not be left out of the other."""
    asked = set(getattr(item, "fixturenames", ()))
    marks = any(item.get_closest_marker(name) for name in ("django_db", "skipif", "skip"))
    return marks or bool(DOORS & asked)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before ``-m`` looks at the marks."""
    for item in items:
        if touches_the_database(item):
            item.add_marker("database")
        elif item.path.is_relative_to(HOUSE):
            item.add_marker("source")
