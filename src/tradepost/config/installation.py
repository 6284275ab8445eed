"""Makes a data folder ready: tables, static files, demo shop, first operator."""

import hashlib
import os
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import django
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection

from tradepost import __version__
from tradepost.config.environment import Environment, variable


class CannotStart(Exception):
    """Something outside must be mended first; the text is one clear sentence."""


def prepare(environment: Environment, *, demo: bool) -> None:
    """Bring the database and the static files up to date; load the demo into an empty one.

    Safe to repeat: a second run changes nothing and takes a second. Raises: CannotStart.
    """
    if demo:
        _unfinished(environment).touch()
    django.setup()
    _check()
    _require_database()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    _collect_static(environment)
    if demo:
        from tradepost.demo.actions import is_empty

        if is_empty():
            print("Loading the demo shop …", flush=True)
            call_command("demo", verbosity=0)
            (environment.data / "demo").touch()
        _unfinished(environment).unlink()


def _check() -> None:
    """Say what the system checks warn of; all is well is said by saying nothing. Raises: CannotStart."""
    try:
        call_command("check", stdout=StringIO())
    except SystemCheckError as error:
        raise CannotStart(str(error)) from None


def _require_database() -> None:
    """Raises: CannotStart."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = (str(error).strip() or "no reason given").splitlines()[0]
        raise CannotStart(
            f"The database cannot be opened ({reason}); see {variable('database_url')}."
        ) from None


def _collect_static(environment: Environment) -> None:
    """Copy static files when the package changed since the last time."""
    state = hashlib.sha256(__version__.encode())
    for file in sorted(Path(__file__).parents[1].glob("*/static/**/*")):
        if file.is_file():
            state.update(f"{file}{file.stat().st_mtime_ns}".encode())
    stamp = environment.data / "static.stamp"
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state.hexdigest())


def ensure_first_operator(environment: Environment) -> None:
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
    from tradepost.demo.story import SIGN_INS

    return [f"Sign in as {who}: {email} / {password}" for who, email, password in SIGN_INS]


def is_demo(environment: Environment) -> bool:
    """Whether the demo shop was loaded into this data folder."""
    return (environment.data / "demo").exists()


def may_be_demo(environment: Environment) -> bool:
    """A demo, or a folder so new that it may become one: a real shop never gets demo parts."""
    is_new = not (environment.data / "secret_key").exists() or _unfinished(environment).exists()
    return is_demo(environment) or is_new


def _unfinished(environment: Environment) -> Path:
    """There while a first start with the demo has not come to its end; the next one goes on."""
    return environment.data / "first-start"


def with_standin(environment: Environment) -> Environment:
    """The demo takes card payments through the stand-in for Stripe, 30 ports above the web server.

    By the name that its pages go by: form-action lets the buyer through to no other.
    Goes into the process environment too, for Django's settings and for the child processes.
    """
    if environment.stripe_api_base:
        return environment
    base = f"http://127.0.0.1:{environment.port + 30}"
    os.environ[variable("stripe_api_base")] = base
    return replace(environment, stripe_api_base=base)
