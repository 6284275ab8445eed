"""Events: what they may hold, who hears them, and what becomes of those that cannot be told."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.utils import timezone
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tradepost.datamap.events import EventType, NoEventSchema, PersonalDataInEvent, Subscription
from tradepost.datamap.extensions import AlreadyDeclared
from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import Room
from tradepost.jobs.models import OutboxDelivery, OutboxEvent
from tradepost.modules import outbox
from tradepost.modules import subscriptions as registry
from tradepost.modules.events import NotInTransaction, publish
from tradepost.modules.outbox import (
    KEEP_FOR,
    MOST_ATTEMPTS,
    deliver,
    due_events,
    purge_events,
    sweep,
    try_again,
)  # fmt: skip
from tradepost.modules.subscriptions import UndeclaredEvent, collect_events
from tradepost.modules.switches import ModuleSwitched, modules
from tradepost.modules.tests.conftest import KettleBoiled, Shade

pytestmark = pytest.mark.django_db


def only_delivery():
    with scopes_disabled():
        return OutboxDelivery.objects.get()


def make_due():
    OutboxDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def boil(merchant=None):
    publish(
        KettleBoiled(kettle_id=7, shade=Shade.LIGHT),
        merchant_id=merchant.pk if merchant else None,
    )
    with scopes_disabled():
        return OutboxEvent.objects.get()


def test_a_listener_hears_of_it_once_and_in_its_own_types(kettle, run_tasks, merchant):
    heard = []
    kettle("test.later", heard.append)
    row = boil(merchant)
    assert heard == []
    assert run_tasks() == 1
    deliver.func(row.pk)
    assert [one.payload for one in heard] == [KettleBoiled(kettle_id=7, shade=Shade.LIGHT)]
    assert (heard[0].number, heard[0].merchant_id) == (row.pk, merchant.pk)
    assert isinstance(heard[0].payload.shade, Shade)


def test_a_listener_runs_in_the_merchants_scope(kettle, run_tasks, merchant):
    from django_scopes import get_scope

    heard = []
    kettle("test.later", lambda occurred: heard.append(get_scope()["merchant"]))
    boil(merchant)
    run_tasks()
    assert heard == [merchant]


@pytest.fixture
def switch(monkeypatch, merchant):
    """A module of the tests, and the shop's switch of it."""
    monkeypatch.setitem(modules, "test", Module(key="test", label="Test", describes="A test."))

    def turn(*, on):
        merchant.switches = {"test": on}
        merchant.save()

    return turn


def test_a_listener_of_a_module_that_is_off_hears_nothing_and_the_event_is_done(
    kettle, merchant, switch
):
    heard = []
    kettle("test.later", heard.append, module="test")
    switch(on=False)
    deliver.func(boil(merchant).pk)
    assert heard == []
    assert only_delivery().finished_at is not None
    switch(on=True)
    publish(KettleBoiled(kettle_id=8), merchant_id=merchant.pk)
    with scopes_disabled():
        deliver.func(OutboxEvent.objects.latest("pk").pk)
    assert [one.payload.kettle_id for one in heard] == [8]


def test_a_listener_hears_that_its_own_module_was_switched_off(monkeypatch, merchant, switch):
    heard = []
    listener = Subscription(name="test.switch", to=ModuleSwitched, call=heard.append, module="test")
    monkeypatch.setitem(registry.subscriptions, listener.name, listener)
    switch(on=False)
    publish(ModuleSwitched(module="test", on=False), merchant_id=merchant.pk)
    with scopes_disabled():
        deliver.func(OutboxEvent.objects.get().pk)
    assert [one.payload.on for one in heard] == [False]


def test_a_thousand_events_whose_messages_were_lost_are_all_told_once(kettle, run_tasks, merchant):
    heard = []
    kettle("test.later", heard.append)
    for number in range(1000):
        publish(KettleBoiled(kettle_id=number), merchant_id=merchant.pk)
    DBTaskResult.objects.all().delete()
    OutboxDelivery.objects.update(queued_at=None)
    assert [sweep(), sweep(), sweep()] == [500, 500, 0]
    run_tasks()
    assert sorted(one.payload.kettle_id for one in heard) == list(range(1000))


def test_each_listener_is_told_apart_from_the_others(kettle, merchant):
    heard = []

    def fail(occurred):
        raise RuntimeError("secret value")

    kettle("test.bad", fail)
    kettle("test.good", heard.append)
    deliver.func(boil(merchant).pk)
    assert len(heard) == 1
    states = dict(OutboxDelivery.objects.values_list("listener", "error"))
    assert states == {"test.bad": "RuntimeError", "test.good": ""}, "no value of an exception"


def test_what_a_failing_listener_wrote_is_undone(kettle, merchant):
    def write_and_fail(occurred):
        type(merchant).objects.filter(pk=merchant.pk).update(name="half")
        raise RuntimeError

    kettle("test.later", write_and_fail)
    deliver.func(boil(merchant).pk)
    merchant.refresh_from_db()
    assert merchant.name != "half"
    assert only_delivery().finished_at is None


def test_a_failing_listener_is_asked_again_after_growing_pauses_and_then_set_aside(
    kettle, merchant
):
    calls = []

    def fail(occurred):
        calls.append(1)
        raise RuntimeError

    kettle("test.later", fail)
    row, pauses = boil(merchant), []
    for _ in range(MOST_ATTEMPTS + 2):
        make_due()
        deliver.func(row.pk)
        pauses.append(only_delivery().due_at - timezone.now())
    assert len(calls) == MOST_ATTEMPTS
    tried = pauses[: MOST_ATTEMPTS - 1]
    assert tried == sorted(tried)
    assert tried[-1] > 1000 * tried[0]
    assert only_delivery().set_aside_at is not None


def test_what_was_set_aside_is_listed_and_can_be_tried_again(kettle, merchant, capsys):
    heard = []
    kettle("test.later", heard.append)
    row = boil(merchant)
    OutboxDelivery.objects.update(set_aside_at=timezone.now(), attempts=MOST_ATTEMPTS, error="Bad")
    deliver.func(row.pk)
    assert heard == []
    call_command("events")
    assert "GIVEN UP" in capsys.readouterr().out
    assert try_again() == 1
    deliver.func(row.pk)
    assert len(heard) == 1


def test_a_neighbour_that_is_away_costs_no_attempt(kettle, merchant):
    def away(occurred):
        raise OperationalError("connection refused")

    kettle("test.later", away)
    row = boil(merchant)
    for _ in range(MOST_ATTEMPTS + 3):
        make_due()
        deliver.func(row.pk)
    assert (only_delivery().attempts, only_delivery().set_aside_at) == (0, None)


def test_a_message_that_was_lost_is_made_good(kettle, run_tasks, merchant):
    heard = []
    kettle("test.later", heard.append)
    boil(merchant)
    DBTaskResult.objects.all().delete()
    assert sweep() == 0, "the message may still be on its way"
    late = timezone.now() - outbox.LOST_AFTER - timedelta(seconds=1)
    OutboxDelivery.objects.update(queued_at=late)
    assert (sweep(), sweep()) == (1, 0)
    run_tasks()
    assert len(heard) == 1


def test_a_worker_that_died_over_it_lets_another_go_on_until_it_is_set_aside(kettle, merchant):
    heard = []
    kettle("test.later", heard.append)
    row = boil(merchant)
    # It was taken, and nothing was heard since.
    OutboxDelivery.objects.update(attempts=MOST_ATTEMPTS - 1, due_at=timezone.now(), queued_at=None)
    assert outbox._claim(only_delivery())
    deliver.func(row.pk)
    assert heard == [], "it is held by whoever took it"
    make_due()
    assert sweep() == 0
    assert (only_delivery().error, only_delivery().set_aside_at is None) == ("WorkerDied", False)


def test_a_listener_that_is_gone_is_told_of(kettle, monkeypatch, merchant):
    kettle("test.later", print)
    row = boil(merchant)
    monkeypatch.delitem(registry.subscriptions, "test.later")
    deliver.func(row.pk)
    assert only_delivery().error == "NobodyListens"


def test_a_listener_in_the_transaction_undoes_it_with_its_own_failure(kettle, merchant):
    def refuse(occurred):
        raise RuntimeError

    kettle("test.now", refuse, in_transaction=True)
    kettle("test.later", print)
    with pytest.raises(RuntimeError), transaction.atomic():
        boil(merchant)
    with scopes_disabled():
        assert not OutboxEvent.objects.exists()


def test_nothing_is_written_where_nobody_listens_later(kettle, merchant):
    heard = []
    kettle("test.now", heard.append, in_transaction=True)
    publish(KettleBoiled(kettle_id=1), merchant_id=merchant.pk)
    assert heard[0].number is None
    with scopes_disabled():
        assert not OutboxEvent.objects.exists()


def test_an_event_of_the_installation_is_told_without_a_merchant(kettle, run_tasks):
    heard = []
    kettle("test.later", heard.append)
    boil()
    run_tasks()
    assert heard[0].merchant_id is None


def test_events_go_after_their_time_but_not_while_somebody_waits(kettle, run_tasks, merchant):
    kettle("test.later", lambda occurred: None)
    boil(merchant)
    with scopes_disabled():
        OutboxEvent.objects.update(at=timezone.now() - KEEP_FOR - timedelta(days=1))
    assert due_events(timezone.now()) == 0
    run_tasks()
    assert due_events(timezone.now()) == purge_events(timezone.now()) == 1
    with scopes_disabled():
        assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_published_inside_a_transaction_or_not_at_all(kettle):
    with pytest.raises(NotInTransaction):
        publish(KettleBoiled(kettle_id=1), merchant_id=None)


def test_an_event_that_no_room_declares_is_refused(monkeypatch):
    with pytest.raises(UndeclaredEvent):
        publish(KettleBoiled(kettle_id=1), merchant_id=None)


@dataclass(frozen=True)
class Said:
    words: str


@dataclass
class Loose:
    number: int


@dataclass(frozen=True)
class Holding:
    things: list


@pytest.mark.parametrize("schema", [Said, Loose, Holding, dict])
def test_a_schema_holds_numbers_truths_and_enums_or_gives_a_reason(schema):
    with pytest.raises(NoEventSchema):
        EventType(name="test.wrong", schema=schema, meaning="")


def test_an_address_is_not_published():
    event = EventType(name="test.said", schema=Said, meaning="", texts={"words": "a closed list"})
    assert event.packed(Said(words="by link")) == {"words": "by link"}
    with pytest.raises(PersonalDataInEvent):
        event.packed(Said(words="anna@example.org"))


def test_a_field_that_a_later_version_dropped_is_left_out():
    event = EventType(name="test.k", schema=KettleBoiled, meaning="")
    assert event.unpacked({"kettle_id": 3, "gone": 1, "shade": "light"}) == KettleBoiled(
        kettle_id=3, shade=Shade.LIGHT
    )


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(registry, "events", {})
    monkeypatch.setattr(registry, "subscriptions", {})


def test_events_travel_upward_only(empty):
    event = EventType(name="upper.boiled", schema=KettleBoiled, meaning="")
    listener = Subscription(name="lower.hears", to=KettleBoiled, call=print)
    lower = Room(name="lower", subscriptions=(listener,))
    upper = Room(name="upper", events=(event,))
    with pytest.raises(UndeclaredEvent):
        collect_events([lower, upper])


def test_one_name_is_declared_once(empty):
    event = EventType(name="lower.boiled", schema=KettleBoiled, meaning="")
    with pytest.raises(AlreadyDeclared):
        collect_events([Room(name="lower", events=(event, event))])
