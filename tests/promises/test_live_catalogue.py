"""What somebody makes in the database by hand is on no map: the database's own catalogue tells, on both kinds."""

import pytest
from django.db import connection

from tradepost.assurance.checks import load_checks
from tradepost.config.doctor.product_asked import data_map
from tradepost.config.environment import read_environment
from tradepost.datamap.catalogue import differences, live_catalogue
from tradepost.datamap.promises import Broken, Evidence

pytestmark = pytest.mark.django_db
ON_SQLITE = connection.vendor == "sqlite"
_TRIGGER = (
    "create trigger tells_all after insert on audience_contact begin select 1; end"
    if ON_SQLITE
    else "create function tells_all() returns trigger language plpgsql as $$ begin return null; end $$;"
    "create trigger tells_all after insert on audience_contact execute function tells_all()"
)
BY_HAND = [
    ("create table copy_of_contacts as select * from audience_contact", "The table copy_of_contacts (", "email"),
    ("create view who_bought as select name from orders_order", "The view who_bought (name)", "erasure"),
    ("create table \"Odd name\" (note text)", "The table Odd name (note)", "no copy"),
    ("alter table audience_contact add column note text", "The column audience_contact.note", "no erasure"),
    ("alter table orders_order add column shoe_size integer", "The column orders_order.shoe_size", "no period"),
    ("alter table django_session add column who text", "The column django_session.who", "not on the data map"),
    (_TRIGGER, "The trigger tells_all", "nobody knows"),
]  # fmt: skip
ON_ONE = (
    [
        ("create virtual table letters using fts5(text)", "The table letters (", "text"),
        ("create virtual table letters using fts5(text)", "The table letters_content (", "c0"),
        ("alter table orders_order add column twice text generated always as (name) virtual",
         "The column orders_order.twice", "no copy"),
        ("drop trigger price_history_kept", "The trigger price_history_kept of the data map", "not in"),
        ("drop table audience_contact_words", "The table audience_contact_words_idx of the data map", "not in"),
    ]
    if ON_SQLITE
    else [
        ("create materialized view totals as select email from orders_order", "The materialised view totals", "email"),
        ("create schema aside; create table aside.people (email text)", "The table aside.people (email)", "erasure"),
        ("create sequence numbers", "The sequence numbers", "not on the data map"),
        ("create function looks() returns int language sql as 'select 1'", "The function looks", "nobody knows"),
        ("create table parted (email text) partition by hash (email)", "The table parted (email)", "erasure"),
        ("create unlogged table quick (email text)", "The table quick (email)", "erasure"),
        ("drop trigger price_history_kept on catalog_pricechange", "The trigger price_history_kept of", "not in"),
    ]
)  # fmt: skip


def by_hand(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)


def test_the_database_holds_what_the_map_shows_and_nothing_else():
    assert differences() == []
    assert len(live_catalogue()) > 100


@pytest.mark.parametrize(("statement", "found", "effect"), BY_HAND + ON_ONE)
def test_what_is_made_by_hand_is_found_and_said_how_to_mend(statement, found, effect):
    by_hand(statement)
    [one] = [one for one in differences() if found in one.found]
    assert effect in one.found
    assert one.mend


def test_another_process_s_scratch_rows_are_no_finding():
    """An import stages its rows in a temporary table, which ends with its connection."""
    by_hand("create temporary table passing (email text)")
    try:
        assert differences() == []
    finally:
        by_hand("drop table passing")


def test_the_doctor_says_it():
    assert [one.state for one in data_map(read_environment())] == ["ok"]
    by_hand("create table copy_of_contacts (email text)")
    [one] = data_map(read_environment())
    assert one.state == "fail"
    assert "copy_of_contacts" in one.says
    assert "class Privacy" in one.mend


def test_the_live_check_of_the_promise_is_red():
    by_hand("create table copy_of_contacts (email text)")
    said = []
    for check in load_checks()["keep.rule-for-everything"]:
        if check.evidence is Evidence.MONITORED:
            try:
                check.run()
            except Broken as broken:
                said.append(str(broken))
    assert any("copy_of_contacts" in text for text in said)
