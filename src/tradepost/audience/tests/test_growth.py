"""What the database keeps beside the contacts: the number of subscribers, and groups of letters for the search."""

import random
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection, transaction
from tests.together import together

from tradepost.audience.actions.counts import count_again
from tradepost.audience.actions.setup import delete_list, save_list
from tradepost.audience.actions.subscribe import subscribe
from tradepost.audience.models import Contact, ListMembership, SubscriberCount
from tradepost.audience.models.contacts import CONTACT_WORDS
from tradepost.audience.queries import find_contacts, lists_with_counts, subscriptions_of
from tradepost.audience.types import ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.datamap.columns import text_index
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.rights.actions.erase import erase_person

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def people(in_scope, news):
    """Twelve contacts, the first of whom subscribes as people do; the others in one statement."""
    words = {"source": ContactSource.API, "consent_text": "Yes.", "by": SYSTEM}
    first = subscribe(merchant=in_scope, contact_list=news, email="p0@people.example", **words)
    consent = first.memberships.get().consent
    rows = [
        Contact(merchant=in_scope, email=f"p{n}@people.example", name=f"Number {n}", source="api")
        for n in range(1, 12)
    ]
    ListMembership.objects.bulk_create(
        ListMembership(
            merchant=in_scope, contact_list=news, contact=row, state="subscribed", consent=consent
        )
        for row in Contact.objects.bulk_create(rows)
    )
    return Contact.objects.filter(merchant=in_scope).order_by("pk")


def kept(merchant):
    return lists_with_counts(merchant).first().subscribers, subscriptions_of(merchant)


def test_every_way_of_writing_memberships_is_counted(in_scope, people):
    memberships = ListMembership.objects.order_by("pk")
    assert kept(in_scope) == (12, 12)
    memberships.filter(contact__in=people[:3]).update(state="unsubscribed")
    assert kept(in_scope) == (9, 9)
    memberships.filter(contact__in=people[:1]).update(state="subscribed", reason="came back")
    memberships.filter(contact__in=people[:1]).update(reason="is still here")
    assert kept(in_scope) == (10, 10)
    people[4].delete()
    memberships.filter(contact__in=people[1:2]).delete()
    assert kept(in_scope) == (9, 9)
    assert count_again() == 0


def test_another_list_and_one_that_goes(in_scope, people, news):
    save_list(merchant=in_scope, by=SYSTEM, name="Later", description="")
    assert [row.subscribers for row in lists_with_counts(in_scope)] == [0, 12]
    delete_list(contact_list=news, by=SYSTEM)
    assert kept(in_scope) == (0, 0)


def test_a_count_that_is_wrong_is_put_right(in_scope, people):
    SubscriberCount.objects.update(number=4711)
    assert count_again() == 1
    assert kept(in_scope) == (12, 12)
    SubscriberCount.objects.create(contact_list=news_of(people), slot=77, number=0)
    assert (count_again(), SubscriberCount.objects.count()) == (0, 1), "slots are folded"


def test_a_missing_trigger_is_mended_by_the_daily_turn_which_says_so(in_scope, people, caplog):
    on = "" if SQLITE else " ON audience_listmembership"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audience_counted_goes{on}")
    people[4].delete()
    assert kept(in_scope) == (12, 12)
    connection.check_constraints()  # else PostgreSQL would alter no table in this transaction
    assert count_again() == 1
    assert "subscribers were not counted: audience_counted_goes were missing" in caplog.text
    assert "12 subscribers were kept, there are 11" in caplog.text
    people[4].delete()
    assert (kept(in_scope), count_again()) == ((10, 10), 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(SQLITE, reason="SQLite has one writer at a time")
def test_two_connections_at_once_lose_no_subscriber(in_scope, people):
    """Both write memberships of the same list in many transactions, some rolled back; a third counts meanwhile."""
    numbers = list(ListMembership.objects.values_list("pk", flat=True))

    def write(seed):
        chance = random.Random(seed)
        for _turn in range(60):
            with suppress(Undone), transaction.atomic():
                some = ListMembership._base_manager.filter(pk__in=chance.sample(numbers, 1))
                some.update(state=chance.choice(["subscribed", "unsubscribed"]))
                if chance.random() < 0.2:
                    raise Undone

    def count():
        for _turn in range(10):
            count_again()

    assert together(partial(write, 1), partial(write, 2), count) == []
    there = ListMembership.objects.filter(state="subscribed").count()
    assert kept(in_scope) == (there, there)
    assert count_again() == 0


class Undone(Exception):
    """The transaction is rolled back."""


def news_of(people):
    return people[0].memberships.get().contact_list


def found(merchant, words):
    return [row.email for row in find_contacts(merchant=merchant, search=words, sort="since")]


def test_who_is_new_changed_or_gone_is_found_so(in_scope, people):
    """Before the index has taken them in, after it has, and after each change of what it holds."""
    everybody = [row.email for row in people]
    for _turn in range(2):
        assert found(in_scope, "PEOPLE.EXAMPLE") == everybody
        assert found(in_scope, "umber 7") == ["p7@people.example"]
        assert found(in_scope, "nobody at all") == []
        taken = text_index.catch_up()
        assert taken == (12 if SQLITE and not _turn else 0)
    people.filter(name="Number 7").update(name="Łódź Öl")
    people.filter(name="Number 8").delete()
    Contact.objects.create(merchant=in_scope, email="late@people.example", name="Number 7b")
    assert found(in_scope, "łódź ö") == ["p7@people.example"]
    assert found(in_scope, "umber 7") == ["late@people.example"]
    assert found(in_scope, "umber 8") == []


def test_a_search_does_not_join_the_end_of_one_column_to_the_next(in_scope, people):
    text_index.catch_up()
    assert found(in_scope, "exampleNumber") == []


def test_one_or_two_letters_are_looked_for_among_the_newest(in_scope, people, monkeypatch):
    monkeypatch.setattr(text_index, "NEWEST", 5)
    assert found(in_scope, "p") == [f"p{n}@people.example" for n in range(7, 12)]


@pytest.mark.skipif(not SQLITE, reason="the table of groups of letters is SQLite's")
def test_an_erased_row_leaves_nothing_to_be_found(in_scope, people):
    """Asked of the table itself, which would still know the number of a row that it was not told of."""
    text_index.catch_up()
    people.filter(name="Number 7").delete()
    people.filter(name="Number 8").update(name="x", email="erased@people.example")
    with connection.cursor() as cursor:
        for name in ("er 7", "er 8"):
            asked = " AND ".join(f'"{group}"' for group in text_index.trigrams(name))
            cursor.execute(
                f"SELECT rowid FROM {CONTACT_WORDS.name} WHERE {CONTACT_WORDS.name} MATCH %s",
                [asked],
            )
            assert cursor.fetchall() == []


LETTERS = "鸞龘"  # which nobody else has


def bytes_of(index):
    """What lies in the file, in whatever part of the index."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {index}_data")
        return b"".join(bytes(block) for (block,) in cursor.fetchall())


@pytest.mark.skipif(not SQLITE, reason="the table of groups of letters is SQLite's")
@pytest.mark.parametrize("way", ["erased", "changed", "deleted"])
def test_no_letter_lingers_in_an_older_part_of_the_index(
    in_scope, people, django_capture_on_commit_callbacks, way
):
    others = [Contact(merchant=in_scope, email=f"o{n}@others.example", name=f"Other {n}") for n in range(3_000)]  # fmt: skip
    Contact.objects.bulk_create(others)
    row = people.get(name="Number 7")
    people.filter(pk=row.pk).update(name=f"Zyqwo{LETTERS}b")
    text_index.catch_up()
    Contact.objects.filter(email__startswith="o1").update(name="Another")
    text_index.catch_up()
    lies = [letter.encode() in bytes_of(CONTACT_WORDS.name) for letter in LETTERS]
    assert all(lies), "the index was filled"
    assert list(text_index.scan_letters(b"Zyqwo"))
    if way == "erased":
        with django_capture_on_commit_callbacks(execute=True):
            erase_person(ref=SubjectRef(Subject.CUSTOMER, row.email, in_scope.pk), by=SYSTEM)
    else:
        same = people.filter(pk=row.pk)
        same.delete() if way == "deleted" else same.update(name="plain")
        text_index.purge_gone(clock.now())
    assert [letter.encode() in bytes_of(CONTACT_WORDS.name) for letter in LETTERS] == [False] * 2
    assert list(text_index.scan_letters(b"Zyqwo")) == []
    assert text_index.gone_due(clock.now()) == 0
    assert found(in_scope, "nother") != [], "the others are found as before"


@pytest.mark.skipif(not SQLITE, reason="the table of groups of letters is SQLite's")
def test_a_large_index_is_forgotten_in_the_turns_that_follow(in_scope, people, monkeypatch):
    monkeypatch.setattr(text_index, "_PAGES", 1)
    text_index.catch_up()
    people.filter(name="Number 7").update(name=f"Zyqwo{LETTERS}b")
    others = [Contact(merchant=in_scope, email=f"{n}@o{n * 7919 % 10007}.example") for n in range(2_000)]  # fmt: skip
    Contact.objects.bulk_create(others)
    text_index.catch_up()
    people.filter(name=f"Zyqwo{LETTERS}b").delete()
    CONTACT_WORDS.mark_gone()
    text_index.forget_gone(steps=1)
    assert text_index.gone_due(clock.now()) == 1
    text_index.catch_up()
    assert text_index.gone_due(clock.now()) == 0
    assert LETTERS[1].encode() not in bytes_of(CONTACT_WORDS.name)


@pytest.mark.skipif(SQLITE, reason="the extension is PostgreSQL's")
def test_without_the_right_to_make_the_extension_everything_is_read(
    in_scope, people, monkeypatch, caplog
):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {CONTACT_WORDS.name}")
        cursor.execute("CREATE ROLE nobody_much")
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("GRANT CREATE ON SCHEMA public TO nobody_much; SET ROLE nobody_much")
        CONTACT_WORDS.create()
        cursor.execute("RESET ROLE")
    assert "no quick search" in caplog.text
    assert found(in_scope, "umber 7") == ["p7@people.example"]


@pytest.mark.parametrize("letters", ["İst", "STRAẞE", "ὈΔΥΣ", "ας", "łó", "a\x00b"])
def test_letters_that_fold_otherwise_are_not_asked_of_the_index(letters):
    plain = text_index.trigrams(letters)
    assert all(three in letters for three in plain)
    assert not {"İ", "ẞ", "ς", "\x00", "Ὀ"} & set("".join(plain))
