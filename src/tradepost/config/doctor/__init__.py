"""``tradepost doctor``: what is well with an installation and what is not, and how each is mended.

Nothing is changed (but for a small file that comes and goes in the bucket), and nothing but the installation's own services is asked. What needs the database is
left out, saying so, while it is away; what needs Django, while the settings are wrong.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator

from tradepost.config.doctor import settings_asked, surroundings_asked
from tradepost.config.doctor.settings_asked import has_key
from tradepost.config.doctor.types import Diagnosis, State
from tradepost.config.environment import Environment, InvalidSetting, read_environment

_MARKS = {State.OK: "ok", State.WARN: "warn", State.FAIL: "FAIL"}


def doctor(words: list[str]) -> int:
    """Print a line for each thing looked at; returns 1 when one of them fails, else 0."""
    parser = argparse.ArgumentParser(
        prog="tradepost doctor", description="Say what is wrong and how to mend it."
    )
    parser.add_argument("--json", action="store_true", help="one object, for programs")
    options = parser.parse_args(words)
    found = []
    for diagnosis in _all():
        found.append(diagnosis)
        if not options.json:
            sys.stdout.write(_as_text(diagnosis))
            sys.stdout.flush()
    fails = sum(one.state is State.FAIL for one in found)
    if options.json:
        said = {"fails": fails, "findings": [one._asdict() for one in found]}
        sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    return 1 if fails else 0


def _all() -> Iterator[Diagnosis]:
    try:
        environment = read_environment()
    except InvalidSetting as problem:
        yield Diagnosis("settings", State.FAIL, str(problem), "`tradepost settings` explains each.")
        return
    yield from settings_asked.findings(environment)
    database = surroundings_asked.database(environment)
    yield database
    yield from surroundings_asked.findings(environment)
    # Without a key the product would make a new one, and the doctor changes nothing.
    if database.state is State.FAIL or not has_key(environment):
        says = "Tables, queues, turns, promises, the bucket and DNS records were not looked at."
        mend = "Mend what is said of the database and the secret key first."
        yield Diagnosis("inside", State.WARN, says, mend)
        return
    yield from _inside(environment)


def _inside(environment: Environment) -> Iterator[Diagnosis]:
    """What only the product itself knows; whatever hinders it from telling is a diagnosis, too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    try:
        import django  # noqa: PLC0415  settings may be wrong: then the lines above stand

        django.setup()
    except InvalidSetting as problem:
        yield Diagnosis("secret key", State.FAIL, str(problem), "Put it back from a backup.")
        return
    from tradepost.config.doctor import product_asked  # noqa: PLC0415  needs the models

    for ask in product_asked.CHECKS:
        yield from _tried(ask, environment)


def _tried(ask: Callable[[Environment], Iterator[Diagnosis]], here: Environment) -> list[Diagnosis]:
    try:
        return list(ask(here))
    except Exception as error:  # noqa: BLE001  whatever breaks, the other lines are printed
        name = ask.__name__.replace("_", " ")
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return [Diagnosis(name, State.FAIL, f"Could not be looked at: {reason}", _SEE_LOGS)]


_SEE_LOGS = "If the database is there and its tables are of this version, please report it."


def _as_text(diagnosis: Diagnosis) -> str:
    text = f"{_MARKS[diagnosis.state]:<4}  {diagnosis.name}: {diagnosis.says}\n"
    return text + (f"      → {diagnosis.mend}\n" if diagnosis.mend else "")
