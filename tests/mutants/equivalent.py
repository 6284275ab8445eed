"""Mutants that no test can tell from the product, each with its reason."""

from fnmatch import fnmatchcase

# Subject, place (``*`` stands for anything), reason.
EQUIVALENT: list[tuple[str, str, str]] = []


def reason_for(subject: str, place: str) -> str:
    for name, pattern, reason in EQUIVALENT:
        if name == subject and fnmatchcase(place, pattern):
            return reason
    return ""
