"""What the whole proof tells is kept, counts for the promises it is about, and outlives the daily round."""

import json
import sys
from contextlib import nullcontext
from dataclasses import replace

import pytest
from django.urls import reverse

from tradepost.assurance.actions import prove_whole
from tradepost.assurance.actions.run_promises import run_here, store_outcomes
from tradepost.assurance.checks import load_checks
from tradepost.assurance.whole.types import OracleReport
from tradepost.datamap.promises import Evidence, keeps
from tradepost.lib import clock
from tradepost.notice.models import PromiseResult

pytestmark = pytest.mark.django_db
ID = "share.merger"


def finding(*broken: str, oracle: str = "bytes", **counts: int) -> OracleReport:
    return OracleReport(
        oracle=oracle, promises=(ID,), evidence="looked", broken=list(broken), counts=counts
    )


@pytest.fixture
def found(monkeypatch, tmp_path):
    """The scratch instance prints these findings and then is stopped, if it is told so."""

    def play(*findings, stopped=False):
        lines = [prove_whole.MARK + json.dumps(vars(one)) for one in findings]
        program = f"for line in {lines!r}: print(line)\nimport sys; sys.exit({int(stopped)})"
        monkeypatch.setattr(prove_whole, "scratch_instance", lambda: nullcontext(tmp_path))
        monkeypatch.setattr(
            prove_whole,
            "stream_child",
            lambda _command, **said: real([sys.executable, "-c", program], **said),
        )

    real = prove_whole.stream_child
    return play


def state() -> str:
    return PromiseResult.objects.get(promise=ID, check_name="").state


def test_what_the_whole_proof_finds_breaks_the_promise_until_it_looks_again(found, monkeypatch):
    monkeypatch.setitem(load_checks(), ID, [])
    keeps(ID, Evidence.MONITORED)(lambda: "nothing moved")
    store_outcomes(run_here([ID], writing=False), [ID])
    assert state() == "kept"
    found(finding("orders_order.name still holds name"))
    prove_whole.prove_whole(lambda one: None)
    assert state() == "broken"
    store_outcomes(run_here([ID], writing=False), [ID])
    assert state() == "broken"
    found(finding())
    prove_whole.prove_whole(lambda one: None)
    assert state() == "kept"


def test_a_proof_that_is_stopped_leaves_what_it_had(found, client):
    found(finding(tables=96), finding(oracle="doors", doors=14, marks=412), stopped=True)
    told = []
    with pytest.raises(Exception, match="exit status 1"):
        prove_whole.prove_whole(told.append)
    assert [one.oracle for one in told] == ["bytes", "doors"]
    assert "14 doors, 412 marks, 96 tables" in client.get(reverse("assurance:proof")).text


def test_it_runs_once_a_night(found, settings, monkeypatch):
    found(finding("left"))
    now = clock.now().replace(hour=3)
    settings.TRADEPOST = replace(settings.TRADEPOST, proof_hour=3)
    with clock.at(now):
        assert prove_whole.run_at_night() == 1
        assert prove_whole.run_at_night() == 0
    with clock.at(now.replace(hour=4)):
        PromiseResult.objects.all().delete()
        assert prove_whole.run_at_night() == 0
