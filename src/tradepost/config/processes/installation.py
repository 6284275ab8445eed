"""Makes a data folder ready: tables, static files, demo shop, first operator.

Runs in a process of its own (``tradepost prepare``), which ends before the others start.
"""

import hashlib
import json
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from tradepost import __version__
from tradepost.config.environment import Environment, variable
from tradepost.config.processes.forking import is_forkable
from tradepost.config.processes.surroundings import CannotStart, require_database
from tradepost.config.processes.types import Prepared
from tradepost.lib.cache_table import CACHE_TABLE
from tradepost.lib.files import read_or_move_aside
from tradepost.lib.processes import call_this_process, die_with_parent

if TYPE_CHECKING:
    from tradepost.catalog.pictures import EncodedPicture


def prepare(environment: Environment, *, demo: bool) -> Prepared:
    """Bring the database and the static files up to date; load the demo into a new one.

    Safe to repeat: a second run changes nothing and takes a second. Raises: CannotStart.
    """
    is_new = not require_database(environment)
    django.setup()
    with _drawing_beside(wanted=demo and is_new) as painting:
        _check()
        call_command("migrate", verbosity=0, interactive=False)
        is_demo = _settle(environment, demo=demo)
        call_command("createcachetable", verbosity=0)
        drop_unused_cache()
        _collect_static(environment)
        _mark(environment, is_demo=is_demo)
        if not is_demo:
            ensure_first_operator()
            return {"with_standin": False, "sign_ins": []}
        from tradepost.demo.actions import is_empty

        if is_empty():
            print("Loading the demo shop …", flush=True)
            call_command("demo", verbosity=0, painting=painting)
        return {"with_standin": demo, "sign_ins": demo_sign_ins()}


def drop_unused_cache() -> None:
    """Where another cache was chosen since: nobody reads the table any more, and nothing in it would ever go."""
    from django.conf import settings
    from django.db import connection

    if all(cache["LOCATION"] != CACHE_TABLE for cache in settings.CACHES.values()):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {CACHE_TABLE}")


@contextmanager
def _drawing_beside(*, wanted: bool) -> Iterator["Future[list[EncodedPicture]] | None"]:
    """The demo's pictures take as long as all of its tables, and need none of them: another core's work.

    Forked before this process has a thread or a connection; ended with it.
    """
    if not (wanted and is_forkable()):
        yield None
        return
    from tradepost.demo.actions.shop import paint

    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_as_painter) as painter:
        try:
            yield painter.submit(paint)
        except BaseException:
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _as_painter() -> None:
    die_with_parent()
    call_this_process("painter")


def _check() -> None:
    """Say what the system checks warn of; all is well is said by saying nothing. Raises: CannotStart."""
    try:
        call_command("check", stdout=StringIO())
    except SystemCheckError as error:
        raise CannotStart(str(error)) from None


def _settle(environment: Environment, *, demo: bool) -> bool:
    """Whether this is a demo. The database decides: one that has been anything else stays that.

    Raises: CannotStart.
    """
    from tradepost.console.actions import ForeignKey, settle_installation
    from tradepost.console.queries import is_public, is_untouched

    becomes_demo = demo and is_untouched()
    if becomes_demo and is_public(environment.base_url):
        raise CannotStart(
            f"The demo shop has published passwords, so it is not loaded under {environment.base_url}."
            " Start with `tradepost up --no-demo`, or without"
            f" {variable('public_url')} to see the demo on this machine."
        )
    try:
        installation = settle_installation(as_demo=becomes_demo)
    except ForeignKey:
        raise CannotStart(foreign_key(environment)) from None
    if installation.is_demo and is_public(environment.base_url):
        raise CannotStart(
            "This database holds the demo shop, whose passwords are published; it is not opened under"
            f" {environment.base_url}. Set {variable('data')} or {variable('database_url')} to a new one."
        )
    return installation.is_demo


def foreign_key(environment: Environment) -> str:
    """The sentence for whoever starts with a key that this database does not know."""
    place = environment.data / "secret_key"
    return (
        "The secret key is not the one that this database was made with. Put the old one back"
        f" ({variable('secret_key')}, or the file {place} from a backup); if it is lost for good,"
        " `tradepost accept-key` says what is lost with it and goes on."
    )


def _mark(environment: Environment, *, is_demo: bool) -> None:
    """What is only open in a demo reads the database's word beside the data. Raises: CannotStart."""
    try:
        environment.repeat_whether_demo(is_demo=is_demo)
    except OSError as error:
        raise CannotStart(
            f"The file that says whether this is a demo cannot be written: {error}."
        ) from None


def _collect_static(environment: Environment) -> None:
    """Copy static files when the package changed since the last time."""
    state = hashlib.sha256(__version__.encode())
    for file in sorted(Path(__file__).parents[2].glob("*/static/**/*")):
        if file.is_file():
            state.update(f"{file}{file.stat().st_mtime_ns}".encode())
    stamp = environment.data / "static.stamp"
    digest = state.hexdigest().encode()
    known = read_or_move_aside(stamp, bytes)
    listed = environment.data / "static" / "staticfiles.json"
    names = read_or_move_aside(listed, _names_of_static_files)
    if known == digest and names:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_bytes(digest)


def _names_of_static_files(content: bytes) -> dict[str, str]:
    """Every page asks it for the names of its styles. Raises: ValueError, TypeError, KeyError."""
    return dict(json.loads(content)["paths"])


def ensure_first_operator() -> None:
    """Ask for the first operator, where there is none and somebody is there to answer."""
    from tradepost.identity.models import User

    if User.objects.filter(is_operator=True).exists():
        return
    if sys.stdin.isatty():
        print("Who runs this installation? The first operator:")
        if _asked_for_operator():
            return
    print("There is no operator yet; run `tradepost create-operator` in a terminal to make one.")


def _asked_for_operator() -> bool:
    """Ask until the answers will do; False when whoever is asked ends it with Ctrl-D."""
    while True:
        try:
            call_command("create_operator")
        except CommandError as refusal:
            print(f"{refusal} Once more:")
        except EOFError:
            print()
            return False
        else:
            return True


def demo_sign_ins() -> list[str]:
    from tradepost.demo.plan import SIGN_INS

    return [f"Sign in as {who}: {email} / {password}" for who, email, password in SIGN_INS]
