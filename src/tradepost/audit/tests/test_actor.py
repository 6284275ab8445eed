import pytest

from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.types import PERSON, SYSTEM, Actor, ActorKind, NoActor

SPELLINGS = [
    (Actor(ActorKind.USER, "17"), "user:17"),
    (Actor(ActorKind.TOKEN, "5"), "token:5"),
    (PERSON, "person"),
    (SYSTEM, "system"),
    (Actor.at_machine("sendlimit"), "system:sendlimit"),
    (Actor.job("orders.retention"), "job:orders.retention"),
]


@pytest.mark.parametrize(("actor", "spelling"), SPELLINGS)
def test_each_kind_is_spelled_in_one_way_and_read_back(actor, spelling):
    assert actor.spelling == str(actor) == spelling
    assert Actor.parse(spelling) == actor


def test_every_kind_has_a_spelling():
    assert {actor.kind for actor, _spelling in SPELLINGS} == set(ActorKind)


@pytest.mark.parametrize(
    "spelling",
    [
        *("", "user", "user:", "user:me@shop.example", "user:x", "api-token:5", "job", "job:"),
        *("merchants.apitoken:5", "customer", "system:a b", "token:５", "job:" + "x" * 61),
    ],
)
def test_what_is_no_actor_is_refused(spelling):
    with pytest.raises(NoActor):
        Actor.parse(spelling)


def test_only_an_account_has_an_account():
    assert Actor.parse("user:17").account_id == 17
    assert {Actor.parse(text).account_id for text in ("token:5", "person", "system", "job:a")} == {
        None
    }


def test_clockwork_and_the_program_are_nobody_in_person():
    assert [actor.spelling for actor, _spelling in SPELLINGS if actor.is_program] == [
        "system",
        "system:sendlimit",
        "job:orders.retention",
    ]


@pytest.mark.django_db
def test_the_longest_actor_fits_the_record():
    longest = Actor.job("x" * 60)
    record(actor=longest, action="rights.look")
    assert Entry.objects.filter(actor=longest.spelling).count() == 1


@pytest.mark.django_db
def test_a_text_is_no_actor_of_the_record():
    with pytest.raises(AttributeError):
        record(actor="system", action="rights.look")
