"""Of several test processes one builds the tables of SQLite, and the others copy its file."""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


class Shared:
    """The finished file, in the folder that the processes of one run share."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "migrated.sqlite3"
        self.lock = (folder / "migrated.lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)  # until the file is there

    def copy_to(self, place: Path) -> bool:
        """Whether there was one to copy."""
        if self.file.exists():
            shutil.copyfile(self.file, place)
        return self.file.exists()

    def take(self, place: Path) -> None:
        """Page by page from an open database, whose last changes may stand in its log yet."""
        unfinished = self.file.with_suffix(".part")
        with sqlite3.connect(place) as source, sqlite3.connect(unfinished) as target:
            source.backup(target)
        unfinished.rename(self.file)

    def close(self) -> None:
        self.lock.close()


def _is_one_of_several(request: pytest.FixtureRequest) -> bool:
    engine = settings.DATABASES["default"]["ENGINE"]
    return hasattr(request.config, "workerinput") and engine.endswith("sqlite3")


@pytest.fixture(scope="session")
def shared_tables(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings: None,
) -> Iterator[Shared | None]:
    if not _is_one_of_several(request):
        yield None
        return
    shared = Shared(tmp_path_factory.getbasetemp().parent)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, shared_tables: Shared | None) -> bool:
    """A file that was copied is used as it is: nothing is left to migrate."""
    test = settings.DATABASES["default"]["TEST"]
    if shared_tables is None or not shared_tables.copy_to(Path(test["NAME"])):
        return django_db_keepdb
    test["MIGRATE"] = False
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, shared_tables: Shared | None) -> None:
    if shared_tables is None:
        return
    test = settings.DATABASES["default"]["TEST"]
    if test.get("MIGRATE", True):
        shared_tables.take(Path(test["NAME"]))
    shared_tables.close()
