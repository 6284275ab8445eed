"""What a module does by itself stops with it, and no turn, job, task or mailing asks for that."""

from datetime import timedelta
from itertools import product

import pytest
from django.tasks import task
from django.utils import timezone
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tradepost.audit.types import SYSTEM
from tradepost.console.conditions import conditions
from tradepost.datamap.modules import Module
from tradepost.datamap.registry import schedule
from tradepost.datamap.rooms import Periodic
from tradepost.delivery.actions import open_mailing, start_mailing
from tradepost.delivery.engine.claiming import claim_recipients
from tradepost.delivery.models import Handover, Mailing, Sender
from tradepost.delivery.outgoing import sources
from tradepost.delivery.tests.sources import Hello
from tradepost.jobs import celery, runner, scheduler
from tradepost.jobs.models import Job, Turn
from tradepost.jobs.runner import run_job, start_job
from tradepost.jobs.scheduler import Scheduler
from tradepost.jobs.worker import PatientWorker
from tradepost.merchants.actions.switch import switch_module
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import merchants_with
from tradepost.modules import switches
from tradepost.modules.actions.switch import switch_for_all
from tradepost.modules.registry import _stopping
from tradepost.modules.switches import is_on

pytestmark = pytest.mark.django_db
DONE: list[str] = []


def work(_running=None) -> None:
    DONE.append("job")


@task
def water() -> None:
    DONE.append("task")


@pytest.fixture(autouse=True)
def garden(monkeypatch):
    """A module whose work is what stands in this file and in the test's source of mailings."""
    DONE.clear()
    module = Module(
        key="garden", label="Garden", describes="Grows.", work=(__name__, Hello.__module__)
    )
    monkeypatch.setitem(switches.modules, "garden", module)
    monkeypatch.setitem(runner._kinds, "garden.dig", work)
    monkeypatch.setitem(sources.sources, "hello", Hello())


def off_for_all(*, on=False):
    assert switch_for_all(key="garden", on=on, by=SYSTEM)


def off_for(merchant, *, on=False):
    assert switch_module(merchant=merchant, key="garden", on=on, by=SYSTEM)
    merchant.refresh_from_db()


def turn_of_garden():
    """As the registry keeps it when a room declares it."""
    turn = Periodic(
        name="water", every=timedelta(hours=1), call=f"{__name__}.work", module="garden"
    )
    return _stopping(turn)


def test_a_turn_is_not_taken_while_its_module_is_off_and_is_not_called_late(monkeypatch):
    monkeypatch.setattr(scheduler, "_in_thread", lambda _item, _stop: None)
    item = turn_of_garden()
    off_for_all()
    assert Scheduler([item]).tick() == []
    Turn.objects.create(name=item.name, last_at=timezone.now() - timedelta(days=9))
    names = {one.name for one in conditions([item])}
    assert f"turn {item.name}" not in names
    off_for_all(on=True)
    assert f"turn {item.name}" in {one.name for one in conditions([item])}
    assert Scheduler([item]).tick() == [item.name]


def test_every_turn_of_a_module_of_the_house_that_is_off_stops():
    turns = [turn for turn in schedule if turn.module]
    assert {turn.name for turn in turns} == {"start scheduled campaigns"}
    for turn in turns:
        assert not turn.is_stopped()
        switch_for_all(key=turn.module, on=False, by=SYSTEM)
        assert turn.is_stopped()


@pytest.mark.parametrize("whose", ["one shop", "all"])
def test_a_job_waits_until_its_module_is_on_again(merchant, other_merchant, whose):
    switch = off_for_all if whose == "all" else lambda **how: off_for(merchant, **how)
    switch()
    jobs = [
        start_job(kind="garden.dig", title="dig", merchant=shop, by=SYSTEM)
        for shop in (merchant, other_merchant)
    ]
    for job in jobs:
        run_job.func(job.pk)
    with scopes_disabled():
        states = [Job.objects.get(pk=job.pk).state for job in jobs]
    theirs = Job.State.WAITING if whose == "all" else Job.State.DONE
    assert states == [Job.State.WAITING, theirs]
    switch(on=True)
    for job in jobs:
        run_job.func(job.pk)
    with scopes_disabled():
        assert {Job.objects.get(pk=job.pk).state for job in jobs} == {Job.State.DONE}
    assert DONE == ["job", "job"]


def queued() -> DBTaskResult:
    water.enqueue()
    return DBTaskResult.objects.ready().get()


def test_a_task_is_not_done_by_either_worker_while_its_module_is_off():
    off_for_all()
    row, path = queued(), f"{__name__}.water"
    row.claim("test")
    PatientWorker().run_task(row)
    celery.run(None, path, [], {})
    assert DONE == []
    assert not DBTaskResult.objects.ready().exists()
    off_for_all(on=True)
    row = queued()
    row.claim("test")
    PatientWorker().run_task(row)
    celery.run(None, path, [], {})
    assert DONE == ["task", "task"]


def a_mailing(merchant) -> Mailing:
    mailing = open_mailing(merchant=merchant, kind="hello", source_id=1)
    Handover.objects.create(mailing=mailing, contact_id=1, address="p1@people.example")
    Mailing.objects.filter(pk=mailing.pk).update(total=1)
    start_mailing(mailing=mailing)
    return mailing


def test_the_engine_takes_no_mailing_of_a_shop_that_has_its_module_off(merchant, other_merchant):
    with scopes_disabled():
        mine, theirs = a_mailing(merchant), a_mailing(other_merchant)
        sender = Sender.objects.create(host="here", boot="now").pk
        off_for(merchant)
        assert claim_recipients(sender, 10).mailing == theirs
        assert claim_recipients(sender, 10) is None
        off_for(merchant, on=True)
        assert claim_recipients(sender, 10).mailing == mine


def test_who_has_a_module_is_the_same_asked_of_all_as_asked_of_one(make_merchant, monkeypatch):
    """For each choice that a shop can have made, of the module and of the one that it requires."""
    chosen = [
        {key: on for key, on in (("bed", bed), ("garden", garden)) if on is not None}
        for bed, garden in product((True, False, None), repeat=2)
    ]
    for number, switched in enumerate(chosen):
        shop = make_merchant(f"shop-{number}")
        Merchant.objects.filter(pk=shop.pk).update(switches=switched)
    for default_on in (True, False):
        bed = Module(
            key="bed", label="Bed", describes="Holds.", requires=("garden",), default_on=default_on
        )
        monkeypatch.setitem(switches.modules, "bed", bed)
        with_it = [shop for shop in Merchant.objects.all() if is_on("bed", shop)]
        assert set(merchants_with("bed")) == set(with_it)
        assert 0 < len(with_it) < len(chosen)
    off_for_all()
    assert not merchants_with("bed").exists()
