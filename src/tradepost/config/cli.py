"""The ``tradepost`` command."""

import argparse
import os
import sys
from dataclasses import fields

from tradepost.config.environment import Environment, InvalidSetting, read_environment, variable

OWN = {
    "up": "start everything: web, worker, scheduler, sender, mail catcher",
    "settings": "print every setting, its value and its meaning",
}
HELP = """usage: tradepost COMMAND [options]

  up [--no-demo]       start everything under one supervisor; Ctrl-C stops it
  demo                 load the demo shop
  settings             print every setting, its value and its meaning
  promises [--json]    check every promise and print the evidence
  migrate, check, …    any command of Django; `tradepost help` lists them
"""


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    command = words[0] if words else "--help"
    if command in {"--help", "-h"}:
        print(HELP)
        return 0
    try:
        environment = read_environment()
    except InvalidSetting as problem:
        return _refuse(str(problem))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    if command == "settings":
        return _print_settings(environment)
    if command == "up":
        return _up(environment, words[1:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tradepost", command.replace("-", "_"), *words[1:]])
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _print_settings(environment: Environment) -> int:
    for item in fields(Environment):
        value = getattr(environment, item.name)
        shown = "(set)" if item.name == "secret_key" and value else value
        print(f"{variable(item.name)}={shown}\n    {item.metadata['meaning']}")
    return 0


def _up(environment: Environment, words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tradepost up")
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demo shop")
    options = parser.parse_args(words)
    from tradepost.config.supervisor import CannotStart, up

    try:
        return up(environment, demo=not options.no_demo)
    except (CannotStart, InvalidSetting) as problem:
        return _refuse(str(problem))
