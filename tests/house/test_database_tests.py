"""The run on PostgreSQL leaves out only tests that cannot tell one database from another."""

import ast
import os

import pytest
from django.db import connection

from tests.databases import ADDRESSES, touches_the_database
from tests.house.source import ROOT, modules_of_tests, nodes_of, shown

# Each could lead past what `touches_the_database` sees before a test runs; with the reason why it does not.
KNOWN = {
    ("conftest.py", "getfixturevalue"): "for tests that are marked, or ask for a door, already",
    (
        "src/tradepost/checkout/tests/conftest.py",
        "getfixturevalue",
    ): "only what the test asks for itself",
    ("tests/scale/test_storage.py", "getfixturevalue"): "a server of files",
}


@pytest.mark.django_db
def test_a_test_with_the_mark_of_django_is_one(request):
    assert request.node.get_closest_marker("database")


def test_a_test_with_a_fixture_that_leads_to_the_database_is_one(request, merchant):
    assert request.node.get_closest_marker("database")


@pytest.mark.skipif("connection.vendor == 'oracle'", reason="there is none")
def test_a_test_that_one_of_the_runs_may_skip_is_one(request):
    assert request.node.get_closest_marker("database")


def test_any_other_test_cannot_get_there(request):
    assert not touches_the_database(request.node)
    assert not request.node.get_closest_marker("database")
    assert not set(ADDRESSES) & set(os.environ)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()


def test_no_test_gets_there_by_a_way_that_is_not_seen_beforehand():
    found = {
        (shown(path), name)
        for path in (*modules_of_tests(), ROOT / "conftest.py")
        if path.name != "test_database_tests.py"
        for node in nodes_of(path)
        if (name := _name_in(node)) in {"getfixturevalue", "django_db_blocker", "unblock"}
    }
    assert found == set(KNOWN)


def _name_in(node: ast.AST) -> str:
    return getattr(node, "attr", "") or getattr(node, "arg", "") or getattr(node, "id", "") or ""
