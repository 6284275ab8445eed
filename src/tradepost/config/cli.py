"""The ``tradepost`` command."""

import argparse
import os
import re
import sys
from dataclasses import fields
from tempfile import TemporaryFile

from tradepost import __version__
from tradepost.config.environment import Environment, InvalidSetting, read_environment, variable
from tradepost.lib.private_files import keep_private

_PASSWORD = re.compile(r"(://[^:@/]*:)[^@/]+@")
HELP = """usage: tradepost COMMAND [options]

  up [--no-demo]       set everything up and start it; Ctrl-C stops it
  demo                 load the demo shop into an empty installation
  create-operator      make an account for somebody who runs this installation
  settings             print every setting, its value and its meaning
  promises [--json]    check every promise and print the evidence
  prove-erasure        plant people, erase them, and search for what is left
  help                 list all other commands: migrate, scheduler, deliver, …

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
    try:
        environment = read_environment()
        if command == "settings":
            return _print_settings(environment)
        _require_folder(environment)
    except InvalidSetting as problem:
        return _refuse(str(problem))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    try:
        return _up(environment, words[1:]) if command == "up" else _run(command, words[1:])
    except KeyboardInterrupt:
        return _refuse("\nStopped half-way; the same command goes on from here.", code=130)


def _run(command: str, words: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tradepost", command.replace("-", "_"), *words])
    return 0


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


def _up(environment: Environment, words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tradepost up")
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demo shop")
    options = parser.parse_args(words)
    from tradepost.config.installation import CannotStart
    from tradepost.config.supervisor import up

    try:
        return up(environment, demo=not options.no_demo)
    except (CannotStart, InvalidSetting) as problem:
        return _refuse(str(problem))
