"""A scratch instance: the same code and settings, an empty database of its own, gone afterwards.

Checks that write run there, so that proving a promise does not touch anybody's data.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

from tradepost.lib.processes import run_child

# What must not be shared with the real instance: its data, its files, its broker, its cache, its way out.
_OWN = {
    "TRADEPOST_DATABASE_URL": "",
    "TRADEPOST_BROKER_URL": "",
    "TRADEPOST_CACHE_URL": "",
    "TRADEPOST_FILES_URL": "",
    "TRADEPOST_SMTP_URL": "smtp://127.0.0.1:9",
    "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
}
TEMPLATE = "tradepost.sqlite3"
_END_SECONDS = 60


class ScratchFailed(RuntimeError):
    """The scratch instance did not come up; the text is what it printed last."""


@contextmanager
def scratch_instance() -> Iterator[Path]:
    """A data folder with a migrated SQLite database."""
    template = _template()
    with tempfile.TemporaryDirectory(prefix="tradepost-scratch-") as name:
        folder = Path(name)
        shutil.copy(template, folder / TEMPLATE)
        yield folder


def run_in(
    folder: Path,
    arguments: Sequence[str],
    *,
    timeout_seconds: int = 600,
    chosen: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Run a management command in the scratch instance and return what it printed.

    Raises:
        ScratchFailed
        Stopped: this process is asked to end, and the scratch instance with it.
    """
    done = run_child(
        [sys.executable, "-m", "django", *arguments],
        env={**environment_of(folder), **chosen},
        timeout_seconds=timeout_seconds,
    )
    if done.returncode:
        raise ScratchFailed((done.stderr or done.stdout)[-4000:])
    return done.stdout


@contextmanager
def services_like_ours(folder: Path) -> Iterator[dict[str, str]]:
    """Where the settings name PostgreSQL: a cluster of one's own, migrated, and a Redis where they name one. Nothing
    for SQLite. A broker is not among them: tasks wait in the database.

    Raises: ScratchFailed.
    """
    if connection.vendor != "postgresql":
        yield {}
        return
    wanted = ["redis"] if settings.TRADEPOST.cache_url.startswith("redis") else []
    with tempfile.TemporaryDirectory(prefix="tradepost-services-") as name:
        child = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
            [sys.executable, "-m", "tradepost.assurance.private_services", name, *wanted],
            env=environment_of(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert child.stdout is not None
            said = child.stdout.readline()
            if not said:
                raise ScratchFailed("PostgreSQL of one's own could not be started")
            chosen: dict[str, str] = json.loads(said)
            for words in (["migrate", "--verbosity=0"], ["createcachetable", "--verbosity=0"]):
                run_in(folder, words, chosen=chosen)
            yield chosen
        finally:
            child.communicate(timeout=_END_SECONDS)


def services_in_use() -> dict[str, str]:
    """Inside a scratch instance: the database and cache of it, for a process that is to work on the same."""
    names = ("TRADEPOST_DATABASE_URL", "TRADEPOST_CACHE_URL")
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def environment_of(folder: Path) -> dict[str, str]:
    """Of a process that works on the scratch instance."""
    package_root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH", "")]))
    return os.environ | _OWN | {"TRADEPOST_DATA": str(folder), "PYTHONPATH": path}


def _template() -> Path:
    """The migrated empty database, made once for each state of the migrations."""
    shelf = Path(settings.TRADEPOST.data) / "scratch"
    shelf.mkdir(parents=True, exist_ok=True)
    template = shelf / f"{_migration_state()}.sqlite3"
    if template.exists():
        return template
    with tempfile.TemporaryDirectory(prefix="tradepost-template-") as name:
        folder = Path(name)
        run_in(folder, ["migrate", "--verbosity=0"])
        run_in(folder, ["createcachetable", "--verbosity=0"])
        making = template.with_suffix(f".{os.getpid()}")
        shutil.copy(folder / TEMPLATE, making)
        making.rename(template)
    for old in shelf.glob("*.sqlite3"):
        if old != template:
            old.unlink(missing_ok=True)
    return template


def _migration_state() -> str:
    state = hashlib.sha256(django.__version__.encode())
    for config in apps.get_app_configs():
        for file in sorted((Path(config.path) / "migrations").glob("*.py")):
            state.update(file.name.encode() + file.read_bytes())
    return state.hexdigest()[:24]
