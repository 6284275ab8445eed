from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Diagnosis(NamedTuple):
    """One thing that was looked at. ``mend`` is empty only where all is well."""

    name: str
    state: State
    says: str
    mend: str = ""


def ok(name: str, says: str) -> Diagnosis:
    return Diagnosis(name, State.OK, says)


def warn(name: str, says: str, mend: str) -> Diagnosis:
    return Diagnosis(name, State.WARN, says, mend)


def fail(name: str, says: str, mend: str) -> Diagnosis:
    return Diagnosis(name, State.FAIL, says, mend)
