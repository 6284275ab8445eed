"""A process that waits looks at the database only when somebody wrote to it."""

import sqlite3

import pytest
from django.db import connection

from tradepost.jobs import idling as module
from tradepost.jobs.idling import Idling

pytestmark = pytest.mark.django_db(transaction=True)
needs_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="only SQLite says that somebody wrote"
)


def another_writes() -> None:
    with sqlite3.connect(connection.settings_dict["NAME"], timeout=30) as other:
        other.execute(
            "INSERT INTO jobs_turn (name, running, holder, error) VALUES ('x', 0, '', '')"
        )
    other.close()


@needs_sqlite
def test_it_waits_for_seconds_when_nobody_writes():
    pauses = []
    idling = Idling(pauses.append, lambda: False)
    idling.wait()  # the first time there is nothing to compare with
    pauses.clear()
    idling.wait()
    assert sum(pauses) == module.LONGEST_SECONDS


@needs_sqlite
def test_it_comes_back_after_a_step_when_somebody_wrote():
    pauses = []
    idling = Idling(pauses.append, lambda: False)
    idling.wait()
    another_writes()  # between the last look and this wait: nothing is missed
    pauses.clear()
    idling.wait()
    assert sum(pauses) == module.STEP_SECONDS


def test_it_does_not_go_on_waiting_when_all_is_over():
    pauses = []
    over = []

    def pause(seconds):
        pauses.append(seconds)
        over.append(1)

    idling = Idling(pause, lambda: bool(over))
    idling.wait()
    over.clear()
    pauses.clear()
    idling.wait()
    assert len(pauses) == 1
