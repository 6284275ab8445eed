"""Each written breach still fits the product, and breaks what the promise of its name says."""

import ast
from collections import Counter

import pytest

from tests.breaches.generated import generated_runs
from tests.breaches.reasons import FEWER_THAN_TWO, NOT_CAUGHT
from tests.breaches.runs import written_runs
from tests.breaches.sockets import NO_DOOR, SOCKETS
from tests.breaches.written import WRITTEN
from tests.house.source import PACKAGE
from tradepost.assurance.checks import load_checks
from tradepost.assurance.inventory import signed_off
from tradepost.datamap.promises import Evidence
from tradepost.modules.registry import rooms
from tradepost.notice.catalogue import PROMISES


@pytest.mark.parametrize("breach", WRITTEN, ids=lambda breach: breach.name)
def test_a_written_breach_still_applies(breach):
    texts = {file: (PACKAGE / file).read_text() for file, _old, _new in breach.edits}
    for file, old, new in breach.edits:
        assert texts[file].count(old) == 1, f"{file}: {old}"
        texts[file] = texts[file].replace(old, new)
    for file, text in texts.items():
        if file.endswith(".py"):
            ast.parse(text)
    assert breach.promise in PROMISES


def test_no_two_breaches_have_one_name():
    assert [name for name, count in Counter(b.name for b in WRITTEN).items() if count > 1] == []


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_has_two_written_breaches_or_a_reason(promise):
    made = sum(breach.promise == promise for breach in WRITTEN)
    if promise in FEWER_THAN_TWO:
        assert made < 2, f"{promise} has {made}: its reason must go"
    else:
        assert made >= 2, f"{promise} has {made}"


def test_what_cannot_be_broken_is_not_checked_by_code():
    """A promise without a feature has no check; one that somebody vouches for has only their word."""
    for promise in FEWER_THAN_TWO:
        kinds = {check.evidence for check in load_checks().get(promise, ())}
        assert kinds <= {Evidence.ATTESTED}, promise


def test_reasons_are_about_breaches_that_are_made():
    made = {one.id for run in [*written_runs(WRITTEN), *generated_runs()] for one in run.made}
    assert sorted(set(NOT_CAUGHT) - made) == []
    assert all(reason.strip() for reason in NOT_CAUGHT.values())


def test_few_breaches_are_left_uncaught():
    made = [one.id for run in generated_runs() for one in run.made]
    assert len(set(made) & set(NOT_CAUGHT)) <= 0.01 * len(made)
    assert not {one.id for run in written_runs(WRITTEN) for one in run.made} & set(NOT_CAUGHT)


def test_each_door_to_the_outside_has_a_raw_socket():
    files = {f"{room.name}/{file}" for room in rooms.values() for file in room.ways_out}
    assert sorted(SOCKETS.keys() | NO_DOOR.keys()) == sorted(
        signed_off()["processors"] | dict.fromkeys(files)
    )
