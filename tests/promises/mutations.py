"""The shape that every promise's test has: kept as it stands, broken under one deliberate breach.

A room's test file holds a table and one parametrised test::

    MUTATIONS = {"secure.lockout": forget_failed_tries, "secure.passwords": [md5, plain]}

    @pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
    def test_kept_until_broken(promise, mutate, monkeypatch, db):
        assert_kept_then_broken(promise, mutate, monkeypatch)

A mutation takes ``monkeypatch`` (pytest's) and breaks the product, not the check.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import pytest
from django.db import connection, transaction
from django.template.loaders import app_directories, cached

from tradepost.assurance.checks import load_checks
from tradepost.datamap.promises import Broken

checks = load_checks()

Mutation = Callable[[pytest.MonkeyPatch], object]


def cases(table: Mapping[str, Mutation | Sequence[Mutation]]) -> list[object]:
    """One pytest case for each promise and mutation, named after both.

    What a mutation breaks is the same code on every database: on PostgreSQL each promise is seen kept, on SQLite
    broken by each mutation, too.
    """
    found = []
    for promise, mutations in table.items():
        made = [mutations] if callable(mutations) else list(mutations)
        for mutate in made if connection.vendor == "sqlite" else made[:1]:
            name = f"{promise}-{getattr(mutate, '__name__', 'mutation')}"
            found.append(pytest.param(promise, mutate, id=name))
    return found


@cache
def run_all(promise: str) -> list[str]:
    """The evidence of each check of a promise, which is looked for once. Raises: Broken."""
    assert checks.get(promise), f"no check is registered for {promise}"
    return [_run(check.run) for check in checks[promise]]


def _run(check: Callable[[], str]) -> str:
    with transaction.atomic():
        evidence = check()
        transaction.set_rollback(True)
    return evidence


def assert_kept_then_broken(
    promise: str, mutate: Mutation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every check of the promise is green; under the mutation (on SQLite) at least one raises Broken."""
    for check, evidence in zip(checks[promise], run_all(promise), strict=True):
        assert evidence.strip(), f"{check.run.__name__} gives no evidence"
    if connection.vendor != "sqlite":
        return
    with monkeypatch.context() as breach:
        mutate(breach)
        is_caught = any(_broken(check.run) for check in checks[promise])
    assert is_caught, f"{promise} stays green although it was broken by {mutate}"


def _broken(check: Callable[[], str]) -> str:
    try:
        _run(check)
    except Broken as found:
        return str(found) or "broken"
    return ""


def without(breach: pytest.MonkeyPatch, template: str, *words: str) -> None:
    """The product with some words taken out of one of its templates."""
    for word in words:
        rewritten(breach, template, word, "")


def rewritten(breach: pytest.MonkeyPatch, template: str, old: str, new: str) -> None:
    """The product with words of one of its templates replaced; they have to be there."""
    real = app_directories.Loader.get_contents

    def get_contents(self, origin):
        text = real(self, origin)
        if origin.template_name == template:
            assert old in text, f"{template} has no {old} to take out"
            text = text.replace(old, new)
        return text

    breach.setattr(app_directories.Loader, "get_contents", get_contents)
    breach.setattr(cached.Loader, "get_template", cached.BaseLoader.get_template)


__all__ = ["assert_kept_then_broken", "cases", "rewritten", "run_all", "without"]
