"""Every statement of the five policies is kept, refused on purpose, or waits for a named feature."""

import pytest
from django.core.management import call_command
from django.test import Client

from tradepost.assurance.checks import load_checks
from tradepost.assurance.sources.statements import read_sources
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.models import PromiseResult

checks = load_checks()
SOURCES = read_sources()
STATEMENTS = [statement for source in SOURCES for statement in source.statements]
# Clauses of each policy as we count them; fewer would mean that some were dropped.
COUNTED = {"M": 57, "X": 64, "N": 59, "C": 40, "P": 87}


def test_no_statement_got_lost():
    assert {source.letter: len(source.statements) for source in SOURCES} == COUNTED
    assert len({statement.id for statement in STATEMENTS}) == len(STATEMENTS)


def is_whole(statement) -> bool:
    """Exactly one of promises, refused and missing, with what belongs to it and no more."""
    said = [bool(it) for it in (statement.promises, statement.refused, statement.missing)]
    return (
        bool(statement.says and statement.section)
        and said.count(True) == 1
        and set(statement.named) <= PROMISES.keys()
        and (not statement.instead or bool(statement.refused))
        and (not statement.awaits or bool(statement.missing))
        and bool(statement.issue) is bool(statement.missing)
    )


def test_each_statement_is_promised_or_refused_or_waits():
    assert [statement for statement in STATEMENTS if not is_whole(statement)] == []


def test_what_is_promised_has_a_check():
    unchecked = [(it.id, id) for it in STATEMENTS for id in it.promises if id not in checks]
    assert unchecked == []


def test_what_waits_for_promises_says_so_only_until_they_are_checked():
    arrived = [it.id for it in STATEMENTS if it.awaits and all(id in checks for id in it.awaits)]
    assert arrived == [], "their promises are checked now: say that they are kept"


def test_promises_and_their_sources_name_each_other():
    naming = {
        id: {
            source.letter
            for source in SOURCES
            if any(id in statement.named for statement in source.statements)
        }
        for id in PROMISES
    }
    assert {
        id: naming[id]
        for id, promise in PROMISES.items()
        if naming[id] != set(promise.sources) - {"B"}
    } == {}


def lay_down(state: str) -> None:
    PromiseResult.objects.all().delete()
    PromiseResult.objects.bulk_create(
        PromiseResult(promise=id, check_name="", state=state, evidence="seen") for id in PROMISES
    )


@pytest.mark.django_db
def test_the_page_shows_each_statement_and_how_it_stands():
    lay_down("kept")
    page = Client().get("/promises/sources/").text
    for statement in STATEMENTS:
        assert f'id="{statement.id}"' in page
    promised = sum(bool(statement.promises) for statement in STATEMENTS)
    assert page.count("badge-good") == promised
    PromiseResult.objects.filter(promise="secure.tls").update(state="broken")
    fallen = sum("secure.tls" in statement.promises for statement in STATEMENTS)
    page = Client().get("/promises/sources/").text
    assert page.count("badge-bad") == fallen
    assert page.count("badge-good") == promised - fallen


@pytest.mark.django_db
def test_nothing_counts_as_kept_that_nobody_checked():
    page = Client().get("/promises/sources/").text
    assert "badge-good" not in page
    assert 'href="/promises/sources/"' in Client().get("/promises/").text


@pytest.mark.django_db
def test_the_command_prints_a_line_for_each_system(capsys):
    lay_down("kept")
    call_command("promises", "--sources")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines[1:-1]] == [str(it) for it in COUNTED.values()]
    assert lines[-1].split()[-1] == str(sum(COUNTED.values()))
