"""The ``tradepost`` command."""

import argparse
import errno
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from tempfile import TemporaryFile
from typing import NoReturn

from tradepost import __version__
from tradepost.config.environment import Environment, InvalidSetting, read_environment, variable
from tradepost.config.processes.surroundings import CannotStart, require_database
from tradepost.lib.private_files import keep_private
from tradepost.lib.wire import watch

_PASSWORD = re.compile(r"(://[^:@/]*:)[^@/]+@")
HELP = """usage: tradepost COMMAND [options]

  up [--no-demo]       set everything up and start it; Ctrl-C stops it
  demo                 load the demo shop into an empty installation
  create-operator      make an account for somebody who runs this installation
  preset [NAME]        make it one kind of service: hosted-cart, shop-system, mail-service …
  accept-key           go on with another secret key when the old one is lost
  doctor [--json]      say what is wrong with the installation and how to mend it
  settings             print every setting, its value and its meaning
  backup [--list]      copy everything, sealed under the key of the day, and try the copy out
  restore [NAME]       put a copy back; whoever was erased since is erased again
  record [--seal S]    is the access record whole, up to its last head that was written outside?
  promises [--json]    check every promise and print the evidence
  promises --full      the whole proof: people through every door of a scratch instance
  inventory [--write]  compare what is held, let in and let out with the list that was signed off
  prove-erasure        plant people, erase them, and search for what is left
  help                 list all other commands: migrate, scheduler, deliver, worker, …

Everything that is kept lies in one folder, TRADEPOST_DATA (./var when it is not set).
"""


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    command = words[0] if words else "--help"
    if command in {"--help", "-h"}:
        print(HELP, end="")
        return 0
    if command == "--version":
        print(f"Tradepost {__version__}")
        return 0
    if command == "doctor":  # it says what is wrong with the settings, too
        from tradepost.config.doctor import doctor

        return doctor(words[1:])
    try:
        environment = read_environment()
        if command == "settings":
            return _print_settings(environment)
        _require_folder(environment)
    except InvalidSetting as problem:
        return _refuse(str(problem))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    try:
        return _ways.get(command, _run)(environment, command, words[1:])
    except (CannotStart, InvalidSetting) as problem:
        return _refuse(str(problem))
    except KeyboardInterrupt:
        return _refuse("\nStopped half-way; the same command goes on from here.", code=130)
    except Exception as error:
        if not (sentence := _in_words(error)):
            raise
        return _refuse(sentence)


def _run(environment: Environment, command: str, words: list[str]) -> int:
    """One of Django's commands or of the rooms'. Raises: CannotStart."""
    from django.core.management import execute_from_command_line

    if command in _WORKS_ON_DATA:
        watch(environment.service_hosts)
    name = command.replace("-", "_")
    asks_for_help = bool({"-h", "--help", "--scratch"} & set(words))
    if name not in _WITHOUT_DATABASE and not asks_for_help:
        require_database(environment, with_tables=name not in _WITHOUT_TABLES)
        if name not in _WITHOUT_TABLES:
            _require_own_tables(environment, accepts_key=name == "accept_key")
    execute_from_command_line(["tradepost", name, *words])
    return 0


# The processes that stay; who types another command stands beside it.
_WORKS_ON_DATA = {
    "worker",
    "scheduler",
    "deliver",
    "mailin",
    "mailcatcher",
    "load_events",
    "load-events",
}
# What works before there is anything; everything else needs the tables of this version.
_WITHOUT_DATABASE = {
    "help", "check", "collectstatic", "compilemessages", "diffsettings", "makemessages",
    "makemigrations", "sendtestemail", "sqlmigrate", "startapp", "startproject", "stripe_standin",
    "test", "testserver", "optimizemigration", "squashmigrations", "rooms", "urls", "schedule", "new_room", "inventory",
    "restore",
}  # fmt: skip
_WITHOUT_TABLES = {"migrate", "createcachetable", "showmigrations", "dbshell", "sqlflush", "shell"}


def _require_own_tables(environment: Environment, *, accepts_key: bool) -> None:
    """Tables as new as this code, made under this key. Raises: CannotStart."""
    import django
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from tradepost.config.processes.installation import foreign_key

    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotStart(
            "The database's tables are older than this version: run `tradepost migrate` first,"
            " or `tradepost up`, which does it."
        )
    from tradepost.console.actions import ForeignKey, require_own_key

    try:
        require_own_key()
    except ForeignKey:
        if not accepts_key:
            raise CannotStart(foreign_key(environment)) from None


def _in_words(error: Exception) -> str:
    """One sentence for what an operator can mend; empty for a mistake of ours."""
    from tradepost.jobs.outages import outage_of

    if what := outage_of(error):
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return f"Stopped: {what} is away ({reason}). The same command works again when it is back."
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"The address to listen on is taken ({error.strerror}); choose another port."
    if isinstance(error, PermissionError):
        return f"This needs more rights: {error.filename or error.strerror}."
    return ""


def _require_folder(environment: Environment) -> None:
    """Raises: InvalidSetting, when nothing can be kept."""
    try:
        keep_private(environment.data)
        with TemporaryFile(dir=environment.data):
            pass
    except OSError as error:
        raise InvalidSetting(
            f"Nothing can be written to {environment.data} ({error.strerror});"
            f" set {variable('data')} to another folder or change its rights."
        ) from None


def _refuse(sentence: str, code: int = 2) -> int:
    print(sentence, file=sys.stderr)
    return code


def _print_settings(environment: Environment) -> int:
    for item in fields(Environment):
        value = getattr(environment, item.name)
        shown = (
            "(set)" if item.name == "secret_key" and value else _PASSWORD.sub(r"\1…@", str(value))
        )
        print(f"{variable(item.name)}={shown}\n    {item.metadata['meaning']}")
    return 0


def _up(environment: Environment, _command: str, words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tradepost up")
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demo shop")
    options = parser.parse_args(words)
    from tradepost.config.processes.supervisor import up

    return up(environment, demo=not options.no_demo)


def _prepare(environment: Environment, _command: str, words: list[str]) -> int:
    """What ``up`` has done first, in a process that ends; what it must know is written to ``--tell``."""
    parser = argparse.ArgumentParser(prog="tradepost prepare")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--tell", type=int, metavar="DESCRIPTOR")
    options = parser.parse_args(words)
    from tradepost.config.processes.installation import prepare

    said = prepare(environment, demo=not options.no_demo)
    if options.tell is not None:
        with os.fdopen(options.tell, "w") as answer:
            json.dump(said, answer)
    return 0


def _web(environment: Environment, _command: str, _words: list[str]) -> NoReturn:
    """One web server process; several may share the port. Raises: CannotStart."""
    require_database(environment)
    watch(environment.service_hosts)
    from django.conf import settings

    from tradepost.config.web.server import serve

    def load() -> Callable[..., object]:
        found: Callable[..., object] = import_module("tradepost.config.web.serving").front
        return found

    serve(load, host=environment.host, port=environment.port, logs=settings.LOGGING)


def _preload(_environment: Environment, _command: str, words: list[str]) -> int:
    """What ``up`` forks its processes from; goes on as the one that was forked."""
    parser = argparse.ArgumentParser(prog="tradepost preload")
    parser.add_argument("--orders", type=int, required=True, metavar="DESCRIPTOR")
    parser.add_argument("--prepared", action="store_true")
    options = parser.parse_args(words)
    from tradepost.config.processes.preload import wait_for_orders

    name, *rest = wait_for_orders(options.orders, prepared=options.prepared)
    return _ways.get(name, _run_prepared)(read_environment(), name, rest)


def _run_prepared(environment: Environment, command: str, words: list[str]) -> int:
    """As :func:`_run`, where ``up`` has just looked at all that is looked at there."""
    watch(environment.service_hosts)
    from django.core.management import call_command

    call_command(command.replace("-", "_"), *words)
    return 0


_ways: dict[str, Callable[[Environment, str, list[str]], int]] = {
    "up": _up,
    "prepare": _prepare,
    "web": _web,
    "preload": _preload,
}
